// The control plane beside AWS's own model of the service, as botocore ships it: operations, paths, status, members.
import { apiGatewayCli, type ControlPlaneServer, startControlPlaneServer } from "../../harness/control-plane";
import { succeed } from "../../harness/programs";
import { tool } from "../../harness/tools";
import { describeWith } from "../support/describe-with";

/** Operations, each with the wire names of what it answers (of one item, for lists). */
const MODEL = `
import json, botocore.session
service = botocore.session.get_session().get_service_model("apigatewayv2")
def members(shape):
    if shape is None: return []
    items = shape.members.get("Items")
    known = (items.member if items is not None else shape).members
    return [m.serialization.get("name", name) for name, m in known.items()]
print(json.dumps([
  {"name": name, "method": o.http["method"], "path": o.http["requestUri"], "status": o.http.get("responseCode", 200), "members": members(o.output_shape)}
  for name in service.operation_names for o in [service.operation_model(name)]
]))
`;
/** Of APIs that are not WebSocket APIs, or of no API at all. */
const ELSEWHERE = /Portal|RoutingRule|ProductPage|ProductRestEndpointPage/;

interface Operation {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly members: readonly string[];
}

const CREATE: Readonly<Record<string, object>> = {
  CreateApi: { name: "a", protocolType: "WEBSOCKET", routeSelectionExpression: "$request.body.action" },
  CreateAuthorizer: {
    authorizerType: "REQUEST",
    authorizerUri:
      "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:1:function:a/invocations",
    identitySource: ["route.request.querystring.token"],
    name: "a",
  },
  CreateIntegration: { integrationType: "MOCK", templateSelectionExpression: "\\$default" },
  CreateIntegrationResponse: { integrationResponseKey: "$default", responseTemplates: { $default: "{}" } },
  CreateModel: { name: "a", contentType: "application/json", schema: "{}" },
  CreateRoute: { routeKey: "$connect", requestParameters: { "route.request.querystring.a": { required: true } } },
  CreateRouteResponse: { routeResponseKey: "$default" },
  CreateDeployment: { description: "a" },
  CreateStage: { stageName: "prod", tags: { a: "b" }, routeSettings: { $connect: { throttlingBurstLimit: 1 } } },
  CreateVpcLink: { name: "a", subnetIds: ["subnet-1"] },
  CreateDomainName: {
    domainName: "ws.example.com",
    domainNameConfigurations: [{ certificateArn: "arn:aws:acm:us-east-1:1:certificate/1" }],
  },
  CreateApiMapping: { stage: "prod" },
};

describeWith(["aws", "boto3"], "the control plane", () => {
  let server: ControlPlaneServer;
  let operations: Operation[];
  /** Path parameters of what has been created. */
  const made: Record<string, string> = {
    "resource-arn": "",
    requestParameterKey: "route.request.querystring.a",
    routeKey: "$connect",
  };

  beforeAll(async () => {
    server = await startControlPlaneServer();
    const { stdout } = await succeed(tool("boto3"), ["-c", MODEL]);
    const all: Operation[] = JSON.parse(stdout);
    operations = all.filter(({ name }) => !ELSEWHERE.test(name));
  }, 60_000);
  afterAll(() => server.stop());

  async function perform({ name, method, path }: Operation, body: object = {}) {
    const filled = path.replace(/\{([^}]+)\}/g, (_, key: string) => encodeURIComponent(made[key] ?? "none"));
    const response = await fetch(`${server.url}${filled}${name === "UntagResource" ? "?tagKeys=a" : ""}`, {
      method,
      headers: { authorization: "AWS4-HMAC-SHA256 Credential=test" },
      ...(["POST", "PUT", "PATCH"].includes(method) && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, type: response.headers.get("x-amzn-errortype"), body: text && JSON.parse(text) };
  }
  const named = (prefix: string) => operations.filter(({ name }) => name.startsWith(prefix));

  test("knows the path of every operation", async () => {
    expect(operations.length).toBeGreaterThan(60);
    const unknown: string[] = [];
    for (const operation of operations) {
      if ((await perform(operation)).type === "UnknownOperationException") unknown.push(operation.name);
    }
    expect(unknown).toEqual([]);
  }, 60_000);

  test("creates every resource with the status and members of the model", async () => {
    expect(
      named("Create")
        .map(({ name }) => name)
        .sort(),
    ).toEqual(Object.keys(CREATE).sort());
    for (const name of Object.keys(CREATE)) {
      const operation = operations.find((one) => one.name === name);
      if (!operation) throw new Error(`there is no ${name}`);
      const { status, body } = await perform(operation, { ...CREATE[name], apiId: made.apiId });
      expect([name, status, strangers(body, operation)]).toEqual([name, operation.status, []]);
      for (const [key, value] of Object.entries(body))
        if (/Id$|Name$/.test(key) && typeof value === "string") made[key] = value;
    }
    made["resource-arn"] = `arn:aws:apigateway:us-east-1::/apis/${made.apiId}`;
  }, 60_000);

  test.each(["Get", "Update", "TagResource"])(
    "answers %s… with the status and members of the model",
    async (prefix) => {
      for (const operation of named(prefix)) {
        const body = prefix === "Update" ? { apiId: made.apiId } : { tags: { a: "b" } };
        const answer = await perform(operation, body);
        const [item] = answer.body.items ?? [answer.body];
        expect([operation.name, answer.status, strangers(item, operation)]).toEqual([
          operation.name,
          operation.status,
          [],
        ]);
      }
    },
    60_000,
  );

  test("deletes every part and resource with the status of the model, the inner ones first", async () => {
    const depth = ({ path }: Operation) => -path.split("/").length;
    const order = ["DeleteRouteRequestParameter", "DeleteRoute", "DeleteApiMapping", "DeleteStage"];
    const rank = ({ name }: Operation) => (order.indexOf(name) + 1 || 9) - (/Settings|Response/.test(name) ? 10 : 0);
    const deletions = [...named("Untag"), ...named("ResetAuthorizersCache"), ...named("Delete")]
      .filter(({ name }) => !["DeleteCorsConfiguration", "DeleteAccessLogSettings"].includes(name))
      .sort((a, b) => depth(a) - depth(b) || rank(a) - rank(b));
    for (const operation of deletions) {
      const { status } = await perform(operation);
      expect([operation.name, status]).toEqual([operation.name, operation.status]);
    }
    expect(server.store.apis.size + server.store.domainNames.size + server.store.vpcLinks.size).toBe(0);
  }, 60_000);

  test("pages as the CLI asks, and the CLI puts the pages together", async () => {
    const aws = apiGatewayCli(server.url);
    const { current } = server.store.apiStates().create(CREATE.CreateApi);
    const keys = ["a", "b", "c", "d", "e"];
    for (const routeKey of keys) server.store.routes(current.api.apiId).create({ routeKey });
    const before = server.requests.length;
    const { Items } = await aws("get-routes", "--api-id", current.api.apiId, "--page-size", "2");
    expect(Items).toEqual(keys.map((RouteKey) => expect.objectContaining({ RouteKey })));
    expect(server.requests.length - before).toBe(3);
  }, 60_000);
});

/** What an answer has and the model does not know. */
function strangers(body: object, { members }: Operation): string[] {
  return Object.keys(body).filter((key) => !members.includes(key));
}
