/** Backends and authorizers that misbehave. */
import { createServer, type Socket } from "node:net";
import { listen } from "../../../../harness/servers";
import { Client, handshake } from "../../../support/local/client";
import {
  allow,
  atEnd,
  CONNECT,
  endWorlds,
  invocationUri,
  portOf,
  type Spec,
  STAGE,
  type World,
  world,
} from "../../../support/local/world";

afterEach(endWorlds);

/** A server that calls `behave` for every socket. */
async function rawBackend(behave: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    socket.once("data", () => behave(socket));
  });
  await listen(server);
  atEnd(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${portOf(server.address())}/`;
}

function connectTo(integrationUri: string, more = {}): Spec {
  const integration = { integrationType: "HTTP_PROXY", integrationMethod: "POST", integrationUri, ...more };
  return { routes: { $connect: { integration }, $default: { integration, twoWay: true } } };
}

/** Refused with this status, and the gateway still serves other clients. */
async function expectRefusal(w: World, status: number): Promise<void> {
  expect((await handshake(w)).status).toBe(status);
  expect((await handshake(w, { path: "/unknown" })).status).toBe(403);
}

test("a backend that hangs: 504 after the integration's timeout", async () => {
  const uri = await rawBackend(() => {});
  await expectRefusal(await world(connectTo(uri, { timeoutInMillis: 50 })), 504);
});

test("a backend that starts a response and hangs: 504", async () => {
  const uri = await rawBackend((socket) => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"));
  await expectRefusal(await world(connectTo(uri, { timeoutInMillis: 50 })), 504);
});

test.each([
  ["resets", (socket: Socket) => socket.resetAndDestroy()],
  ["closes without an answer", (socket: Socket) => socket.end()],
  ["answers garbage", (socket: Socket) => socket.end("\u0000\u0001 what is this\r\n\r\n")],
  ["answers another protocol", (socket: Socket) => socket.end("SSH-2.0-OpenSSH_9.6\r\n")],
  ["closes in the middle", (socket: Socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")],
  [
    "answers two lengths",
    (socket: Socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
  ],
  [
    "switches protocols",
    (socket: Socket) => socket.end("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n"),
  ],
])("a backend that %s: 500", async (_, behave) => {
  await expectRefusal(await world(connectTo(await rawBackend(behave))), 500);
});

test("a backend with endless response headers: 500", async () => {
  const uri = await rawBackend((socket) => {
    socket.write("HTTP/1.1 200 OK\r\n");
    for (let i = 0; i < 64; i++) socket.write(`X-Filler-${i}: ${"x".repeat(4096)}\r\n`);
  });
  await expectRefusal(await world(connectTo(uri)), 500);
});

describe("a backend that responds with 100 MB", () => {
  const CHUNK = Buffer.alloc(1024 * 1024, "x");
  let written = 0;
  async function flood(): Promise<string> {
    written = 0;
    return rawBackend((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${100 * CHUNK.length}\r\n\r\n`);
      const more = (): void => {
        while (written < 100 * CHUNK.length && !socket.destroyed) {
          written += CHUNK.length;
          if (!socket.write(CHUNK)) return;
        }
      };
      socket.on("drain", more);
      more();
    });
  }

  test("to a handshake: 500, and the response is not read completely", async () => {
    await expectRefusal(await world(connectTo(await flood())), 500);
    expect(written).toBeLessThan(50 * CHUNK.length);
  });

  test("to a two-way message: an error frame", async () => {
    const integration = { integrationType: "HTTP", integrationMethod: "POST", integrationUri: await flood() };
    const client = await Client.connect(await world({ routes: { $default: { integration, twoWay: true } } }));
    client.send("x");
    expect(JSON.parse(await client.next()).message).toBe("Internal server error");
  });

  test("to a one-way message: the response is not needed and not read", async () => {
    const integration = { integrationType: "HTTP", integrationMethod: "POST", integrationUri: await flood() };
    const w = await world({ routes: { $default: { integration } } });
    (await Client.connect(w)).send("x");
    await w.happened((event) => event.type === "integration-response");
    expect(written).toBeLessThan(50 * CHUNK.length);
  });
});

describe("an authorizer that", () => {
  const nonsense: [string, () => unknown][] = [
    ["hangs", () => new Promise(() => {})],
    ["throws", () => Promise.reject(new Error("oh"))],
    ["throws something that is no error", () => Promise.reject("text")],
    ["returns nothing", () => undefined],
    ["returns a number", () => 7],
    ["returns an array", () => [{ policyDocument: {} }]],
    ["returns nested nonsense", () => ({ policyDocument: { Statement: [[[{}]], null, 7] } })],
    ["returns 10 MB", () => ({ principalId: "x".repeat(10_000_000) })],
    ["returns __proto__", () => JSON.parse('{"__proto__":{"policyDocument":{"Statement":[]}}}')],
  ];
  test.each(nonsense)("%s: 500, and the next client is not touched", async (_, authorizer) => {
    const w = await world({
      authorizer: {},
      routes: { $connect: {} },
      functions: {
        authorizer: (event) => (Object(event.queryStringParameters).token === "bad" ? authorizer() : allow(event)),
      },
      options: { limits: { integrationTimeoutMs: 100 } },
    });
    expect((await handshake(w, { path: `/${STAGE}?token=bad` })).status).toBe(500);
    expect((await handshake(w, { path: `/${STAGE}?token=good` })).status).toBe(101);
  });

  test("returns __proto__ in its context: an ordinary key of that connection only", async () => {
    const authorizer = (event: Record<string, unknown>) => ({
      ...Object(allow(event)),
      context: JSON.parse('{"__proto__":"x","userId":"u"}'),
    });
    const w = await world({ authorizer: {}, routes: { $connect: CONNECT }, functions: { authorizer } });
    expect((await handshake(w, { path: `/${STAGE}?token=t&stocks=a` })).status).toBe(101);
    expect(w.received[0]?.query.get("userId")).toBe("u");
    expect(Object.prototype).not.toHaveProperty("userId");
  });

  test("rejects in the runtime itself: 500", async () => {
    const spec: Spec = { authorizer: {}, routes: { $connect: {} }, functions: { authorizer: allow } };
    const w = await world({ ...spec, options: { invoke: () => Promise.reject(new Error("no runtime")) } });
    expect((await handshake(w, { path: `/${STAGE}?token=t` })).status).toBe(500);
  });
});

test("functions whose look-up fails: 500 and an error frame, and the gateway continues", async () => {
  const integration = { integrationType: "AWS_PROXY", integrationMethod: "POST", integrationUri: invocationUri("f") };
  const route = { integration };
  const options = { findFunction: () => Promise.reject(new Error("no connection to AWS")) };
  const connecting = await world({ authorizer: {}, routes: { $connect: {} }, options });
  expect((await handshake(connecting, { path: `/${STAGE}?token=t` })).status).toBe(500);
  const open = await world({ routes: { $default: route, $disconnect: route }, options });
  const client = await Client.connect(open);
  client.send("x");
  expect(JSON.parse(await client.next()).message).toBe("Internal server error");
  client.socket.close();
  await open.happened((event) => event.type === "notice" && event.code === "disconnect-failed");
  expect((await handshake(open)).status).toBe(101);
});
