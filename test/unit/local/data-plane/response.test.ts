/** Integration responses and route responses, seen by a client of a two-way route and by handshakes. */
import { Client, frame, handshake } from "../../../support/local/client";
import { type Behave, endWorlds, type RouteSpec, world } from "../../../support/local/world";

afterEach(endWorlds);

const integration = { integrationType: "HTTP", integrationMethod: "POST", integrationUri: "BACKEND/x" };

async function reply(
  responses: RouteSpec["responses"],
  backend: Behave = () => ({ body: "raw" }),
  body = "{}",
): Promise<string> {
  const route = { integration, twoWay: true, ...(responses && { responses }) };
  const client = await Client.connect(await world({ routes: { $default: route }, backend }));
  client.send(body);
  return client.next();
}

describe("integration response keys", () => {
  const responses = [
    { integrationResponseKey: "/2\\d\\d/", responseTemplates: { $default: "good" } },
    { integrationResponseKey: "/404/", responseTemplates: { $default: "missing" } },
    { integrationResponseKey: "$default", responseTemplates: { $default: "other" } },
  ];
  test.each([
    [200, "good"],
    [201, "good"],
    [404, "missing"],
    [500, "other"],
  ])("status %i selects by regex or $default", async (status, text) => {
    expect(await reply(responses, () => ({ status, body: "raw" }))).toBe(text);
  });

  test("a regex must match the whole status", async () => {
    expect(
      await reply([
        { integrationResponseKey: "/20/", responseTemplates: { $default: "part" } },
        { integrationResponseKey: "$default" },
      ]),
    ).toBe("raw");
  });

  test("no match and no $default: Internal server error", async () => {
    expect(await reply([{ integrationResponseKey: "/2\\d\\d/" }], () => ({ status: 404 }))).toContain(
      '"Internal server error"',
    );
  });

  test("a handshake succeeds if a response is selected, with any backend status, and fails otherwise", async () => {
    const spec = { routes: { $connect: { integration, responses: [{ integrationResponseKey: "/2\\d\\d/" }] } } };
    expect((await handshake(await world({ ...spec, backend: () => ({ status: 204 }) }))).status).toBe(101);
    expect((await handshake(await world({ ...spec, backend: () => ({ status: 403 }) }))).status).toBe(500);
  });
});

describe("response templates", () => {
  const responseTemplates = { "200": "by status", json: "by header", kind: "by body", $default: "fallback" };
  test.each([
    ["${integration.response.statuscode}", "by status"],
    ["${integration.response.header.X-Kind}", "by header"],
    ["${integration.response.multivalueheader.X-Kind}", "by header"],
    ["${request.body.select}", "by body"],
    ["\\$default", "fallback"],
    ["unknown", "fallback"],
    ["${integration.response.body.errorMessage}", "fallback"],
  ])("selected by %s", async (templateSelectionExpression, text) => {
    const responses = [{ integrationResponseKey: "$default", responseTemplates, templateSelectionExpression }];
    const backend: Behave = () => ({ headers: { "X-Kind": "json" }, body: "{}" });
    expect(await reply(responses, backend, '{"select":"kind"}')).toBe(text);
  });

  test("a template sees the backend's body as $input", async () => {
    const responseTemplates = { $default: "$input.path('$.price') $context.routeKey" };
    const responses = [{ integrationResponseKey: "$default", responseTemplates }];
    expect(await reply(responses, () => ({ body: '{"price": 7}' }))).toBe("7 $default");
  });

  test("no templates: the body passes unchanged", async () => {
    expect(await reply([{ integrationResponseKey: "$default" }])).toBe("raw");
  });
});

test("response parameters: headers of the 101, from header, body and static", async () => {
  const responseParameters = {
    "method.response.header.X-From-Header": "integration.response.header.X-Mine",
    "method.response.header.X-From-Body": "integration.response.body.user.id",
    "method.response.header.X-Static": "'text'",
  };
  const responses = [{ integrationResponseKey: "$default", responseParameters }];
  const backend: Behave = () => ({ headers: { "X-Mine": "h" }, body: '{"user":{"id":7}}' });
  const { headers } = await handshake(await world({ routes: { $connect: { integration, responses } }, backend }));
  expect(["x-from-header", "x-from-body", "x-static"].map((name) => headers.get(name))).toEqual(["h", "7", "text"]);
});

describe("$context.responseOverride.status exists for REST APIs only and has no effect", () => {
  const override = { $default: "#set($context.responseOverride.status = 403)done" };

  test.each([
    ["in the response's template", { integration, responses: [{ responseTemplates: override }] }],
    ["in the request's template", { integration: { ...integration, requestTemplates: override }, responses: [{}] }],
  ])("%s: the handshake is accepted", async (_, { responses, ...route }) => {
    const $connect = { ...route, responses: responses.map((one) => ({ ...one, integrationResponseKey: "$default" })) };
    const w = await world({ routes: { $connect } });
    expect([(await handshake(w)).status, w.received.length]).toEqual([101, 1]);
  });

  test("on a message: the reply is the template's text", async () => {
    expect(await reply([{ integrationResponseKey: "$default", responseTemplates: override }])).toBe("done");
  });
});

describe("two-way replies need both the expression and a route response", () => {
  test.each([
    ["expression only", { routeResponseSelectionExpression: "$default" }],
    ["neither", {}],
  ])("%s: nothing is sent", async (_, route) => {
    const routes = { $default: { integration, route }, next: { integration, twoWay: true } };
    const client = await Client.connect(await world({ routes, backend: ({ body }) => ({ body }) }));
    client.send("silent");
    client.send('{"action":"next"}');
    expect(await client.next()).toBe('{"action":"next"}');
  });

  test("a $disconnect route with a route response: the close frame is the client's last", async () => {
    const w = await world({ routes: { $disconnect: { integration, twoWay: true } }, backend: () => ({ body: "bye" }) });
    const { status, socket } = await handshake(w);
    socket.write(frame(Buffer.from([0x03, 0xe8]), { opcode: 8 }));
    const answered = await w.happened((event) => event.type === "integration-response");
    expect([status, answered]).toEqual([101, expect.objectContaining({ routeKey: "$disconnect", status: 200 })]);
    expect([(await socket.frame())?.opcode, await socket.frame()]).toEqual([8, undefined]);
    expect((await handshake(w)).status).toBe(101);
  });

  test("a $connect route with a route response: still no frame", async () => {
    const backend: Behave = () => ({ body: "hello" });
    const routes = { $connect: { integration, twoWay: true }, $default: { integration, twoWay: true } };
    const w = await world({
      routes,
      backend: (received, response) => (received.body ? { body: "reply" } : backend(received, response)),
    });
    const client = await Client.connect(w);
    client.send("x");
    expect(await client.next()).toBe("reply");
  });
});
