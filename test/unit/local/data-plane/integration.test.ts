/** Integrations: what backends and functions are sent, seen from their side. */
import * as fc from "fast-check";
import { parseQuery } from "../../../../local/data-plane/handshake/query";
import { Client, handshake } from "../../../support/local/client";
import {
  CONNECT,
  DISCONNECT,
  endWorlds,
  invocationUri,
  type Spec,
  STAGE,
  type World,
  world,
} from "../../../support/local/world";

afterEach(endWorlds);

function http(overrides: Record<string, unknown> = {}) {
  return { integrationType: "HTTP", integrationMethod: "POST", integrationUri: "BACKEND/x", ...overrides };
}

function mapped(requestParameters: Record<string, string>, declared: readonly string[] = [], more = {}): Spec {
  const route = { requestParameters: Object.fromEntries(declared.map((name) => [name, { required: false }])) };
  return { routes: { $connect: { route, integration: http({ requestParameters, ...more }) } } };
}

/** One message through a $default route with this integration; what the backend got. */
async function message(body: unknown, integration: Record<string, unknown>, spec: Partial<Spec> = {}) {
  const w = await world({ ...spec, routes: { $default: { integration: http(integration) } } });
  const client = await Client.connect(w);
  client.send(body);
  const [received] = await w.backendCalls(1);
  return received;
}

describe("types", () => {
  test("HTTP: mapped parameters, none of the client's own", async () => {
    const w = await world({ routes: { $connect: CONNECT } });
    await handshake(w, { path: `/${STAGE}?token=t&stocks=aapl`, headers: { "X-Mine": "1", Cookie: "a=b" } });
    const [{ url, headers, method } = { url: "", headers: {}, method: "" }] = w.received;
    expect([method, url.replace(/connectionId=[\w-]{15}%3D/, "connectionId=ID")]).toEqual([
      "POST",
      "/connect?stocks=aapl&connectionId=ID",
    ]);
    expect(Object.keys(headers).sort()).toEqual([
      "accept",
      "connection",
      "content-length",
      "content-type",
      "host",
      "user-agent",
      "x-amzn-apigateway-api-id",
      "x-amzn-trace-id",
    ]);
  });

  test("HTTP_PROXY: the client's query string and headers, with the gateway's", async () => {
    const w = await world({ routes: { $connect: { integration: http({ integrationType: "HTTP_PROXY" }) } } });
    await handshake(w, { path: `/${STAGE}?token=t&a=1&a=2`, headers: { "X-Mine": "1", "User-Agent": "me" } });
    const [{ url, headers } = { url: "", headers: {} }] = w.received;
    expect(url).toBe("/x?token=t&a=1&a=2");
    expect(headers).toMatchObject({
      "x-mine": "1",
      "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
      "sec-websocket-version": "13",
      "user-agent": `AmazonAPIGateway_${w.apiId}`,
      "x-amzn-apigateway-api-id": w.apiId,
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-port": "443",
      "x-forwarded-proto": "https",
    });
    expect(headers.upgrade).toBeUndefined();
  });

  test("HTTP_PROXY: a static mapping neutralises Sec-WebSocket-Version", async () => {
    const requestParameters = { "integration.request.header.Sec-WebSocket-Version": "'0'" };
    const integration = http({ integrationType: "HTTP_PROXY", requestParameters });
    const w = await world({ routes: { $connect: { integration } } });
    await handshake(w);
    expect(w.received[0]?.headers["sec-websocket-version"]).toBe("0");
  });

  test("HTTP_PROXY: a client cannot add its own connectionId to the mapped one", async () => {
    const requestParameters = { "integration.request.querystring.connectionId": "context.connectionId" };
    const integration = http({ integrationType: "HTTP_PROXY", requestParameters });
    const w = await world({ routes: { $connect: { integration } } });
    await handshake(w, { path: `/${STAGE}?connectionId=evil&connection%49d=evil&a=1#` });
    const query = w.received[0]?.query;
    expect(query?.getAll("connectionId")).toEqual([expect.stringMatching(/^[\w-]{15}=$/)]);
    expect(query?.get("a")).toBe("1#");
  });

  test("AWS_PROXY on CONNECT: the event, without the fields of the authorizer's event", async () => {
    const integration = { integrationType: "AWS_PROXY", integrationMethod: "POST", integrationUri: invocationUri("f") };
    const w = await world({ routes: { $connect: { integration } }, functions: { f: () => ({ statusCode: 200 }) } });
    await handshake(w, { path: `/${STAGE}?a=1&a=2` });
    const [event = {}] = w.invoked;
    expect(event).toMatchObject({
      queryStringParameters: { a: "2" },
      multiValueQueryStringParameters: { a: ["1", "2"] },
      requestContext: { routeKey: "$connect", eventType: "CONNECT" },
      isBase64Encoded: false,
    });
    expect(Object.keys(Object(event.headers))).toEqual(
      expect.not.arrayContaining(["Connection", "Upgrade", "content-length"]),
    );
    expect(event).not.toHaveProperty("stageVariables");
    expect(event).not.toHaveProperty("body");
  });

  test("AWS_PROXY without a query string: it is absent", async () => {
    const integration = { integrationType: "AWS_PROXY", integrationMethod: "POST", integrationUri: invocationUri("f") };
    const w = await world({ routes: { $connect: { integration } }, functions: { f: () => ({ statusCode: 200 }) } });
    await handshake(w);
    expect(w.invoked[0]).not.toHaveProperty("queryStringParameters");
  });

  test("AWS_PROXY without permission for the route: 500, no Lambda call", async () => {
    const integration = { integrationType: "AWS_PROXY", integrationMethod: "POST", integrationUri: invocationUri("f") };
    const spec = { routes: { $connect: { integration } }, functions: { f: () => ({ statusCode: 200 }) } };
    const other = await world({ ...spec, allowedSourceArns: ["arn:aws:execute-api:*:*:*/*/$disconnect"] });
    expect([(await handshake(other)).status, other.invoked.length]).toEqual([500, 0]);
    const own = await world({ ...spec, allowedSourceArns: ["arn:aws:execute-api:*:*:*/*/$connect"] });
    expect((await handshake(own)).status).toBe(101);
  });

  test("AWS with a Lambda function: the template is the payload, its error message selects the response", async () => {
    const integration = {
      integrationType: "AWS",
      integrationMethod: "POST",
      integrationUri: invocationUri("f"),
      requestTemplates: { $default: '{"said": $input.json("$.text")}' },
      templateSelectionExpression: "\\$default",
    };
    const f = (event: Record<string, unknown>) => {
      if (event.said === "fail") throw new Error("no such thing");
      return { heard: event.said };
    };
    const responses = [
      { integrationResponseKey: "$default" },
      { integrationResponseKey: "/no such.*/", responseTemplates: { $default: '{"sorry": true}' } },
    ];
    const w = await world({ routes: { $default: { integration, responses, twoWay: true } }, functions: { f } });
    const client = await Client.connect(w);
    client.send({ text: "hi" });
    expect(await client.next()).toBe('{"heard":"hi"}');
    client.send({ text: "fail" });
    expect(await client.next()).toBe('{"sorry": true}');
  });

  test("MOCK: the template's statusCode selects the response", async () => {
    const integration = {
      integrationType: "MOCK",
      requestTemplates: { $default: '{"statusCode":200}' },
      templateSelectionExpression: "\\$default",
    };
    const responses = [{ integrationResponseKey: "/200/", responseTemplates: { $default: "pong" } }];
    const w = await world({ routes: { ping: { integration, responses, twoWay: true } } });
    const client = await Client.connect(w);
    client.send({ action: "ping" });
    expect(await client.next()).toBe("pong");
  });
});

describe("request parameters", () => {
  test.each([
    ["route.request.querystring.a", "2"],
    ["route.request.header.X-Mine", "h"],
    ["context.stage", STAGE],
    ["context.identity.sourceIp", "127.0.0.1"],
    ["stageVariables.key", "value"],
    ["'a static & text'", "a static & text"],
  ])("%s in the query string", async (source, value) => {
    const declared = source.startsWith("route.") ? [source] : [];
    const w = await world({
      ...mapped({ "integration.request.querystring.p": source }, declared),
      stage: { stageVariables: { key: "value" } },
    });
    await handshake(w, { path: `/${STAGE}?a=1&a=2`, headers: { "x-mine": "h" } });
    expect(w.received[0]?.query.getAll("p")).toEqual([value]);
  });

  test("multivaluequerystring and multivalueheader: every value", async () => {
    const sources = ["route.request.multivaluequerystring.a", "route.request.multivalueheader.X-Mine"];
    const targets = {
      "integration.request.querystring.q": sources[0] ?? "",
      "integration.request.querystring.h": sources[1] ?? "",
    };
    const w = await world(mapped(targets, sources));
    await handshake(w, { path: `/${STAGE}?a=1&a=2`, extra: ["X-Mine: 3", "x-mine: 4"] });
    expect([w.received[0]?.query.getAll("q"), w.received[0]?.query.getAll("h")]).toEqual([
      ["1", "2"],
      ["3", "4"],
    ]);
  });

  test("in a header, and in the path", async () => {
    const targets = {
      "integration.request.header.X-Stage": "context.stage",
      "integration.request.path.who": "route.request.querystring.who",
    };
    const uri = { integrationUri: "BACKEND/users/{who}/connect?fixed=1" };
    const w = await world(mapped(targets, ["route.request.querystring.who"], uri));
    await handshake(w, { path: `/${STAGE}?who=a%2Fb%3F` });
    expect([w.received[0]?.headers["x-stage"], w.received[0]?.url]).toEqual([STAGE, "/users/a%2Fb%3F/connect?fixed=1"]);
  });

  test("route.request.body in a message", async () => {
    const requestParameters = {
      "integration.request.querystring.id": "route.request.body.order.id",
      "integration.request.querystring.items": "route.request.body.order.items",
      "integration.request.querystring.second": "route.request.body.order.items[1]",
      "integration.request.querystring.none": "route.request.body.nothing",
    };
    const received = await message({ order: { id: 7, items: ["a", "b"] } }, { requestParameters });
    expect([...(received?.query ?? [])]).toEqual([
      ["id", "7"],
      ["items", '["a","b"]'],
      ["second", "b"],
    ]);
  });

  test("the = of a connectionId and the comma of stocks arrive unchanged", async () => {
    const w = await world({ routes: { $connect: CONNECT } });
    await handshake(w, { path: `/${STAGE}?stocks=aapl,goog` });
    expect(w.received[0]?.url).toContain("stocks=aapl%2Cgoog");
    expect(w.received[0]?.query.get("stocks")).toBe("aapl,goog");
    expect(w.received[0]?.query.get("connectionId")).toMatch(/=$/);
  });

  test("any query string is read as URLSearchParams reads it, where it is valid", () => {
    const text = fc.array(fc.tuple(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" })));
    fc.assert(
      fc.property(text, (pairs) => {
        const query = new URLSearchParams(pairs).toString();
        const { single, multi } = parseQuery(query);
        for (const [name] of pairs) {
          expect(multi[name]).toEqual(new URLSearchParams(query).getAll(name));
          expect(single[name]).toBe(new URLSearchParams(query).getAll(name).at(-1));
        }
      }),
    );
  });

  test("any query string is parsed without an error", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => parseQuery(text).empty === /^&*$/.test(text)));
  });
});

describe("templates", () => {
  const both = { one: "one", $default: "other" };
  test.each([
    ["\\$default", both, "other"],
    ["${request.body.kind}", both, "one"],
    ["${request.body.missing}", both, "other"],
    ["one", both, "one"],
    ["v-${request.body.kind}", { "v-one": "both" }, "both"],
  ])("expression %s", async (templateSelectionExpression, requestTemplates, body) => {
    expect((await message({ kind: "one" }, { templateSelectionExpression, requestTemplates }))?.body).toBe(body);
  });

  test("without an expression: application/json, then $default", async () => {
    const requestTemplates = { "application/json": "json", $default: "other" };
    expect((await message("{}", { requestTemplates }))?.body).toBe("json");
    expect((await message("{}", { requestTemplates: { $default: "other" } }))?.body).toBe("other");
  });

  test.each([
    ["WHEN_NO_MATCH", {}, "raw"],
    ["WHEN_NO_MATCH", { other: "x" }, "raw"],
    ["WHEN_NO_TEMPLATES", {}, "raw"],
  ])("%s with templates %j: the body passes through", async (passthroughBehavior, requestTemplates, body) => {
    expect((await message("raw", { passthroughBehavior, requestTemplates }))?.body).toBe(body);
  });

  test.each([
    ["WHEN_NO_TEMPLATES", { other: "x" }],
    ["NEVER", {}],
    ["NEVER", { other: "x" }],
  ])(
    "%s with templates %j and no match: 415, the backend is not called",
    async (passthroughBehavior, requestTemplates) => {
      const w = await world({ routes: { $connect: { integration: http({ passthroughBehavior, requestTemplates }) } } });
      expect([(await handshake(w)).status, w.received.length]).toEqual([415, 0]);
    },
  );

  test("CONVERT_TO_BINARY: base64 becomes bytes", async () => {
    expect((await message("aGVsbG8=", { contentHandlingStrategy: "CONVERT_TO_BINARY" }))?.body).toBe("hello");
  });

  test("a GET to the backend has no body", async () => {
    const received = await message("{}", { integrationMethod: "GET", requestTemplates: { $default: "text" } });
    expect([received?.method, received?.body]).toEqual(["GET", ""]);
  });

  test("a template that cannot be rendered: 500 to the handshake, and the trace has the reason", async () => {
    const integration = http({ requestTemplates: { $default: "#if(" } });
    const w = await world({ routes: { $connect: { integration } } });
    expect((await handshake(w)).status).toBe(500);
    const failed = w.traced.find((event) => event.type === "integration-failure");
    expect(failed).toMatchObject({ reason: "configuration", detail: expect.stringContaining("template") });
  });

  test("a stage variable in the URI", async () => {
    const integration = http({ integrationUri: "BACKEND/${stageVariables.version}/x" });
    const w = await world({ routes: { $connect: { integration } }, stage: { stageVariables: { version: "v2" } } });
    await handshake(w);
    expect(w.received[0]?.path).toBe("/v2/x");
  });
});

describe("variables of templates", () => {
  async function rendered(template: string, { path = `/${STAGE}`, ...spec }: Partial<Spec> & { path?: string } = {}) {
    const integration = http({ requestTemplates: { $default: template } });
    const w = await world({ ...spec, routes: { $connect: { integration } } });
    await handshake(w, { path });
    return { body: w.received[0]?.body, w };
  }

  test("$context", async () => {
    const names = [
      "connectionId",
      "connectedAt",
      "domainName",
      "eventType",
      "routeKey",
      "requestId",
      "extendedRequestId",
      "apiId",
      "stage",
      "requestTime",
      "requestTimeEpoch",
      "messageDirection",
    ];
    const { body, w } = await rendered(names.map((name) => `$context.${name}`).join("|"));
    const texts = (body ?? "").split("|");
    const values = Object.fromEntries(names.map((name, i) => [name, texts[i]]));
    expect(values).toMatchObject({
      connectionId: expect.stringMatching(/^[\w-]{15}=$/),
      connectedAt: expect.stringMatching(/^\d{13}$/),
      domainName: `localhost:${w.port}`,
      eventType: "CONNECT",
      routeKey: "$connect",
      requestId: values.extendedRequestId,
      apiId: w.apiId,
      stage: STAGE,
      requestTime: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
      messageDirection: "IN",
    });
  });

  test("$context.authorizer and $context.identity", async () => {
    const functions = {
      authorizer: () => ({
        principalId: "p",
        policyDocument: { Statement: { Effect: "Allow", Action: "*", Resource: "*" } },
        context: { userId: 1 },
      }),
    };
    const template =
      "$context.authorizer.principalId $context.authorizer.userId [$context.authorizer.none] $context.identity.sourceIp";
    const { body } = await rendered(template, { authorizer: {}, functions, path: `/${STAGE}?token=t` });
    expect(body).toBe("p 1 [] 127.0.0.1");
  });

  test("$stageVariables and $util", async () => {
    const stage = { stageVariables: { key: "v1" } };
    const { body } = await rendered("$stageVariables.key $util.base64Encode($stageVariables['key'])", { stage });
    expect(body).toBe("v1 djE=");
  });

  test("$input of a message", async () => {
    const requestTemplates = { $default: "$input.body $input.json('$.a') $input.path('$.a.b')" };
    expect((await message('{"a":{"b":"c"}}', { requestTemplates }))?.body).toBe('{"a":{"b":"c"}} {"b":"c"} c');
  });

  test("$input.params(), and by switch nothing", async () => {
    const template = "$input.params('auth')";
    expect((await rendered(template, { path: `/${STAGE}?auth=t` })).body).toBe("t");
    const options = { switches: { inputParams: "empty" } } as const;
    expect((await rendered(template, { path: `/${STAGE}?auth=t`, options })).body).toBe("");
  });
});

describe("what the backend receives", () => {
  test("$connect without a template: no body", async () => {
    const w = await world({ routes: { $connect: CONNECT } });
    await handshake(w, { path: `/${STAGE}?stocks=a` });
    expect([w.received[0]?.body, w.received[0]?.headers["content-length"]]).toEqual(["", "0"]);
  });

  test("$connect with a template: its text, as JSON", async () => {
    const integration = http({ requestTemplates: { $default: '{"id":"$context.connectionId"}' } });
    const w = await world({ routes: { $connect: { integration } } });
    await handshake(w);
    expect([w.received[0]?.headers["content-type"], JSON.parse(w.received[0]?.body ?? "")]).toEqual([
      "application/json",
      { id: expect.stringMatching(/=$/) },
    ]);
  });

  test("$disconnect: an empty POST with the mapped parameters only", async () => {
    const w: World = await world({ routes: { $disconnect: DISCONNECT } });
    (await Client.connect(w, "?stocks=a")).socket.close();
    const [received] = await w.backendCalls(1);
    expect([received?.method, received?.body, [...(received?.query.keys() ?? [])]]).toEqual([
      "POST",
      "",
      ["connectionId"],
    ]);
  });

  test.each(["HTTP", "HTTP_PROXY"])("a message, %s: the frame's text", async (integrationType) => {
    expect((await message("not JSON", { integrationType }))?.body).toBe("not JSON");
  });
});

test("numbers and members of a message reach the backend as they are written", async () => {
  const requestParameters = {
    "integration.request.querystring.id": "route.request.body.id",
    "integration.request.querystring.price": "route.request.body.price",
    "integration.request.header.order": "route.request.body.order",
  };
  const requestTemplates = { $default: `{"id":$input.json('$.id'),"order":$input.json('$.order')}` };
  const integration = http({ requestParameters, requestTemplates, templateSelectionExpression: "\\$default" });
  const w = await world({ routes: { $default: { integration } } });
  const client = await Client.connect(w);
  client.send('{"id":1234567890123456789,"price":1.10,"order":{"2":1.0,"1":"b"}}');
  const [received] = await w.backendCalls(1);
  expect(Object.fromEntries(received?.query ?? [])).toEqual({ id: "1234567890123456789", price: "1.10" });
  expect(received?.headers.order).toBe('{"2":1.0,"1":"b"}');
  expect(received?.body).toBe('{"id":1234567890123456789,"order":{"2":1.0,"1":"b"}}');
});

test("models see a message's numbers as numbers", async () => {
  const schema = JSON.stringify({ type: "object", properties: { price: { type: "number", minimum: 1 } } });
  const route = { requestModels: { $default: "m" } };
  const w = await world({
    models: [{ name: "m", schema }],
    routes: { $default: { route, integration: http({}), twoWay: true } },
    backend: () => ({ body: "valid" }),
  });
  const client = await Client.connect(w);
  client.send('{"price":1.0}');
  expect(await client.next()).toBe("valid");
});
