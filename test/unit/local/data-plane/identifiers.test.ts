/** Identifiers and texts, as they appear on the wire. */
import { Client, handshake } from "../../../support/local/client";
import { endWorlds, STAGE, world } from "../../../support/local/world";

afterEach(endWorlds);

const ID = /^[A-Za-z0-9_-]{15}=$/;
const messageContext = {
  integration: {
    integrationType: "HTTP",
    integrationMethod: "POST",
    integrationUri: "BACKEND/message",
    requestParameters: {
      "integration.request.querystring.connectionId": "context.connectionId",
      "integration.request.querystring.requestId": "context.requestId",
      "integration.request.querystring.extendedRequestId": "context.extendedRequestId",
      "integration.request.querystring.messageId": "context.messageId",
    },
  },
};

test("connectionId, requestId, extendedRequestId and messageId: 15 base64url characters and =", async () => {
  const w = await world({ routes: { $default: messageContext } });
  (await Client.connect(w)).send("hello");
  const [call] = await w.backendCalls(1);
  for (const name of ["connectionId", "requestId", "extendedRequestId", "messageId"]) {
    expect(call?.query.get(name)).toMatch(ID);
  }
});

test("requestId equals extendedRequestId, but not connectionId", async () => {
  const w = await world({ routes: { $default: messageContext } });
  (await Client.connect(w)).send("hello");
  const [call] = await w.backendCalls(1);
  expect(call?.query.get("requestId")).toBe(call?.query.get("extendedRequestId"));
  expect(call?.query.get("requestId")).not.toBe(call?.query.get("connectionId"));
});

test.each([
  ["the only API", (_: string) => ({ path: `/${STAGE}` })],
  ["by path", (apiId: string) => ({ path: `/_aws/execute-api/${apiId}/${STAGE}` })],
  [
    "by the API's host",
    (apiId: string) => ({ path: `/${STAGE}`, host: `${apiId}.execute-api.eu-central-1.amazonaws.com` }),
  ],
  ["by a host that begins with the API", (apiId: string) => ({ path: `/${STAGE}`, host: `${apiId}.localhost:1234` })],
])("the data plane is addressed as %s", async (_, ask) => {
  const w = await world({ routes: { $connect: {} } });
  expect((await handshake(w, ask(w.apiId))).status).toBe(101);
});

test("a custom domain's base path replaces the stage", async () => {
  const w = await world({ routes: { $connect: {} } });
  w.store.domainNameCollection().create({ domainName: "ws.example.com", domainNameConfigurations: [{}] });
  w.store.apiMappings("ws.example.com").create({ apiId: w.apiId, stage: STAGE, apiMappingKey: "live" });
  expect((await handshake(w, { path: "/live?a=1", host: "ws.example.com" })).status).toBe(101);
  expect((await handshake(w, { path: "/live/more", host: "ws.example.com" })).status).toBe(403);
});

test("an error frame, to the byte", async () => {
  const w = await world({ routes: { $connect: {} } });
  const client = await Client.connect(w);
  client.send("hello");
  expect(await client.next()).toMatch(
    /^\{"message": "Forbidden", "connectionId":"[\w-]{15}=", "requestId":"[\w-]{15}="\}$/,
  );
});

test.each([
  ["Internal server error", { status: 500, timeoutInMillis: 29_000, answers: true }],
  ["Endpoint request timed out", { status: 200, timeoutInMillis: 50, answers: false }],
])("%s has the same shape", async (message, { timeoutInMillis, answers }) => {
  const w = await world({
    routes: {
      $default: {
        integration: {
          integrationType: "HTTP",
          integrationMethod: "POST",
          integrationUri: "BACKEND/",
          timeoutInMillis,
        },
        responses: answers ? [] : [{ integrationResponseKey: "$default" }],
      },
    },
    backend: () => (answers ? {} : undefined),
  });
  const client = await Client.connect(w);
  client.send("hello");
  const text = await client.next();
  expect(text.replaceAll(/"[\w-]{15}="/g, '"ID"')).toBe(
    `{"message": "${message}", "connectionId":"ID", "requestId":"ID"}`,
  );
});

test("a message that its model rejects gets an error with messageId, with other spaces", async () => {
  const w = await world({
    models: [{ name: "Order", schema: '{"type":"object","required":["id"]}' }],
    routes: { $default: { ...messageContext, route: { requestModels: { $default: "Order" } } } },
  });
  const client = await Client.connect(w);
  client.send({});
  expect(await client.next()).toMatch(
    /^\{"message" : "Bad request body", "connectionId": "[\w-]{15}=", "messageId": "[\w-]{15}="\}$/,
  );
});
