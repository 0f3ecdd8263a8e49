/** What the trace shows of the request to a backend and of its answer: exactly what was sent, and why the backend objects. */
import type { TraceEvent } from "../../../../local/trace/trace";
import { Client } from "../../../support/local/client";
import { http } from "../../../support/local/echo";
import { type Behave, endWorlds, type RouteSpec, type World, world } from "../../../support/local/world";

afterEach(endWorlds);

const WITH_ID = {
  requestParameters: {
    "integration.request.querystring.connectionId": "context.connectionId",
    "integration.request.querystring.userId": "context.authorizer.userId",
    "integration.request.header.X-Action": "route.request.body.action",
    "integration.request.header.X-Secret": "'origin-secret-of-the-backend'",
  },
};

async function sent(backend: Behave, route: Partial<RouteSpec> = {}): Promise<{ w: World; client: Client }> {
  const w = await world({ routes: { $default: { integration: http("message", WITH_ID), ...route } }, backend });
  const client = await Client.connect(w);
  client.send({ action: "chat", text: "hi" });
  return { w, client };
}

function isOf<Type extends TraceEvent["type"]>(type: Type) {
  return (event: TraceEvent): event is Extract<TraceEvent, { type: Type }> => event.type === type;
}

async function first<Type extends TraceEvent["type"]>(w: World, type: Type) {
  await w.happened(isOf(type));
  return w.traced.find(isOf(type));
}

test("the body of an error is shown, although a one-way route drops it", async () => {
  const { w } = await sent(() => ({ status: 422, body: '{"detail":"text is too short"}' }));
  expect(await first(w, "integration-response")).toMatchObject({
    status: 422,
    bytes: 30,
    body: '{"detail":"text is too short"}',
  });
});

test("the body is shown up to a limit, and its length is that of all of it", async () => {
  const { w } = await sent(() => ({ status: 500, body: `${"é".repeat(6000)}end` }));
  const response = await first(w, "integration-response");
  expect(response?.bytes).toBe(12_003);
  expect(response?.body).toBe(`${"é".repeat(4096)}…`);
});

test("a secret in an error is masked", async () => {
  const token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg";
  const { w } = await sent(() => ({ status: 401, body: `invalid token ${token}` }));
  expect((await first(w, "integration-response"))?.body).toMatch(/^invalid token <masked, \d+ characters>$/);
});

test("a body without end, of a one-way route, is cut off and its status counts", async () => {
  const { w, client } = await sent((_, response) => {
    response.writeHead(200);
    const more = () => response.destroyed || response.write("x".repeat(16 * 1024), () => more());
    more();
    return undefined;
  });
  expect(await first(w, "integration-response")).toMatchObject({ status: 200 });
  client.send("not JSON");
  await w.backendCalls(2);
});

test("the request is shown as it was sent: address, headers, body, mapped values, and mappings without one", async () => {
  const { w } = await sent(() => ({}));
  const [received] = await w.backendCalls(1);
  const request = await first(w, "integration-request");
  const connectionId = received?.query.get("connectionId") ?? "";
  expect(request).toMatchObject({
    method: "POST",
    target: expect.stringMatching(new RegExp(`/message\\?connectionId=${encodeURIComponent(connectionId)}$`)),
    body: received?.body,
    values: {
      "integration.request.querystring.connectionId": connectionId,
      "integration.request.header.X-Action": "chat",
      "integration.request.header.X-Secret": "<masked, 28 characters>",
    },
  });
  expect(request?.values).not.toHaveProperty(["integration.request.querystring.userId"]);
  expect(request?.mapped).toHaveProperty(["integration.request.querystring.userId"], "context.authorizer.userId");
  for (const [name, value] of Object.entries(request?.headers ?? {})) {
    if (name !== "X-Secret") expect(received?.headers[name.toLowerCase()]).toBe(value);
  }
});

test("a two-way route passes on the whole body, and shows its beginning", async () => {
  const { w, client } = await sent(() => ({ body: "y".repeat(10_000) }), { twoWay: true });
  expect(await client.next()).toBe("y".repeat(10_000));
  expect((await first(w, "integration-response"))?.body).toBe(`${"y".repeat(4096)}…`);
});
