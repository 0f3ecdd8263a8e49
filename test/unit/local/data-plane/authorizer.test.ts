/** REQUEST authorizers: the event, the result, what is kept of it, and the parts of a policy. */
import * as fc from "fast-check";
import { matchesPattern } from "../../../../local/data-plane/authorizer/arn-pattern";
import { evaluatePolicy } from "../../../../local/data-plane/authorizer/policy";
import { parseAuthorizerResult } from "../../../../local/data-plane/authorizer/result";
import type { TraceEvent } from "../../../../local/trace/trace";
import { Client, handshake } from "../../../support/local/client";
import {
  allow,
  CONNECT,
  DISCONNECT,
  endWorlds,
  invocationUri,
  type RouteSpec,
  type Spec,
  STAGE,
  world,
} from "../../../support/local/world";

afterEach(endWorlds);

const everywhere: RouteSpec = {
  integration: {
    integrationType: "HTTP",
    integrationMethod: "POST",
    integrationUri: "BACKEND/message",
    requestParameters: { "integration.request.header.X-User": "context.authorizer.userId" },
  },
};
const tutorial: Spec = {
  authorizer: {},
  routes: { $connect: CONNECT, $disconnect: { ...DISCONNECT, ...everywhere }, $default: everywhere },
  functions: { authorizer: allow },
};
const TOKEN = "?token=t&stocks=aapl";

test("evaluated once per connection, on $connect only", async () => {
  const w = await world(tutorial);
  const client = await Client.connect(w, TOKEN);
  client.send("hello");
  await w.backendCalls(2);
  client.socket.close();
  await w.backendCalls(3);
  expect(w.invoked).toHaveLength(1);
});

test("the trace has the token's claims and the policy, and the request of each message", async () => {
  const w = await world(tutorial);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const client = await Client.connect(w, `?token=${part({ alg: "HS256" })}.${part({ sub: "ada" })}.c2ln&stocks=aapl`);
  client.send("hello");
  await w.backendCalls(2);
  client.socket.terminate();
  await w.backendCalls(3);
  const of = (type: TraceEvent["type"]) => w.traced.filter((event) => event.type === type);
  expect(of("authorizer")).toMatchObject([
    { token: { header: { alg: "HS256" }, claims: { sub: "ada" } }, policy: [{ effect: "Allow" }] },
  ]);
  expect(JSON.stringify(w.traced)).not.toMatch(/c2ln/);
  const [, message] = of("integration-request");
  expect(of("frame")).toMatchObject([{ requestId: message && "requestId" in message && message.requestId }]);
});

test.each([
  ["route.request.header.Authorization", { headers: { Authorization: "t" } }, {}],
  ["route.request.querystring.token", { path: `/${STAGE}?token=t` }, {}],
  ["stageVariables.key", {}, { stageVariables: { key: "v" } }],
  ["context.identity.sourceIp", {}, {}],
])("identity source %s", async (source, ask, stage) => {
  const spec = { ...tutorial, authorizer: { identitySource: [source] }, routes: { $connect: {} }, stage };
  expect((await handshake(await world(spec), ask)).status).toBe(101);
});

test("several identity sources: each must be present", async () => {
  const identitySource = ["route.request.querystring.token", "route.request.header.X-Org"];
  const w = await world({ ...tutorial, authorizer: { identitySource }, routes: { $connect: {} } });
  expect((await handshake(w, { path: `/${STAGE}?token=t` })).status).toBe(401);
  expect((await handshake(w, { path: `/${STAGE}?token=t`, headers: { "x-org": "o" } })).status).toBe(101);
});

test("no caching: every handshake invokes the function", async () => {
  const w = await world(tutorial);
  await Client.connect(w, TOKEN);
  await Client.connect(w, TOKEN);
  expect(w.invoked).toHaveLength(2);
});

test("a changed authorizer does not affect open connections, and is used once it is deployed", async () => {
  const w = await world({ ...tutorial, functions: { authorizer: allow, other: () => ({}) } });
  const client = await Client.connect(w, TOKEN);
  const [authorizer] = w.store.authorizers(w.apiId).list();
  w.store.authorizers(w.apiId).update(authorizer?.authorizerId ?? "", { authorizerUri: invocationUri("other") });
  expect((await handshake(w, { path: `/${STAGE}${TOKEN}` })).status).toBe(101);
  w.deploy();
  expect((await handshake(w, { path: `/${STAGE}${TOKEN}` })).status).toBe(500);
  client.send("still here");
  expect((await w.backendCalls(3)).at(-1)?.headers["x-user"]).toBe("u-1");
});

test("methodArn, and no path, resource, httpMethod or version", async () => {
  const w = await world(tutorial);
  await Client.connect(w, TOKEN);
  const [event = {}] = w.invoked;
  expect(event.methodArn).toBe(`arn:aws:execute-api:eu-central-1:123456789012:${w.apiId}/${STAGE}/$connect`);
  expect(Object.keys(event).sort()).toEqual([
    "headers",
    "methodArn",
    "multiValueHeaders",
    "multiValueQueryStringParameters",
    "queryStringParameters",
    "requestContext",
    "stageVariables",
    "type",
  ]);
});

test("a result of 8 KB passes, one byte more is 500", async () => {
  const size = Buffer.byteLength(JSON.stringify(allow({ methodArn: "*" })));
  const padded = (bytes: number) => () => ({ ...Object(allow({ methodArn: "*" })), p: "x".repeat(bytes - size - 7) });
  for (const [bytes, status] of [
    [8192, 101],
    [8193, 500],
  ] as const) {
    const w = await world({ ...tutorial, functions: { authorizer: padded(bytes) } });
    expect((await handshake(w, { path: `/${STAGE}${TOKEN}` })).status).toBe(status);
  }
});

describe("the event", () => {
  test("headers keep the client's case, with those of the gateway", async () => {
    const w = await world(tutorial);
    const extra = ["X-MiXed: 1", "X-MiXed: 2", "X-Forwarded-For: 10.0.0.1", "X-Forwarded-Proto: http"];
    await handshake(w, { path: `/${STAGE}${TOKEN}`, extra });
    const { headers, multiValueHeaders } = Object(w.invoked[0]);
    expect(headers).toMatchObject({
      Connection: "upgrade",
      "content-length": "0",
      Host: "localhost",
      Upgrade: "websocket",
      "Sec-WebSocket-Version": "13",
      "X-MiXed": "2",
      "X-Forwarded-For": "10.0.0.1, 127.0.0.1",
      "X-Forwarded-Port": "443",
      "X-Forwarded-Proto": "https",
    });
    expect(headers["X-Amzn-Trace-Id"]).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
    expect(multiValueHeaders["X-MiXed"]).toEqual(["1", "2"]);
  });

  test("query string: the last value, and all values", async () => {
    const w = await world(tutorial);
    await handshake(w, { path: `/${STAGE}?token=t&stocks=a&stocks=b%2Cc+d&flag` });
    expect(w.invoked[0]).toMatchObject({
      queryStringParameters: { token: "t", stocks: "b,c d", flag: "" },
      multiValueQueryStringParameters: { stocks: ["a", "b,c d"] },
    });
  });

  test("requestContext", async () => {
    const clock = { now: () => Date.UTC(2026, 0, 2, 3, 4, 5, 6), every: () => () => {} };
    const w = await world({ ...tutorial, options: { clock } });
    await Client.connect(w, TOKEN, { headers: { "User-Agent": "me" } });
    const { requestContext } = Object(w.invoked[0]);
    expect(requestContext).toEqual({
      routeKey: "$connect",
      eventType: "CONNECT",
      extendedRequestId: requestContext.requestId,
      requestTime: "02/Jan/2026:03:04:05 +0000",
      messageDirection: "IN",
      stage: STAGE,
      connectedAt: 1767323045006,
      requestTimeEpoch: 1767323045006,
      identity: { sourceIp: "127.0.0.1", userAgent: "me" },
      requestId: expect.stringMatching(/^[\w-]{15}=$/),
      domainName: `localhost:${w.port}`,
      connectionId: expect.stringMatching(/^[\w-]{15}=$/),
      apiId: w.apiId,
    });
  });

  test("empty maps are {}", async () => {
    const w = await world({
      ...tutorial,
      authorizer: { identitySource: ["context.identity.sourceIp"] },
      routes: { $connect: {} },
    });
    await handshake(w);
    const empty = { stageVariables: {}, queryStringParameters: {}, multiValueQueryStringParameters: {} };
    expect(w.invoked[0]).toMatchObject(empty);
  });
});

describe("the result", () => {
  test("context values become strings, and last for the connection's life", async () => {
    const authorizer = (event: Record<string, unknown>) => ({
      ...Object(allow(event)),
      context: { userId: 7, ok: true, none: null },
    });
    const w = await world({ ...tutorial, functions: { authorizer } });
    const client = await Client.connect(w, TOKEN);
    client.send("hello");
    await w.backendCalls(2);
    client.socket.close();
    const [connect, message, disconnect] = await w.backendCalls(3);
    expect(connect?.query.get("userId")).toBe("7");
    expect([message?.headers["x-user"], disconnect?.headers["x-user"]]).toEqual(["7", "7"]);
  });

  test("a key that the authorizer did not return: the parameter is omitted", async () => {
    const authorizer = (event: Record<string, unknown>) => ({ ...Object(allow(event)), context: {} });
    const w = await world({ ...tutorial, functions: { authorizer } });
    await Client.connect(w, TOKEN);
    expect([...(w.received[0]?.query.keys() ?? [])]).toEqual(["stocks", "connectionId"]);
  });

  test("the function's policy names the API's authorizer", async () => {
    const w = await world({
      ...tutorial,
      allowedSourceArns: ["arn:aws:execute-api:eu-central-1:123456789012:*/authorizers/*"],
    });
    expect((await handshake(w, { path: `/${STAGE}${TOKEN}` })).status).toBe(101);
  });

  test("a missing or numeric principalId is tolerated", () => {
    const policyDocument = { Statement: { Effect: "Allow", Action: "*", Resource: "*" } };
    for (const [principalId, seen] of [
      [undefined, ""],
      [7, "7"],
      ["me", "me"],
    ]) {
      expect(parseAuthorizerResult({ principalId, policyDocument }, 8192)).toMatchObject({
        result: { authorizer: { principalId: seen } },
      });
    }
  });

  test("any payload is parsed to a result or a problem", () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: false }), (payload) => {
        const json: unknown = JSON.parse(JSON.stringify(payload) ?? "null");
        const parsed = parseAuthorizerResult(json, 8192);
        expect("problem" in parsed || Array.isArray(parsed.result.statements)).toBe(true);
      }),
    );
  });
});

describe("policies", () => {
  const arn = "arn:aws:execute-api:eu-central-1:123456789012:abc/prod/$connect";
  const statement = (effect: "Allow" | "Deny", resource: string, action = "execute-api:Invoke") => ({
    effect,
    actions: [action],
    resources: [resource],
    conditional: false,
  });

  test.each([
    ["exact", [statement("Allow", arn)], true],
    ["prefix", [statement("Allow", "arn:aws:execute-api:*:*:abc/prod/*")], true],
    ["everything", [statement("Allow", "*", "*")], true],
    ["action in another case", [statement("Allow", arn, "Execute-API:invoke")], true],
    ["another stage", [statement("Allow", "arn:aws:execute-api:*:*:abc/dev/*")], false],
    ["one segment too many", [statement("Allow", "arn:aws:execute-api:*:*:abc/prod/*/*")], false],
    ["another action", [statement("Allow", arn, "execute-api:ManageConnections")], false],
    ["Deny after Allow", [statement("Allow", "*"), statement("Deny", arn)], false],
    ["Deny before Allow", [statement("Deny", "*/$connect"), statement("Allow", "*")], false],
    ["Deny elsewhere", [statement("Deny", "*/$default"), statement("Allow", "*")], true],
    ["Allow with a condition", [{ ...statement("Allow", "*"), conditional: true }], false],
    ["Deny with a condition", [statement("Allow", "*"), { ...statement("Deny", "*"), conditional: true }], false],
    ["none", [], false],
  ])("%s", (_, statements, allowed) => {
    expect(evaluatePolicy(statements, arn).allowed).toBe(allowed);
  });

  test("wildcards match as a regular expression would, without its cost", () => {
    const part = fc.constantFrom("a", "b", "*", "?", "ab");
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("a", "b") }), fc.array(part), (text, parts) => {
        const pattern = parts.join("");
        const regex = new RegExp(`^${pattern.replaceAll("*", ".*").replaceAll("?", ".")}$`);
        expect(matchesPattern(text, pattern)).toBe(regex.test(text));
      }),
    );
    expect(matchesPattern("a".repeat(5000), `${"*a".repeat(50)}b`)).toBe(false);
  });
});
