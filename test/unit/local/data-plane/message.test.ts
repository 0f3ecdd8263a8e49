/** Messages: which route they go to, and what comes back, one test a row. */
import { Client } from "../../../support/local/client";
import { CONNECT, endWorlds, invocationUri, type Spec, type World, world } from "../../../support/local/world";

afterEach(endWorlds);

const http = { integrationType: "HTTP", integrationMethod: "POST" };
const route = (name: string) => ({ integration: { ...http, integrationUri: `BACKEND/${name}` } });
const routes = { join: route("join"), $default: route("default"), "7": route("seven"), '["a"]': route("array") };

async function routedTo(message: unknown, api = {}, spec: Spec = { routes }): Promise<string | undefined> {
  const w = await world({ ...spec, api });
  (await Client.connect(w)).send(message);
  return (await w.backendCalls(1))[0]?.path;
}

test.each([
  [{ action: "join" }, "/join"],
  [{ action: "JOIN" }, "/default"],
  [{ action: "leave" }, "/default"],
  [{}, "/default"],
  [{ action: null }, "/default"],
  [{ action: 7 }, "/seven"],
  [{ action: ["a"] }, "/array"],
  [[{ action: "join" }], "/default"],
])("%j selects %s", async (message, path) => {
  expect(await routedTo(message)).toBe(path);
});

test.each([
  ["$request.body.message.action", { message: { action: "join" } }, "/join"],
  ["${request.body.a}${request.body.b}", { a: "jo", b: "in" }, "/join"],
  ["\\$default", { action: "join" }, "/default"],
  ["join", {}, "/join"],
])("expression %s", async (routeSelectionExpression, message, path) => {
  expect(await routedTo(message, { routeSelectionExpression })).toBe(path);
});

test("an expression without $ is a static value: every message selects it", async () => {
  const spec = { routes: { "request.body.action": route("static"), join: route("join") } };
  expect(await routedTo({ action: "join" }, { routeSelectionExpression: "request.body.action" }, spec)).toBe("/static");
});

test.each(["not JSON", '{"action":', "", '"join"', "null"])("%j selects $default", async (text) => {
  expect(await routedTo(text)).toBe("/default");
});

test("no match and no $default: Forbidden frame, the connection stays open", async () => {
  const w = await world({ routes: { join: route("join") } });
  const client = await Client.connect(w);
  for (const message of ["not JSON", { action: "other" }]) {
    client.send(message);
    expect(JSON.parse(await client.next())).toMatchObject({ message: "Forbidden" });
  }
  client.send({ action: "join" });
  expect((await w.backendCalls(1))[0]?.path).toBe("/join");
});

test("a route that was added after the last deployment: Forbidden until it is deployed", async () => {
  const w = await world({ routes: { $connect: {} } });
  const client = await Client.connect(w);
  w.store.routes(w.apiId).create({ routeKey: "$default" });
  client.send("x");
  expect(JSON.parse(await client.next()).message).toBe("Forbidden");
  w.deploy();
  client.send("x");
  expect(JSON.parse(await client.next()).message).toBe("Internal server error");
});

test.each(["$connect", "$disconnect"])("a message cannot trigger %s", async (action) => {
  const spec = { routes: { ...routes, $connect: route("connect"), $disconnect: route("disconnect") } };
  const w = await world(spec);
  (await Client.connect(w)).send({ action });
  expect((await w.backendCalls(2)).map(({ path }) => path)).toEqual(["/connect", "/default"]);
});

describe("a failing integration: a frame even on one-way routes, the socket stays open", () => {
  const lambda = {
    integration: { integrationType: "AWS_PROXY", integrationMethod: "POST", integrationUri: invocationUri("f") },
  };
  const slow = { integration: { ...route("slow").integration, timeoutInMillis: 50 } };
  const cases: [string, Spec, string][] = [
    ["no target", { routes: { $default: {} } }, "Internal server error"],
    [
      "unreachable backend",
      { routes: { $default: { integration: { ...http, integrationUri: "http://127.0.0.1:1/" } } } },
      "Internal server error",
    ],
    [
      "Lambda error",
      { routes: { $default: lambda }, functions: { f: () => Promise.reject(new Error("oh")) } },
      "Internal server error",
    ],
    [
      "Lambda without a result",
      { routes: { $default: lambda }, functions: { f: () => undefined } },
      "Internal server error",
    ],
    [
      "no permission",
      { routes: { $default: lambda }, functions: { f: () => ({ statusCode: 200 }) }, allowedSourceArns: [] },
      "Internal server error",
    ],
    ["timeout", { routes: { $default: slow }, backend: () => undefined }, "Endpoint request timed out"],
  ];
  test.each(cases)("%s", async (_, spec, message) => {
    const client = await Client.connect(await world(spec));
    for (let i = 0; i < 2; i++) {
      client.send("x");
      expect(JSON.parse(await client.next()).message).toBe(message);
    }
  });
});

describe("HTTP backend answers 4xx or 5xx", () => {
  test.each([400, 404, 500, 503])("%i on a one-way route: no frame", async (status) => {
    const echo = { ...route("echo"), twoWay: true };
    const w = await world({
      routes: { $default: route("default"), echo },
      backend: ({ path }) => (path === "/echo" ? { body: "echo" } : { status, body: "no" }),
    });
    const client = await Client.connect(w);
    client.send("x");
    await w.backendCalls(1);
    client.send({ action: "echo" });
    expect(await client.next()).toBe("echo");
  });

  test("500 on a two-way route: the body arrives, its status does not", async () => {
    const proxy = { ...route("x").integration, integrationType: "HTTP_PROXY" };
    for (const integration of [route("x").integration, proxy]) {
      const w = await world({
        routes: { $default: { integration, twoWay: true } },
        backend: () => ({ status: 500, body: "no" }),
      });
      const client = await Client.connect(w);
      client.send("x");
      expect(await client.next()).toBe("no");
    }
  });
});

test("a binary frame closes with 1003 and invokes no integration; replies are text", async () => {
  const w = await world({ routes: { $default: { ...route("x"), twoWay: true } }, backend: () => ({ body: "text" }) });
  const client = await Client.connect(w);
  client.send("x");
  expect(await client.nextMessage()).toEqual({ text: "text", isBinary: false });
  client.send(Buffer.from('{"action":"x"}'));
  expect(await client.closed()).toEqual({ code: 1003, reason: "Binary is not supported" });
  expect(w.received).toHaveLength(1);
});

describe("model validation", () => {
  const schema = JSON.stringify({
    $schema: "http://json-schema.org/draft-04/schema#",
    type: "object",
    required: ["symbol"],
    properties: { symbol: { type: "string" }, price: { type: "number", minimum: 0, exclusiveMinimum: true } },
  });
  async function answers(
    messages: unknown[],
    requestModels: Record<string, string>,
    more = {},
  ): Promise<[World, Client]> {
    const $default = {
      ...route("x"),
      twoWay: true,
      route: { requestModels, modelSelectionExpression: "$request.body.kind", ...more },
    };
    const w = await world({
      models: [{ name: "Quote", schema }],
      routes: { $default },
      backend: () => ({ body: "ok" }),
    });
    const client = await Client.connect(w);
    for (const message of messages) client.send(message);
    return [w, client];
  }

  test.each([
    [{ kind: "quote", symbol: "AAPL", price: 1 }, "ok"],
    [{ kind: "quote" }, "Bad request body"],
    [{ kind: "quote", symbol: 7 }, "Bad request body"],
    [{ kind: "quote", symbol: "A", price: 0 }, "Bad request body"],
    [{ kind: "other", symbol: "A" }, "Bad request body"],
    ["not JSON", "Bad request body"],
  ])("%j: %s", async (message, answer) => {
    const [w, client] = await answers([message], { quote: "Quote" });
    expect(await client.next()).toContain(answer);
    expect(w.received).toHaveLength(answer === "ok" ? 1 : 0);
  });

  test("no matching model: the $default one", async () => {
    const [, client] = await answers([{ kind: "other", symbol: "A" }, { kind: "other" }], { $default: "Quote" });
    // Messages of one connection overtake each other.
    const texts = [await client.next(), await client.next()];
    expect(texts).toEqual(expect.arrayContaining(["ok", expect.stringContaining("Bad request body")]));
  });
});

test("an API key is evaluated with the handshake's headers", async () => {
  const w = await world({ routes: { $default: { ...route("x"), route: { apiKeyRequired: true } } } });
  const without = await Client.connect(w);
  without.send("x");
  expect(JSON.parse(await without.next()).message).toBe("Forbidden");
  const withKey = await Client.connect(w, "", { headers: { "x-api-key": "k" } });
  withKey.send("x");
  expect(await w.backendCalls(1)).toHaveLength(1);
});

test("a MESSAGE event: no headers, no query; messageId, body and isBase64Encoded", async () => {
  const integration = { integrationType: "AWS_PROXY", integrationMethod: "POST", integrationUri: invocationUri("f") };
  const spec: Spec = {
    routes: { $connect: { ...CONNECT, route: CONNECT.route ?? {} }, $default: { integration } },
    functions: { f: () => ({ statusCode: 200 }) },
  };
  const w = await world(spec);
  const client = await Client.connect(w, "?stocks=a");
  client.send("hello");
  const [event = {}] = await w.functionCalls(1);
  expect(Object.keys(event).sort()).toEqual(["body", "isBase64Encoded", "requestContext"]);
  expect(event).toMatchObject({
    body: "hello",
    isBase64Encoded: false,
    requestContext: { eventType: "MESSAGE", routeKey: "$default", messageId: expect.stringMatching(/^[\w-]{15}=$/) },
  });
});

test("a slow message does not hold up the next one", async () => {
  let release: ((value: object) => void) | undefined;
  const w = await world({
    routes: { $default: { ...route("x"), twoWay: true } },
    backend: ({ body }) => (body === "slow" ? new Promise((resolve) => (release = resolve)) : { body }),
  });
  const client = await Client.connect(w);
  client.send("slow");
  client.send("fast");
  expect(await client.next()).toBe("fast");
  release?.({ body: "slow" });
  expect(await client.next()).toBe("slow");
});

test("stage limits exceeded: a Too Many Requests frame", async () => {
  const stage = { routeSettings: { $default: { throttlingBurstLimit: 1, throttlingRateLimit: 0 } } };
  const w = await world({
    routes: { $default: { ...route("x"), twoWay: true } },
    stage,
    backend: () => ({ body: "ok" }),
  });
  const client = await Client.connect(w);
  client.send("x");
  expect(await client.next()).toBe("ok");
  client.send("x");
  expect(JSON.parse(await client.next()).message).toBe("Too Many Requests");
});

test.each<[string, Spec]>([
  [
    "an HTTP_PROXY backend",
    {
      routes: {
        $default: {
          integration: { integrationType: "HTTP_PROXY", integrationMethod: "POST", integrationUri: "BACKEND/bytes" },
          twoWay: true,
        },
      },
      backend: (_, response) => void response.end(Buffer.of(0x61, 0xff, 0x62)),
    },
  ],
  [
    "a function",
    {
      routes: {
        $default: {
          integration: {
            integrationType: "AWS_PROXY",
            integrationMethod: "POST",
            integrationUri: invocationUri("bytes"),
          },
          twoWay: true,
        },
      },
      functions: { bytes: () => ({ statusCode: 200, body: "Yf9i", isBase64Encoded: true }) },
    },
  ],
])("a reply of %s that is not UTF-8 does not close the connection", async (_, spec) => {
  const w = await world(spec);
  const client = await Client.connect(w);
  client.send("x");
  expect(await client.next()).toBe("a\ufffdb");
});
