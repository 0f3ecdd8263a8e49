/** Facts of a plan's JSON: counts, guards, and differences from the reviewed plan. */
import * as fc from "fast-check";
import { guardAddresses, requireRegion } from "../../../action/src/address";
import { routesToCreateAgain } from "../../../action/src/deploy/parts";
import { readPlan, routesToDestroyFirst, summarize, unplanned } from "../../../action/src/plan";
import { canonicalPlan, differences } from "../../../action/src/reviewed-plan";

const stack = {
  name: "prod",
  directory: "/",
  backend: "s3",
  stateLocation: "s3://states/quotes",
  region: "us-east-1",
  constructs: new Map([["aws_apigatewayv2_stage.stage", "prod/stage/Default"]]),
  authorizer: undefined,
  tokenPlaces: [{ query: "token" }],
  origin: undefined,
  iam: false,
  open: false,
  hasDefaultRoute: false,
  requiredParameters: [],
};

const change = (type: string, actions: string[], more: object = {}) => ({
  address: `${type}.${type.replace(/^aws_apigatewayv2_/, "")}`,
  type,
  change: { actions, before: null, after: null, ...more },
});
const plan = (...resource_changes: object[]) => readPlan({ resource_changes }, stack);

describe("a plan", () => {
  test("lists the routes to destroy before the new deployment is created", () => {
    const route = change("aws_apigatewayv2_route", ["delete"]);
    const taken = change("aws_apigatewayv2_deployment", ["create", "delete"]);
    expect(routesToDestroyFirst(plan(route, taken))).toEqual([route.address]);
    expect(routesToDestroyFirst(plan(route))).toEqual([]);
    expect(routesToDestroyFirst(plan(route, change("aws_apigatewayv2_deployment", ["delete"])))).toEqual([]);
    expect(routesToDestroyFirst(plan(change("aws_apigatewayv2_route", ["delete", "create"]), taken))).toEqual([]);
    const response = change("aws_apigatewayv2_route_response", ["delete"]);
    expect(routesToDestroyFirst(plan(response, taken))).toEqual([response.address]);
    const created = { ...change("aws_apigatewayv2_route", ["create"]), address: "aws_apigatewayv2_route.again" };
    expect(routesToDestroyFirst(plan(route, created))).toEqual([route.address]);
  });

  const declared = (...parameters: [string, boolean][]) => ({
    request_parameter: parameters.map(([request_parameter_key, required]) => ({ request_parameter_key, required })),
  });
  test.each<[string, [string, boolean][], [string, boolean][], boolean]>([
    ["added", [], [["b", true]], false],
    ["removed", [["b", true]], [], true],
    ["made optional", [["b", true]], [["b", false]], true],
    ["kept", [["b", true]], [["b", true]], false],
  ])("creates a route again only if a parameter is removed or changed: %s", (_, before, after, expected) => {
    const route = change("aws_apigatewayv2_route", ["update"], {
      before: declared(...before),
      after: declared(...after),
    });
    expect(routesToCreateAgain(plan(route))).toEqual(expected ? [route.address] : []);
  });

  test("lists the changes of a part that the whole plan does not have", () => {
    const whole = plan(change("aws_apigatewayv2_route", ["delete"]), change("aws_iam_role", ["update"]));
    expect(unplanned(whole, plan(change("aws_iam_role", ["update"])))).toEqual([]);
    expect(unplanned(whole, plan(change("aws_iam_role", ["delete"])))).toMatchObject([{ effect: "destroy" }]);
    const replaced = plan(change("aws_iam_role", ["create", "delete"]));
    expect(unplanned(replaced, plan(change("aws_iam_role", ["delete"])))).toEqual([]);
    expect(unplanned(replaced, plan(change("aws_iam_role", ["update"])))).toMatchObject([{ effect: "update" }]);
    expect(unplanned(whole, plan(change("aws_iam_policy", ["create"])))).toMatchObject([{ type: "aws_iam_policy" }]);
  });

  test("counts what it would do, a replacement once", () => {
    const found = plan(
      change("aws_iam_role", ["create"]),
      change("aws_lambda_function", ["delete", "create"]),
      change("aws_lambda_permission", ["create", "delete"]),
      change("aws_ssm_parameter", ["no-op"]),
      change("aws_iam_policy", ["delete"]),
    );
    expect(summarize(found)).toBe("1 to create, 0 to update, 2 to replace, 1 to destroy");
  });

  test("counts imports only if there are any", () => {
    const found = plan(change("aws_apigatewayv2_api", ["no-op"], { importing: { id: "abc" } }));
    expect(summarize(found)).toBe("1 to import, 0 to create, 0 to update, 0 to replace, 0 to destroy");
  });

  test("names the attributes that differ, never their values", () => {
    const found = plan(
      change("aws_lambda_function", ["update"], {
        before: { memory: 128, name: "a", hash: "x" },
        after: { memory: 256, name: "a" },
        after_unknown: { hash: true },
      }),
    );
    expect(found.changes[0]?.attributes).toEqual(["memory", "hash"]);
  });

  test("shows what was changed by hand only where a deploy would undo it", () => {
    const by = (before: unknown, after: unknown) => ({ before: { tags: before }, after: { tags: after } });
    const resource_drift = [
      change("aws_iam_role", ["update"], by({ team: "a" }, { team: "b" })),
      change("aws_ssm_parameter", ["update"], by({ team: "a" }, { team: "b" })),
      change("aws_lambda_function", ["update"], by(null, {})),
    ];
    const resource_changes = [change("aws_iam_role", ["update"]), change("aws_lambda_function", ["update"])];
    const { drifted } = readPlan({ resource_changes, resource_drift }, stack);
    expect(drifted.map(({ type }) => type)).toEqual(["aws_iam_role"]);
  });

  test("is refused if the API was deleted outside Terraform, or looked for in another region", () => {
    const gone = { resource_drift: [change("aws_apigatewayv2_api", ["delete"])] };
    const created = { resource_changes: [change("aws_apigatewayv2_api", ["create"])] };
    expect(() => guardAddresses(readPlan({ ...created, ...gone }, stack), stack)).toThrow(
      /aws_apigatewayv2_api\.api was deleted outside Terraform/,
    );
    expect(() => guardAddresses(readPlan(created, stack), stack)).not.toThrow();
  });

  test("may create a stage again that was deleted outside Terraform: its address is the same", () => {
    const resource_drift = [change("aws_apigatewayv2_stage", ["delete"])];
    const resource_changes = [change("aws_apigatewayv2_stage", ["create"])];
    expect(() => guardAddresses(readPlan({ resource_changes, resource_drift }, stack), stack)).not.toThrow();
  });

  test.each([
    ["aws_apigatewayv2_api", ["delete", "create"]],
    ["aws_apigatewayv2_stage", ["create", "delete"]],
    ["aws_apigatewayv2_stage", ["delete"]],
    ["aws_apigatewayv2_domain_name", ["delete"]],
    ["aws_apigatewayv2_api_mapping", ["delete", "create"]],
  ])("that would take away an address is refused: %s %j", (type, actions) => {
    expect(() => guardAddresses(plan(change(type, actions)), stack)).toThrow(
      expect.objectContaining({ code: "replace-refused" }),
    );
  });

  test("that replaces a deployment, or changes a stage, is not refused", () => {
    const found = plan(
      change("aws_apigatewayv2_deployment", ["create", "delete"]),
      change("aws_apigatewayv2_stage", ["update"]),
    );
    expect(() => guardAddresses(found, stack)).not.toThrow();
  });

  test("to destroy the API of another region is refused: Terraform checks nothing before a destroy", () => {
    const identity = (region: string) => change("terraform_data", ["delete"], { before: { output: { region } } });
    const destroy = (region: string) => plan({ ...identity(region), address: "terraform_data.identity" });
    expect(() => requireRegion(destroy("eu-west-1"), stack)).toThrow(
      expect.objectContaining({
        code: "replace-refused",
        message: "This state belongs to region eu-west-1, and the configuration is for region us-east-1.",
      }),
    );
    expect(() => requireRegion(destroy("us-east-1"), stack)).not.toThrow();
    expect(() => requireRegion(plan(change("aws_apigatewayv2_api", ["delete"])), stack)).not.toThrow();
  });

  test("names the construct and what forces the replacement", () => {
    const replaced = plan(change("aws_apigatewayv2_stage", ["delete", "create"], { replace_paths: [["name"]] }));
    expect(() => guardAddresses(replaced, stack)).toThrow(/prod\/stage would be replaced, because of name/);
  });
});

describe("a reviewed plan", () => {
  const update = (after: object, sensitive: object = {}) =>
    canonicalPlan("prod", plan(change("aws_iam_role", ["update"], { before: {}, after, after_sensitive: sensitive })));

  test("is the same whatever the order of its keys", () => {
    expect(differences(update({ a: 1, b: { c: 2, d: 3 } }), update({ b: { d: 3, c: 2 }, a: 1 }))).toEqual([]);
  });

  test.each([
    [
      "another value",
      update({ a: 2 }),
      ["aws_iam_role.aws_iam_role would get other values than in the reviewed plan."],
    ],
    [
      "a change that is no longer needed",
      canonicalPlan("prod", plan()),
      ["aws_iam_role.aws_iam_role was to update, and would now not change."],
    ],
    [
      "another action",
      canonicalPlan("prod", plan(change("aws_iam_role", ["delete"]))),
      ["aws_iam_role.aws_iam_role was to update, and would now be destroyed."],
    ],
    [
      "another environment",
      { ...update({ a: 1 }), environment: "staging" },
      ["It was made for environment prod, not staging."],
    ],
  ])("reports %s", (_, now, said) => {
    expect(differences(update({ a: 1 }), now)).toEqual(said);
  });

  test("lists a change that was not in it", () => {
    expect(differences(canonicalPlan("prod", plan()), update({ a: 1 }))).toEqual([
      "aws_iam_role.aws_iam_role would now update, which is not in the reviewed plan.",
    ]);
  });

  test("holds nothing of a secret, not even a digest", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, two) => {
        const marks = { environment: { SECRET: true } };
        const first = update({ environment: { SECRET: one } }, marks);
        expect(first).toEqual(update({ environment: { SECRET: two } }, marks));
      }),
    );
  });
});
