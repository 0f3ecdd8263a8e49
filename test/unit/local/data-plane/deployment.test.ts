/** Deployments, stages and access logs: what changes when, for connections that are open and for new ones. */
import { Client, handshake } from "../../../support/local/client";
import { allow, CONNECT, endWorlds, type Spec, STAGE, type World, world } from "../../../support/local/world";

afterEach(endWorlds);

const http = (name: string) => ({
  integrationType: "HTTP",
  integrationMethod: "POST",
  integrationUri: `BACKEND/${name}`,
});
const mapping = (value: string) => ({ requestParameters: { "integration.request.querystring.v": value } });
const spec: Spec = { routes: { $default: { integration: { ...http("x"), ...mapping("'one'") } } } };

function change(w: World, value: string): void {
  const [{ integrationId } = { integrationId: "" }] = w.store.integrations(w.apiId).list();
  w.store.integrations(w.apiId).update(integrationId, mapping(value));
}

async function sent(w: World, client: Client, call: number): Promise<string | null | undefined> {
  client.send("x");
  return (await w.backendCalls(call))[call - 1]?.query.get("v");
}

test("an edit is invisible until it is deployed, then open connections use it", async () => {
  const w = await world(spec);
  const client = await Client.connect(w);
  expect(await sent(w, client, 1)).toBe("one");
  change(w, "'two'");
  expect(await sent(w, client, 2)).toBe("one");
  w.deploy();
  expect(await sent(w, client, 3)).toBe("two");
});

test("by switch, open connections keep the deployment they were opened with", async () => {
  const w = await world({ ...spec, options: { switches: { openConnections: "keep-deployment" } } });
  const client = await Client.connect(w);
  change(w, "'two'");
  w.deploy();
  expect(await sent(w, client, 1)).toBe("one");
  expect(await sent(w, await Client.connect(w), 2)).toBe("two");
});

test("stage settings apply at once", async () => {
  const w = await world({
    routes: { $default: { integration: { ...http("x"), ...mapping("stageVariables.v") } } },
    stage: { stageVariables: { v: "one" } },
  });
  const client = await Client.connect(w);
  expect(await sent(w, client, 1)).toBe("one");
  w.store.stages(w.apiId).update(STAGE, { stageVariables: { v: "two" } });
  expect(await sent(w, client, 2)).toBe("two");
});

test("autoDeploy: every edit is served", async () => {
  const w = await world({});
  w.store.stages(w.apiId).create({ stageName: "auto", autoDeploy: true });
  w.store.routes(w.apiId).create({ routeKey: "$connect" });
  expect((await handshake(w, { path: "/auto" })).status).toBe(101);
});

test("a stage is deleted while a connection is open: the connection stays, its messages are ignored", async () => {
  const w = await world(spec);
  const client = await Client.connect(w);
  w.store.stages(w.apiId).delete(STAGE);
  expect((await handshake(w)).status).toBe(403);
  client.send("x");
  const pong = new Promise((resolve) => client.socket.once("pong", resolve));
  client.socket.ping();
  await pong;
  expect(w.received).toEqual([]);
});

describe("access logs", () => {
  const format = [
    "eventType",
    "routeKey",
    "status",
    "connectionId",
    "requestId",
    "identity.sourceIp",
    "authorizer.userId",
    "integration.status",
    "error.message",
    "httpMethod",
  ]
    .map((name) => `$context.${name}`)
    .join(" ");
  const lines = (w: World) => w.traced.flatMap((event) => (event.type === "access-log" ? [event.line] : []));

  test("a line for each event in the stage's format, with - for an absent value", async () => {
    const w = await world({
      authorizer: {},
      routes: { $connect: CONNECT, $disconnect: { integration: http("gone") } },
      functions: { authorizer: allow },
      stage: { accessLogSettings: { destinationArn: "arn:aws:logs:eu-central-1:123456789012:log-group:x", format } },
    });
    const client = await Client.connect(w, "?token=t&stocks=a");
    client.send("nowhere");
    await client.next();
    client.socket.close();
    await w.happened((event) => event.type === "access-log" && event.line.startsWith("DISCONNECT"));
    expect(lines(w).map((line) => line.replaceAll(/[\w-]{15}=/g, "ID"))).toEqual([
      "CONNECT $connect 101 ID ID 127.0.0.1 u-1 200 - -",
      "MESSAGE $default 403 ID ID 127.0.0.1 u-1 - Forbidden -",
      "DISCONNECT $disconnect 200 ID ID 127.0.0.1 u-1 200 - -",
    ]);
  });

  test("a value cannot end its line or, in a JSON format, its string", async () => {
    const w = await world({
      routes: { $connect: {} },
      stage: {
        accessLogSettings: {
          destinationArn: "arn:aws:logs:::x",
          format: '{"agent":"$context.identity.userAgent","id":"$context.requestId"}',
        },
      },
    });
    await Client.connect(w, "", { headers: { "User-Agent": 'a"b\\c' } });
    expect(lines(w).map((line) => JSON.parse(line).agent)).toEqual(['a"b\\c']);
  });
});
