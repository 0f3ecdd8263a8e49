/** What a plan does with the live stage, and whether it can be proven before it reaches clients. */
import { reachingClients, requireIsolation } from "../../../../action/src/deploy/isolation";
import { liveStage } from "../../../../action/src/deploy/live-stage";
import { readPlan } from "../../../../action/src/plan";

const stack = {
  name: "prod",
  directory: "/",
  backend: "s3",
  stateLocation: "s3://states/quotes",
  region: "us-east-1",
  constructs: new Map<string, string>(),
  authorizer: undefined,
  tokenPlaces: [{ query: "token" }],
  origin: undefined,
  iam: false,
  open: false,
  hasDefaultRoute: false,
  requiredParameters: [],
};

const FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:quotes";
const uri = (qualifier: string) =>
  `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${FUNCTION}${qualifier}/invocations`;

const change = (type: string, actions: string[], before: object | null = {}, after: object | null = {}) => ({
  address: `${type}.one`,
  type,
  change: { actions, before, after },
});
const was = { api_id: "api", name: "prod", deployment_id: "old" };
const moved = change("aws_apigatewayv2_stage", ["update"], was, { ...was, deployment_id: "new" });
const replaced = change("aws_apigatewayv2_deployment", ["create", "delete"], { id: "old" }, {});
const uses = (...depends_on: string[]) => ({
  values: { root_module: { resources: [{ address: replaced.address, depends_on }] } },
});

function plan(resource_changes: object[], prior_state?: object) {
  return readPlan({ resource_changes, prior_state }, stack);
}
function reaching(resource_changes: object[], prior_state?: object): string[] {
  const found = plan(resource_changes, prior_state);
  const live = liveStage(found);
  if (!live) throw new Error("The plan has no live stage.");
  return reachingClients(found, live).map(({ type }) => type);
}

describe("the live stage", () => {
  test("is none while the stage is created, and none of several", () => {
    expect(liveStage(plan([change("aws_apigatewayv2_stage", ["create"], null, was)]))).toBeUndefined();
    expect(liveStage(plan([moved, { ...moved, address: "aws_apigatewayv2_stage.two" }]))).toBeUndefined();
  });

  test("stays, changes, or is lost", () => {
    const fate = (actions: string[]) => liveStage(plan([{ ...moved, change: { ...moved.change, actions } }]))?.fate;
    expect([fate(["no-op"]), fate(["update"]), fate(["delete", "create"])]).toEqual(["stays", "changes", "lost"]);
  });

  test("knows whether the plan deletes its deployment", () => {
    expect(liveStage(plan([moved, replaced]))).toMatchObject({
      from: "old",
      fromAddress: replaced.address,
      fromDeleted: true,
    });
    // After a rollback the stage points to a deployment that is not in the state.
    const other = change("aws_apigatewayv2_deployment", ["create", "delete"], { id: "other" }, {});
    expect(liveStage(plan([moved, other]))).toMatchObject({ from: "old", fromAddress: undefined, fromDeleted: false });
  });
});

describe("a change reaches clients before it is proven", () => {
  const link = change("aws_api_gateway_vpc_link", ["create", "delete"]);
  const permission = change("aws_lambda_permission", ["delete", "create"]);
  const role = change("aws_iam_role", ["update"], { assume_role_policy: "a" }, { assume_role_policy: "b" });
  const authorizer = (qualifier: string) =>
    change("aws_apigatewayv2_authorizer", ["update"], { authorizer_uri: uri(qualifier) }, {});
  const fn = change(
    "aws_lambda_function",
    ["update"],
    { arn: FUNCTION, memory_size: 1 },
    { arn: FUNCTION, memory_size: 2 },
  );

  test.each([
    ["a replaced VPC link", [link]],
    ["a replaced permission", [permission]],
    ["an updated role", [role]],
    ["a function that is not invoked by version", [fn, authorizer("")]],
    ["a function that is invoked by alias", [fn, authorizer(":live")]],
  ])("%s", (_, changes) => {
    const addresses = changes.map(({ address }) => address);
    expect(reaching([moved, replaced, ...changes], uses(...addresses))).toEqual([changes[0]?.type]);
    // Without the live deployment's own dependencies, the type decides.
    expect(reaching([moved, ...changes])).toEqual([changes[0]?.type]);
  });

  test("what is destroyed while the stage keeps its deployment", () => {
    const stays = { ...moved, change: { ...moved.change, actions: ["no-op"], after: was } };
    const same = change("aws_apigatewayv2_deployment", ["no-op"], { id: "old" }, { id: "old" });
    const gone = change("aws_lambda_permission", ["delete"], {}, null);
    expect(reaching([stays, same, gone], uses(gone.address))).toEqual(["aws_lambda_permission"]);
    expect(reaching([stays, same, gone], uses())).toEqual([]);
  });
});

describe("a change does not reach clients", () => {
  const tagged = change("aws_iam_role", ["update"], { tags: { a: "1" } }, { tags: { a: "2" } });
  const fn = change(
    "aws_lambda_function",
    ["update"],
    { arn: FUNCTION, memory_size: 1 },
    { arn: FUNCTION, memory_size: 2 },
  );
  const authorizer = change("aws_apigatewayv2_authorizer", ["update"], { authorizer_uri: uri(":7") }, {});

  test.each([
    ["what a deployment freezes", [change("aws_apigatewayv2_integration", ["delete", "create"]), authorizer]],
    ["what exists only in the state", [change("terraform_data", ["update"])]],
    ["what is created", [change("aws_lambda_permission", ["create"], null, {})]],
    ["what is destroyed after the promotion", [change("aws_lambda_permission", ["delete"], {}, null)]],
    ["tags", [tagged]],
    ["a function that is invoked by version", [fn, authorizer]],
    [
      "a function that begins to publish versions",
      [{ ...fn, change: { ...fn.change, after: { arn: FUNCTION, memory_size: 1, publish: true } } }],
    ],
  ])("%s", (_, changes) => {
    const addresses = changes.map(({ address }) => address);
    expect(reaching([moved, replaced, ...changes], uses(...addresses))).toEqual([]);
  });

  test("what the live deployment does not use", () => {
    expect(
      reaching([moved, replaced, change("aws_iam_role", ["update"], { path: "/" }, { path: "/x/" })], uses()),
    ).toEqual([]);
  });
});

describe("a plan that cannot be proven is refused", () => {
  const refusal = (...changes: object[]) => {
    const found = plan(changes);
    const live = liveStage(found);
    if (!live) throw new Error("The plan has no live stage.");
    return () => requireIsolation(found, live);
  };

  test("because it replaces the stage, changes what is live, or has no endpoint for a candidate stage", () => {
    const lost = { ...moved, change: { ...moved.change, actions: ["delete", "create"] } };
    expect(refusal(lost)).toThrow(/replaces or destroys the stage prod/);
    expect(refusal(moved, change("aws_api_gateway_vpc_link", ["create", "delete"]))).toThrow(
      expect.objectContaining({ code: "strategy-refused", hint: expect.stringContaining("strategy: direct") }),
    );
    expect(
      refusal(moved, change("aws_apigatewayv2_api", ["no-op"], {}, { disable_execute_api_endpoint: true })),
    ).toThrow(/disables the API's own endpoint/);
    const enabled = change("aws_apigatewayv2_api", ["update"], { disable_execute_api_endpoint: true }, {});
    expect(refusal(moved, replaced, enabled)).not.toThrow();
  });
});
