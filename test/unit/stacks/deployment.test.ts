/** When a new deployment is taken: for whatever it freezes, and for nothing else. */
import type { Environment } from "../../../config/model";
import { identitySources, mappings, parameters, responseKey, selection } from "../../support/aws/typed";
import {
  connect,
  disconnect,
  environment,
  httpIntegration,
  message,
  secretSettings,
  settings,
} from "../../support/stacks/environment";
import { resource, type Terraform, terraform } from "../../support/stacks/synthesize";

function triggers(json: Terraform): unknown {
  return resource(json, "aws_apigatewayv2_deployment").triggers;
}

const before = triggers(terraform());

function connectWith(change: object): Partial<Environment> {
  return {
    routes: [
      { ...connect, integration: { ...connect.integration, ...change } as typeof connect.integration },
      disconnect,
    ],
  };
}

function authorizerWith(change: object): Partial<Environment> {
  return { authorizer: { ...environment.authorizer, ...change } as Environment["authorizer"] };
}

const ask = message("ask", httpIntegration("/ask", {}));

const answer = { key: responseKey("$default"), templates: {}, templateSelectionExpression: selection("\\$default") };

test.each<[string, Partial<Environment>]>([
  ["the route selection expression", { routeSelectionExpression: selection("$request.body.kind", "route") }],
  ["one route more", { routes: [connect, disconnect, ask] }],
  ["one route less", { routes: [connect] }],
  ["a declared parameter", { routes: [{ ...connect, requestParameters: [] }, disconnect] }],
  [
    "a parameter no longer required",
    {
      routes: [
        { ...connect, requestParameters: parameters({ "route.request.querystring.stocks": false }) },
        disconnect,
      ],
    },
  ],
  ["an integration's type", connectWith({ type: "HTTP_PROXY", responses: [] })],
  ["a method", connectWith({ method: "PUT" })],
  ["a URI", connectWith({ uri: "https://other.example.com/connect" })],
  ["a timeout", connectWith({ timeoutMs: 1000 })],
  ["a mapping", connectWith({ mappings: mappings({ "integration.request.querystring.id": "context.connectionId" }) })],
  ["a request template", connectWith({ requestTemplates: { $default: "{}" } })],
  ["a template selection", connectWith({ templateSelectionExpression: selection("x") })],
  ["the passthrough behaviour", connectWith({ passthroughBehavior: "NEVER" })],
  [
    "one response less",
    connectWith({
      responses: [{ key: responseKey("/200/"), templates: {}, templateSelectionExpression: selection("\\$default") }],
    }),
  ],
  [
    "a response template",
    connectWith({
      responses: [{ ...answer, templates: { $default: "x" } }],
    }),
  ],
  [
    "a response's template selection",
    connectWith({ responses: [{ ...answer, templateSelectionExpression: selection("x") }] }),
  ],
  ["the identity sources", authorizerWith({ identitySources: identitySources("route.request.header.Auth") })],
  [
    "another authorizer function",
    {
      authorizer: {
        kind: "lambda",
        functionArn: "arn:aws:lambda:eu-west-1:123456789012:function:mine",
        identitySources: identitySources("route.request.querystring.token"),
      },
    },
  ],
  ["no authorizer", { authorizer: { kind: "none" } }],
  ["an origin secret", { originSecret: { header: "x-origin-secret" } }],
  ["a VPC link", { vpcLink: { id: "abc123" } }],
])("%s is deployed", (_what, change) => {
  expect(triggers(terraform(change))).not.toEqual(before);
});

test("a route that becomes two-way is deployed", () => {
  const one = (reply: boolean) => triggers(terraform({ routes: [connect, { ...ask, reply }] }));
  expect(one(true)).not.toEqual(one(false));
});

test.each<[string, Partial<Environment>]>([
  ["tags", { tags: { team: "quotes" } }],
  ["allowed accounts", { allowedAccountIds: ["123456789012"] }],
  ["the description", { description: "Quotes" }],
  [
    "throttling",
    {
      stage: {
        ...environment.stage,
        throttle: { burst: 1, rate: 1 },
        routeThrottles: { $connect: { burst: 1, rate: 1 } },
      },
    },
  ],
  ["stage variables", { stage: { ...environment.stage, variables: { host: "a" } } }],
  ["metrics", { stage: { ...environment.stage, detailedMetrics: true } }],
  ["logs", { logs: { access: false, execution: "INFO", retentionDays: 1, manageAccountRole: true } }],
  ["the dashboard", { dashboard: true }],
  ["published parameters", { ssmPrefix: "/chat" }],
  ["the state backend", { state: { type: "s3", arguments: { bucket: "b", key: "k" } } }],
  ["the order of routes", { routes: [disconnect, connect] }],
  [
    "what the authorizer accepts",
    authorizerWith({
      function: {
        settings: { ...settings, clockSkew: 0 },
        jwks: {},
        memoryMb: 1024,
        timeoutSeconds: 3,
        logRetentionDays: 1,
      },
    }),
  ],
  [
    "the authorizer's secrets",
    authorizerWith({
      function: { settings: secretSettings, jwks: { x: {} }, memoryMb: 256, timeoutSeconds: 5, logRetentionDays: 30 },
    }),
  ],
])("%s: no deployment", (_what, change) => {
  expect(triggers(terraform(change))).toEqual(before);
});

test("the order of an object's keys makes no difference", () => {
  const reversed = [...Object(connect.integration).mappings].reverse();
  expect(reversed.length).toBeGreaterThan(1);
  expect(triggers(terraform(connectWith({ mappings: reversed })))).toEqual(before);
});

test("the order of responses makes no difference", () => {
  const response = (key: string) => ({ key, templates: {}, templateSelectionExpression: "\\$default" });
  const one = triggers(terraform(connectWith({ responses: [response("$default"), response("/5../")] })));
  expect(triggers(terraform(connectWith({ responses: [response("/5../"), response("$default")] })))).toEqual(one);
});

test("the hash of the inputs is known while a plan is made", () => {
  expect(before).toMatchObject({ definition: expect.stringMatching(/^[0-9a-f]{64}$/) });
});

test("a secret is a trigger by its hash, which is sensitive too", () => {
  expect(triggers(terraform({ originSecret: { header: "x-origin-secret" } }))).toMatchObject({
    references: expect.stringMatching(/^\$\{sha256\(.*\bvar\.origin_secret\b.*\)\}$/),
  });
});

test("a VPC link of the stack's own is a trigger by its id", () => {
  const targetArn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/net/a/b";
  expect(triggers(terraform({ vpcLink: { targetArn } }))).toMatchObject({
    references: expect.stringContaining("aws_api_gateway_vpc_link.vpc_link.id"),
  });
});

test("a new parameter source replaces the integration, instead of reaching AWS before its declaration", () => {
  const json = terraform();
  const { lifecycle } = resource(json, "aws_apigatewayv2_integration", {
    integration_uri: "https://backend.example.com/connect",
  });
  const [address] = Object(lifecycle).replace_triggered_by;
  expect(lifecycle).toMatchObject({ create_before_destroy: true });
  const [type, name] = String(address).split(".");
  expect(json.resource[String(type)]?.[String(name)]?.input).toEqual({
    parameters: ["route.request.querystring.stocks"],
    responses: ["$default"],
  });
});

test("another mapping does not replace the integration", () => {
  const input = (requestParameters: object) =>
    Object.values(terraform(connectWith({ requestParameters })).resource.terraform_data ?? {}).map((one) => one.input);
  const stocks = { "integration.request.querystring.stocks": "route.request.querystring.stocks" };
  expect(input({ ...stocks, "integration.request.header.id": "context.connectionId" })).toEqual(input(stocks));
});
