/** A stack of an API that exists already: imports, what is kept, and when there is a new deployment. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Adopted, Environment } from "../../../config/model";
import { StackError } from "../../../stacks/errors";
import { mappings } from "../../support/aws/typed";
import { connect, environment, secretSettings } from "../../support/stacks/environment";
import { resources, synthesize, synthesizeTo, type Terraform, terraform } from "../../support/stacks/synthesize";

const adopted = (change: Partial<Adopted> = {}): Adopted => ({
  ids: { api: "abc", stage: "abc/prod" },
  definition: undefined,
  parameters: {},
  imported: false,
  keep: {},
  unmanaged: [],
  ...change,
});
const json = (change: Partial<Adopted>) => JSON.parse(synthesize({ adopted: adopted(change) }));
/** The hash that adopt would record. */
const definitionOf = (change: Partial<Adopted> = {}): string =>
  json(change).resource.aws_apigatewayv2_deployment.deployment.triggers.definition;
const unchanged = (change: Partial<Adopted> = {}) => adopted({ ...change, definition: definitionOf(change) });

describe("while a deployment contains what was adopted", () => {
  test("there are imports, no trigger for a deployment, and no records in the state", () => {
    const stack = JSON.parse(synthesize({ adopted: unchanged() }));
    expect(stack.import).toEqual([
      { to: "aws_apigatewayv2_api.api", id: "abc" },
      { to: "aws_apigatewayv2_stage.stage", id: "abc/prod" },
    ]);
    expect(stack.resource.aws_apigatewayv2_deployment.deployment.triggers).toBeUndefined();
    expect(stack.resource.terraform_data).toBeUndefined();
    expect(JSON.stringify(stack)).not.toContain("replace_triggered_by");
  });

  test("a tag or another setting of the stage changes none of that", () => {
    const keep = { stage: { default_route_settings: null } };
    const stack = terraform({ adopted: { ...unchanged(), keep }, tags: { team: "a" } });
    expect(resources(stack, "terraform_data")).toEqual([]);
  });

  test("imported: the records are added, and nothing is imported", () => {
    const stack = JSON.parse(synthesize({ adopted: { ...unchanged(), imported: true } }));
    expect(stack.import).toBeUndefined();
    expect(stack.resource.terraform_data.identity).toBeDefined();
    expect(stack.resource.aws_apigatewayv2_deployment.deployment.triggers).toBeUndefined();
  });
});

describe("what Terraform cannot read from AWS", () => {
  const { authorizer: verify } = environment;
  if (verify.kind !== "verify") throw new Error("not the bundled authorizer");
  const secrets = {
    originSecret: { header: "x-origin-secret" },
    authorizer: { ...verify, function: { ...verify.function, settings: secretSettings } },
  };
  const ids = { api: "abc", authorizer_function: "quotes-authorizer" };
  const stackOf = (change: Partial<Adopted>, more: Partial<Environment> = {}) =>
    terraform({ ...secrets, ...more, adopted: adopted({ ids, ...change }) });
  /** What adopt would record. The matchers' JSON does not have it. */
  const recorded = (): string => {
    const outdir = mkdtempSync(join(tmpdir(), "adopted-"));
    try {
      synthesizeTo(outdir, [{ ...environment, ...secrets, adopted: adopted({ ids }) }]);
      const file = join(outdir, "stacks", environment.name, "cdk.tf.json");
      return JSON.parse(readFileSync(file, "utf8"))["//"].metadata.definition;
    } finally {
      rmSync(outdir, { recursive: true });
    }
  };
  const ignored = (stack: Terraform, type: string) =>
    resources(stack, type).map(({ lifecycle }) => Reflect.get(Object(lifecycle), "ignore_changes"));

  test("is ignored at the import: code, and values with a sensitive variable", () => {
    const stack = stackOf({ definition: recorded() });
    const code = ["filename", "source_code_hash", "publish"];
    expect(ignored(stack, "aws_lambda_function")).toEqual([[...code, "environment"]]);
    expect(new Set(ignored(stack, "aws_apigatewayv2_integration").flat())).toEqual(new Set(["request_parameters"]));
  });

  test("a secret can be changed after the import, before any other change", () => {
    const stack = stackOf({ definition: recorded(), imported: true });
    expect(ignored(stack, "aws_lambda_function")).toEqual([["filename", "source_code_hash", "publish"]]);
    expect(ignored(stack, "aws_apigatewayv2_integration").flat().filter(Boolean)).toEqual([]);
  });

  test("a changed setting of the authorizer deploys its code", () => {
    const fn = { ...verify.function, settings: { ...secretSettings, clockSkew: 7 } };
    const stack = stackOf({ definition: recorded(), imported: true }, { authorizer: { ...verify, function: fn } });
    expect(ignored(stack, "aws_lambda_function")).toEqual([undefined]);
    expect(resources(stack, "aws_apigatewayv2_deployment")[0]).toHaveProperty("triggers.definition");
  });
});

describe("after a change", () => {
  test("there is a new deployment, and only the API is still imported", () => {
    const stack = json({ definition: "another" });
    expect(stack.import).toEqual([{ to: "aws_apigatewayv2_api.api", id: "abc" }]);
    expect(stack.resource.aws_apigatewayv2_deployment.deployment.triggers.definition).toBe(definitionOf());
  });

  test("of what is kept for a route, too", () => {
    const keep = { "routes/$connect": { operation_name: "a" } };
    expect(definitionOf({ keep })).not.toBe(definitionOf());
    expect(definitionOf({ keep: { stage: { description: "a" } } })).toBe(definitionOf());
  });

  test("of the client's parameters, the import has to be applied first", () => {
    const parameters = { "routes/$connect integration": ["route.request.querystring.other"] };
    const integration = {
      ...connect.integration,
      mappings: mappings({ "integration.request.querystring.stocks": "route.request.querystring.stocks" }),
    };
    const change = { routes: [{ ...connect, integration } as typeof connect] };
    expect(() => synthesize({ ...change, adopted: adopted({ parameters }) })).toThrow(StackError);
    expect(() => synthesize({ ...change, adopted: adopted({ parameters, imported: true }) })).not.toThrow();
  });
});

describe("keep", () => {
  const resource = (change: Partial<Adopted>, type: string, name: string) =>
    terraform({ adopted: adopted(change) }).resource[type]?.[name];

  test("replaces lists and maps, removes arguments, and escapes Terraform's templates", () => {
    const keep = { stage: { default_route_settings: null, stage_variables: { a: "${b}" }, description: "x" } };
    const stage = resource({ keep }, "aws_apigatewayv2_stage", "stage");
    expect(stage).toMatchObject({ stage_variables: { a: "$${b}" }, description: "x" });
    expect(stage).not.toHaveProperty("default_route_settings");
  });

  test("false removes a resource, those below it, and the dependencies on it", () => {
    const stack = terraform({ adopted: adopted({ keep: { "routes/$disconnect integration": false } }) });
    expect(resources(stack, "aws_apigatewayv2_integration")).toHaveLength(environment.routes.length - 1);
    const [deployment] = resources(stack, "aws_apigatewayv2_deployment");
    expect(JSON.stringify(deployment?.depends_on)).not.toContain("disconnectintegration");
  });

  test("names the nearest resource, if there is none of that name", () => {
    expect(() => synthesize({ adopted: adopted({ keep: { "routes/$conect": false } }) })).toThrow("routes/$connect");
  });
});
