/** The `@connections` API, called over HTTP as the SDKs call it, and by the AWS SDK itself. */

import { connect, createServer, type Socket } from "node:net";
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  GoneException,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { listen } from "../../../../harness/servers";
import { Client, handshake, management, RawSocket, SIGNED } from "../../../support/local/client";
import { atEnd, endWorlds, portOf, type RouteSpec, STAGE, type World, world } from "../../../support/local/world";

afterEach(endWorlds);

const whoAmI: RouteSpec = {
  integration: {
    integrationType: "HTTP",
    integrationMethod: "POST",
    integrationUri: "BACKEND/connect",
    requestParameters: { "integration.request.querystring.connectionId": "context.connectionId" },
  },
};
const spec = { routes: { $connect: whoAmI, $disconnect: whoAmI } };
const STRANGER = "abcdefghijklmno=";

async function connected(options: Parameters<typeof world>[0] = spec): Promise<[World, Client, string]> {
  const w = await world(options);
  const client = await Client.connect(w, "", { headers: { "User-Agent": "me" } });
  return [w, client, w.received[0]?.query.get("connectionId") ?? ""];
}

test("POST: 200 with an empty body, delivered as a text frame", async () => {
  const [w, client, id] = await connected();
  expect(await management(w, "POST", id, { body: Buffer.from("prïce: 1") })).toMatchObject({ status: 200, body: "" });
  expect(await client.nextMessage()).toEqual({ text: "prïce: 1", isBinary: false });
});

test("POST of 128 KB: delivered, in frames of 32 KB", async () => {
  const w = await world(spec);
  const { socket } = await handshake(w);
  const id = w.received[0]?.query.get("connectionId") ?? "";
  expect((await management(w, "POST", id, { body: "x".repeat(131_072) })).status).toBe(200);
  const frames = [];
  for (let i = 0; i < 4; i++) frames.push(await socket.frame());
  expect(frames.map((f) => [f?.opcode, f?.fin, f?.payload.length])).toEqual([
    [1, false, 32_768],
    [0, false, 32_768],
    [0, false, 32_768],
    [0, true, 32_768],
  ]);
});

test("GET: connectedAt, identity and lastActiveAt", async () => {
  let now = Date.UTC(2026, 0, 1);
  const clock = { now: () => now, every: () => () => {} };
  const [w, client, id] = await connected({ ...spec, options: { clock } });
  now += 1500;
  await management(w, "POST", id, { body: "x" });
  await client.next();
  const { status, body } = await management(w, "GET", id);
  expect([status, JSON.parse(body)]).toEqual([
    200,
    {
      connectedAt: "2026-01-01T00:00:00.000Z",
      identity: { sourceIp: "127.0.0.1", userAgent: "me" },
      lastActiveAt: "2026-01-01T00:00:01.500Z",
    },
  ]);
});

test("DELETE: 204, and the socket closes with 1000 Connection Closed Normally", async () => {
  const [w, client, id] = await connected();
  expect(await management(w, "DELETE", id)).toMatchObject({ status: 204, body: "" });
  expect(await client.closed()).toEqual({ code: 1000, reason: "Connection Closed Normally" });
  expect((await management(w, "GET", id)).status).toBe(410);
});

test("DELETE, by switch: 200", async () => {
  const [w, , id] = await connected({ ...spec, options: { switches: { deleteStatus: 200 } } });
  expect((await management(w, "DELETE", id)).status).toBe(200);
});

test("unsigned: 403 Missing Authentication Token", async () => {
  const [w, , id] = await connected();
  for (const method of ["POST", "GET", "DELETE"] as const) {
    const { status, headers, body } = await management(w, method, id, { headers: {} });
    expect([status, body]).toEqual([403, '{"message":"Missing Authentication Token"}']);
    expect(headers.get("x-amzn-errortype")).toBe("MissingAuthenticationTokenException");
  }
});

test.each([
  ["another scheme", { authorization: "Basic abc" }],
  ["no signature", { ...SIGNED, authorization: SIGNED.authorization.replace(/Signature=.*/, "") }],
  ["no date", { authorization: SIGNED.authorization }],
  ["a credential without scope", { ...SIGNED, authorization: SIGNED.authorization.replace("/20260101/", "/") }],
  ["another service", { ...SIGNED, authorization: SIGNED.authorization.replace("execute-api", "lambda") }],
  ["the host not signed", { ...SIGNED, authorization: SIGNED.authorization.replace("host;", "") }],
])("signed with %s: 403", async (_, headers) => {
  const [w, , id] = await connected();
  expect((await management(w, "GET", id, { headers })).status).toBe(403);
});

test("an unknown stage or no stage: 403 Forbidden", async () => {
  const [w, , id] = await connected();
  expect((await management(w, "GET", id, { stage: "other" })).body).toBe('{"message":"Forbidden"}');
  expect((await management(w, "GET", id, { path: `/@connections/${encodeURIComponent(id)}` })).status).toBe(403);
});

test("the AWS SDK, its endpoint the https form without /@connections", async () => {
  const [w, client, ConnectionId] = await connected();
  const sdk = new ApiGatewayManagementApiClient({
    endpoint: `${w.gateway.url}/${STAGE}`,
    region: "eu-central-1",
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
    maxAttempts: 1,
  });
  await sdk.send(new PostToConnectionCommand({ ConnectionId, Data: "from the SDK" }));
  expect(await client.next()).toBe("from the SDK");
  const { ConnectedAt, Identity } = await sdk.send(new GetConnectionCommand({ ConnectionId }));
  expect(ConnectedAt).toBeInstanceOf(Date);
  expect(Identity).toMatchObject({ SourceIp: "127.0.0.1", UserAgent: "me" });
  await sdk.send(new DeleteConnectionCommand({ ConnectionId }));
  expect((await client.closed()).code).toBe(1000);
  const gone = sdk.send(new PostToConnectionCommand({ ConnectionId, Data: "x" }));
  await expect(gone).rejects.toBeInstanceOf(GoneException);
  sdk.destroy();
});

test.each([
  ["@ as it is, id encoded", (id: string) => `/${STAGE}/@connections/${encodeURIComponent(id)}`, 200],
  ["@ encoded too", (id: string) => `/${STAGE}/%40connections/${encodeURIComponent(id)}`, 200],
  ["id not encoded", (id: string) => `/${STAGE}/@connections/${id}`, 200],
  ["id encoded twice", (id: string) => `/${STAGE}/@connections/${encodeURIComponent(encodeURIComponent(id))}`, 400],
])("path with %s", async (_, path, status) => {
  const [w, , id] = await connected();
  expect((await management(w, "GET", id, { path: path(id) })).status).toBe(status);
});

test.each(["POST", "GET", "DELETE"] as const)(
  "%s of a well-formed id that is not connected: 410, empty body",
  async (method) => {
    const { status, headers, body } = await management(await world(spec), method, STRANGER);
    expect([status, headers.get("x-amzn-errortype"), body]).toEqual([410, "GoneException", ""]);
  },
);

test("a connection that the client closed: 410", async () => {
  const [w, client, id] = await connected();
  client.socket.close();
  await w.backendCalls(2);
  expect((await management(w, "POST", id, { body: "x" })).status).toBe(410);
});

test.each(["abc", "abcdefghijklmnop", "abcdefghijklmn/=", "x y", "%", "../../etc"])(
  "malformed id %s: 400",
  async (id) => {
    const { status, headers, body } = await management(await world(spec), "POST", id, { body: "x" });
    expect([status, headers.get("x-amzn-errortype")]).toEqual([400, "BadRequestException"]);
    expect(JSON.parse(body)).toEqual({ message: `Invalid connectionId: ${id}` });
  },
);

test("over 128 KB: 413 PayloadTooLargeException, nothing is delivered", async () => {
  const [w, client, id] = await connected();
  const { status, headers } = await management(w, "POST", id, { body: "x".repeat(131_073) });
  expect([status, headers.get("x-amzn-errortype")]).toEqual([413, "PayloadTooLargeException"]);
  await management(w, "POST", id, { body: "next" });
  expect(await client.next()).toBe("next");
});

test("far over 128 KB: 413 as well, not a reset connection", async () => {
  const [w, client, id] = await connected();
  const { status, headers } = await management(w, "POST", id, { body: Buffer.alloc(20_000_000) });
  expect([status, headers.get("x-amzn-errortype")]).toEqual([413, "PayloadTooLargeException"]);
  await management(w, "POST", id, { body: "next" });
  expect(await client.next()).toBe("next");
});

test.each(["h2c", "HTTP/2.0, x/1"])(
  "with Upgrade: %s, which is ignored: 200, twice on one connection",
  async (upgrade) => {
    const [w, client, id] = await connected();
    const socket = await RawSocket.open(w.port);
    for (const text of ["one", "two"]) {
      const signed = Object.entries(SIGNED).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.write(
        `POST /${STAGE}/@connections/${encodeURIComponent(id)} HTTP/1.1\r\nHost: localhost\r\n${signed.join("")}` +
          `Connection: Upgrade, HTTP2-Settings\r\nUpgrade: ${upgrade}\r\nHTTP2-Settings: AAMAAABk\r\n` +
          `Transfer-Encoding: chunked\r\n\r\n3\r\n${text}\r\n`,
      );
      socket.write("0\r\n\r\n");
      expect((await socket.answer()).status).toBe(200);
      expect(await client.next()).toBe(text);
    }
  },
);

test("over 128 KB, by switch: an empty body", async () => {
  const [w, , id] = await connected({ ...spec, options: { switches: { tooLargeBody: "empty" } } });
  expect(await management(w, "POST", id, { body: "x".repeat(131_073) })).toMatchObject({ status: 413, body: "" });
});

test("the client's buffer is full: 429 LimitExceededException, and its memory is bounded", async () => {
  const w = await world(spec);
  const { socket } = await handshake(w);
  socket.socket.pause();
  const id = w.received[0]?.query.get("connectionId") ?? "";
  let answer = await management(w, "POST", id, { body: "x".repeat(131_072) });
  for (let posts = 0; answer.status === 200 && posts < 500; posts++) {
    answer = await management(w, "POST", id, { body: "x".repeat(131_072) });
  }
  expect([answer.status, answer.headers.get("x-amzn-errortype")]).toEqual([429, "LimitExceededException"]);
  const [entry] = w.gateway.dataPlane.connections;
  expect(entry?.socket.bufferedAmount).toBeLessThan(1024 * 1024 + 140_000);
});

/** A network connection to the gateway that is lost without a packet to either side. */
async function network(w: World): Promise<{ port: number; lose(): void }> {
  const sockets: Socket[] = [];
  const server = createServer((near) => {
    const far = connect(w.port, "127.0.0.1");
    sockets.push(near, far);
    near.pipe(far);
    far.pipe(near);
    for (const socket of [near, far]) socket.on("error", () => {});
  });
  await listen(server);
  atEnd(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const lose = () => sockets.forEach((socket) => void socket.unpipe().resume());
  return { port: portOf(server.address()), lose };
}

test("POST right after a silent network loss: 200, and lost", async () => {
  const w = await world(spec);
  const lossy = await network(w);
  const client = await Client.connect(lossy);
  const id = w.received[0]?.query.get("connectionId") ?? "";
  await management(w, "POST", id, { body: "before" });
  expect(await client.next()).toBe("before");
  const arrived: string[] = [];
  client.socket.on("message", (data) => arrived.push(String(data)));
  lossy.lose();
  client.socket.terminate();
  expect(await management(w, "POST", id, { body: "lost" })).toMatchObject({ status: 200, body: "" });
  expect((await management(w, "GET", id)).status).toBe(200);
  expect([arrived, w.received.length]).toEqual([[], 1]);
});

test("through another stage of the API: 410, by switch allowed", async () => {
  for (const [otherStage, status] of [
    ["gone", 410],
    ["allowed", 200],
  ] as const) {
    const [w, , id] = await connected({ ...spec, options: { switches: { otherStage } } });
    w.store.stages(w.apiId).create({ stageName: "other" });
    w.store.deploy(w.apiId, { stageName: "other" });
    expect((await management(w, "GET", id, { stage: "other" })).status).toBe(status);
  }
});

test("$context.domainName and $context.stage make the callback URL", async () => {
  const requestParameters = {
    "integration.request.querystring.domainName": "context.domainName",
    "integration.request.querystring.stage": "context.stage",
  };
  const integration = { ...whoAmI.integration, requestParameters: { ...requestParameters } };
  const w = await world({ routes: { $connect: { integration } } });
  await Client.connect(w);
  const query = w.received[0]?.query;
  expect(query?.get("domainName")).toBe(`localhost:${w.port}`);
  // The gateway under test listens on IPv4 only, which `localhost` need not mean first.
  const callback = `http://${query?.get("domainName")?.replace("localhost", "127.0.0.1")}/${query?.get("stage")}`;
  const response = await fetch(`${callback}/@connections/${STRANGER}`, { headers: SIGNED });
  expect(response.status).toBe(410);
});

test("POST from inside $connect: 410, and 200 once the 101 is there", async () => {
  let inside = 0;
  let w: World | undefined;
  const backend = async ({ query }: { query: URLSearchParams }) => {
    if (w) inside = (await management(w, "POST", query.get("connectionId") ?? "", { body: "x" })).status;
    return {};
  };
  w = await world({ routes: { $connect: whoAmI }, backend });
  const client = await Client.connect(w);
  expect(inside).toBe(410);
  const id = w.received[0]?.query.get("connectionId") ?? "";
  expect((await management(w, "POST", id, { body: "now" })).status).toBe(200);
  expect(await client.next()).toBe("now");
});

test("a push that is not UTF-8 does not close the connection", async () => {
  const [w, client, id] = await connected();
  await management(w, "POST", id, { body: Buffer.of(0x61, 0xff, 0x62) });
  expect(await client.next()).toBe("a\ufffdb");
});

test("another method: 403", async () => {
  const [w, , id] = await connected();
  expect((await management(w, "PUT", id)).status).toBe(403);
});
