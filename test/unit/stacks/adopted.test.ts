/** A stack of an API that exists already: imports, what is kept, and when there is a new deployment. */
import type { Adopted } from "../../../config/model";
import { StackError } from "../../../stacks/errors";
import { mappings } from "../../support/aws/typed";
import { connect, environment } from "../../support/stacks/environment";
import { resources, synthesize, terraform } from "../../support/stacks/synthesize";

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
