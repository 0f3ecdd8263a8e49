/** What users of other emulators reported as broken there and right on AWS: each with its report. */
import { Client, handshake, management } from "../../../support/local/client";
import { allow, endWorlds, invocationUri, STAGE, world } from "../../../support/local/world";

afterEach(endWorlds);

const http = (more: Record<string, unknown>) => ({
  integrationType: "HTTP",
  integrationMethod: "POST",
  integrationUri: "BACKEND/x",
  ...more,
});

test("localstack#4719: an HTTP integration's template adds the connectionId to the body", async () => {
  const requestTemplates = { $default: '{"connectionId":"$context.connectionId","said":$input.json("$.text")}' };
  const integration = http({ requestTemplates, templateSelectionExpression: "\\$default" });
  const w = await world({ routes: { $default: { integration } } });
  (await Client.connect(w)).send({ text: "hi" });
  const [call] = await w.backendCalls(1);
  expect(JSON.parse(call?.body ?? "")).toEqual({ connectionId: expect.stringMatching(/=$/), said: "hi" });
});

test("localstack#5670: a request template is applied on $connect too", async () => {
  const requestTemplates = { $default: '{"route":"$context.routeKey"}' };
  const integration = http({ requestTemplates, templateSelectionExpression: "\\$default" });
  const w = await world({ routes: { $connect: { integration, twoWay: true } } });
  await handshake(w);
  expect(w.received[0]?.body).toBe('{"route":"$connect"}');
});

test.each(["HTTP", "HTTP_PROXY"])(
  "localstack#5851: %s on $connect sends no body, no Connection and no Upgrade",
  async (integrationType) => {
    const w = await world({ routes: { $connect: { integration: http({ integrationType }) } } });
    await handshake(w);
    expect([w.received[0]?.body, w.received[0]?.headers.upgrade]).toEqual(["", undefined]);
  },
);

test("localstack#9896: the connectionId in a header", async () => {
  const requestParameters = { "integration.request.header.connectionId": "context.connectionId" };
  const w = await world({
    routes: { $connect: { integration: http({ integrationType: "HTTP_PROXY", requestParameters }) } },
  });
  await handshake(w);
  expect(w.received[0]?.headers.connectionid).toMatch(/^[\w-]{15}=$/);
});

test("localstack#12346: a value of the message in a header of a GET", async () => {
  const requestParameters = { "integration.request.header.Sequence": "route.request.body.sequence" };
  const w = await world({
    routes: { $default: { integration: http({ integrationMethod: "GET", requestParameters }) } },
  });
  (await Client.connect(w)).send({ sequence: 17 });
  expect((await w.backendCalls(1))[0]?.headers.sequence).toBe("17");
});

test("localstack#10734: no client connects without a stage, and a function receives the stage's variables", async () => {
  const integration = { integrationType: "AWS_PROXY", integrationMethod: "POST", integrationUri: invocationUri("f") };
  const stage = { stageVariables: { color: "blue" } };
  const w = await world({
    routes: { $connect: { integration } },
    functions: { f: () => ({ statusCode: 200 }) },
    stage,
  });
  expect((await handshake(w, { path: "/" })).status).toBe(403);
  await handshake(w);
  expect(w.invoked[0]?.stageVariables).toEqual({ color: "blue" });
});

test("localstack#4694, serverless-offline#749: a malformed connectionId is 400, a gone one 410", async () => {
  const w = await world({ routes: { $connect: {} } });
  expect((await management(w, "POST", "not-an-id", { body: "x" })).status).toBe(400);
  expect((await management(w, "POST", "abcdefghijklmno=", { body: "x" })).status).toBe(410);
});

test("serverless-offline#1379: the authorizer's context on every route", async () => {
  const integration = { integrationType: "AWS_PROXY", integrationMethod: "POST", integrationUri: invocationUri("f") };
  const functions = { authorizer: allow, f: () => ({ statusCode: 200 }) };
  const routes = { $connect: { integration }, $default: { integration }, $disconnect: { integration } };
  const w = await world({ authorizer: {}, routes, functions });
  const client = await Client.connect(w, "?token=t");
  client.send("x");
  await w.functionCalls(3);
  client.socket.close();
  const [, ...events] = await w.functionCalls(4);
  const seen = events.map((event) => Object(event.requestContext));
  expect(seen.map(({ routeKey, authorizer }) => [routeKey, authorizer.userId])).toEqual(
    ["$connect", "$default", "$disconnect"].map((routeKey) => [routeKey, "u-1"]),
  );
});

test("serverless-offline#1301: the status of $connect is the client's", async () => {
  const integration = { integrationType: "AWS_PROXY", integrationMethod: "POST", integrationUri: invocationUri("f") };
  const w = await world({ routes: { $connect: { integration } }, functions: { f: () => ({ statusCode: 401 }) } });
  expect((await handshake(w, { path: `/${STAGE}` })).status).toBe(401);
});
