/** Limits, close codes and `$disconnect`. Time is the tests' own. */
import type { Clock } from "../../../../local/data-plane/clock";
import { Client, frame, handshake, management, RawSocket, upgradeRequest } from "../../../support/local/client";
import { allow, CONNECT, endWorlds, invocationUri, type Spec, type World, world } from "../../../support/local/world";

afterEach(endWorlds);

const disconnect = {
  integration: { integrationType: "AWS_PROXY", integrationMethod: "POST", integrationUri: invocationUri("gone") },
};
const echo = {
  integration: { integrationType: "HTTP", integrationMethod: "POST", integrationUri: "BACKEND/echo" },
  twoWay: true,
};
const spec: Spec = {
  authorizer: {},
  routes: { $connect: CONNECT, $disconnect: disconnect, $default: echo },
  functions: { authorizer: allow, gone: () => ({ statusCode: 200 }) },
  backend: ({ body }) => ({ body }),
};
const QUERY = "?token=t&stocks=a";

class TestClock implements Clock {
  #now = 1_700_000_000_000;
  readonly #actions = new Set<() => void>();
  now = () => this.#now;
  every(_: number, action: () => void): () => void {
    this.#actions.add(action);
    return () => this.#actions.delete(action);
  }
  pass(seconds: number): void {
    this.#now += seconds * 1000;
    for (const action of this.#actions) action();
  }
}

/** The context that `$disconnect` received. */
async function disconnectContext(w: World): Promise<Record<string, unknown>> {
  const [, event] = await w.functionCalls(2);
  return Object(event?.requestContext);
}

describe("idle and duration", () => {
  test("idle for 600 s: 1001 Going away, to the client and to $disconnect", async () => {
    const clock = new TestClock();
    const w = await world({ ...spec, options: { clock } });
    const client = await Client.connect(w, QUERY);
    clock.pass(599);
    expect([...w.gateway.dataPlane.connections][0]?.connection.state).toBe("open");
    clock.pass(1);
    expect(await client.closed()).toEqual({ code: 1001, reason: "Going away" });
    expect(await disconnectContext(w)).toMatchObject({ disconnectStatusCode: 1001, disconnectReason: "Going away" });
  });

  test("a message and a push keep a connection open", async () => {
    const clock = new TestClock();
    const w = await world({ ...spec, options: { clock } });
    const client = await Client.connect(w, QUERY);
    clock.pass(500);
    client.send("hello");
    await client.next();
    clock.pass(500);
    await management(w, "POST", w.received[0]?.query.get("connectionId") ?? "", { body: "push" });
    await client.next();
    clock.pass(500);
    client.send("still here");
    expect(await client.next()).toBe("still here");
  });

  test("a ping is answered but does not count as activity; by switch it does", async () => {
    for (const [pingResetsIdle, state] of [
      [false, "closing"],
      [true, "open"],
    ] as const) {
      const clock = new TestClock();
      const w = await world({ ...spec, options: { clock, switches: { pingResetsIdle } } });
      const client = await Client.connect(w, QUERY);
      const [entry] = w.gateway.dataPlane.connections;
      clock.pass(500);
      const pong = new Promise((resolve) => client.socket.once("pong", resolve));
      client.socket.ping("are you there");
      expect(String(await pong)).toBe("are you there");
      clock.pass(100);
      expect(entry?.connection.state).toBe(state);
    }
  });

  test("7,200 s: 1001, even for a busy connection", async () => {
    const clock = new TestClock();
    const w = await world({ ...spec, options: { clock } });
    const client = await Client.connect(w, QUERY);
    for (let seconds = 0; seconds < 7000; seconds += 500) {
      clock.pass(500);
      client.send("busy");
      await client.next();
    }
    clock.pass(200);
    expect(await client.closed()).toEqual({ code: 1001, reason: "Going away" });
  });
});

describe("frame and message size", () => {
  const opened = async (options = {}) => {
    const w = await world({
      routes: { $default: echo },
      backend: ({ body }) => ({ body: String(body.length) }),
      ...options,
    });
    return { w, ...(await handshake(w)) };
  };

  test("a frame of 32 KB passes", async () => {
    const { socket } = await opened();
    socket.write(frame("x".repeat(32_768)));
    expect((await socket.frame())?.payload.toString()).toBe("32768");
  });

  test("a frame over 32 KB closes with 1009 Message too big, as soon as its header says so", async () => {
    const { w, socket } = await opened();
    socket.write(frame("", { length: 32_769 }));
    expect(await socket.closeFrame()).toEqual({ code: 1009, reason: "Message too big" });
    expect(w.received).toEqual([]);
  });

  test("a message of 128 KB in frames of 32 KB passes", async () => {
    const { socket } = await opened();
    for (let i = 0; i < 4; i++) socket.write(frame("x".repeat(32_768), { opcode: i === 0 ? 1 : 0, fin: i === 3 }));
    expect((await socket.frame())?.payload.toString()).toBe("131072");
  });

  test("a message over 128 KB closes with 1009", async () => {
    const { w, socket } = await opened();
    for (let i = 0; i < 4; i++) socket.write(frame("x".repeat(32_768), { opcode: i === 0 ? 1 : 0, fin: false }));
    socket.write(frame("x", { opcode: 0 }));
    expect(await socket.closeFrame()).toEqual({ code: 1009, reason: "Message too big" });
    expect(w.received).toEqual([]);
  });

  test("by switch, a frame may be as large as a message", async () => {
    const { socket } = await opened({ options: { switches: { frameLimit: "ignored" } } });
    socket.write(frame("x".repeat(131_072)));
    expect((await socket.frame())?.payload.toString()).toBe("131072");
    socket.write(frame("", { length: 131_073 }));
    expect((await socket.closeFrame())?.code).toBe(1009);
  });

  test("$disconnect receives 1009 Message too big", async () => {
    const w = await world(spec);
    const client = await Client.connect(w, QUERY);
    client.send("x".repeat(32_769));
    expect(await disconnectContext(w)).toMatchObject({
      disconnectStatusCode: 1009,
      disconnectReason: "Message too big",
    });
  });

  test("a URL over 4,096 bytes: 414", async () => {
    const w = await world({ routes: { $connect: {} } });
    expect((await handshake(w, { path: `/prod?${"x".repeat(4090)}` })).status).toBe(101);
    expect((await handshake(w, { path: `/prod?${"x".repeat(4091)}` })).status).toBe(414);
  });
});

describe("permessage-deflate", () => {
  const offer = { "Sec-WebSocket-Extensions": "permessage-deflate" };

  test("is accepted with server_max_window_bits=12, although the client did not offer it", async () => {
    const { headers } = await handshake(await world({ routes: { $connect: {} } }), { headers: offer });
    expect(headers.get("sec-websocket-extensions")).toBe("permessage-deflate; server_max_window_bits=12");
  });

  test("is not accepted when it is not offered, nor by switch", async () => {
    expect((await handshake(await world({ routes: { $connect: {} } }))).headers.has("sec-websocket-extensions")).toBe(
      false,
    );
    const ignored = await world({ routes: { $connect: {} }, options: { switches: { permessageDeflate: "ignored" } } });
    expect((await handshake(ignored, { headers: offer })).headers.has("sec-websocket-extensions")).toBe(false);
  });

  const accepted = "permessage-deflate; server_max_window_bits=12";
  test.each<[string, string | undefined]>([
    ["permessage-deflate; server_max_window_bits=10", undefined],
    ["permessage-deflate; server_max_window_bits=12", accepted],
    ["permessage-deflate; server_max_window_bits=15", accepted],
    ['permessage-deflate; server_max_window_bits="12"', accepted],
    ["permessage-deflate; server_max_window_bits", undefined],
    ["permessage-deflate; server_max_window_bits=16", undefined],
    ["permessage-deflate; client_max_window_bits", accepted],
    ["permessage-deflate; client_max_window_bits=7", undefined],
    [
      "permessage-deflate; server_no_context_takeover",
      `permessage-deflate; server_no_context_takeover; server_max_window_bits=12`,
    ],
    ["permessage-deflate; server_no_context_takeover=1", undefined],
    ["permessage-deflate; unknown=1", undefined],
    ["permessage-deflate; client_max_window_bits; client_max_window_bits", undefined],
    ["permessage-deflate; server_max_window_bits=10, permessage-deflate", accepted],
    ["permessage-deflate; server_max_window_bits=9,permessage-deflate; x", undefined],
    ["x-webkit-deflate-frame", undefined],
    ["x-other; a=1, permessage-deflate; server_max_window_bits=10", undefined],
    ["permessage-deflate ; server_max_window_bits = 12", accepted],
    ['permessage-deflate; server_max_window_bits="1\\0"', undefined],
    [",permessage-deflate, ,", accepted],
  ])("an offer that cannot be met is declined, not refused (RFC 7692, section 7): %s", async (offered, extensions) => {
    const w = await world({ routes: { $connect: {} } });
    const { status, headers } = await handshake(w, { headers: { "Sec-WebSocket-Extensions": offered } });
    expect([status, headers.get("sec-websocket-extensions")]).toEqual([101, extensions]);
  });

  test("compressed messages are read and written", async () => {
    const w = await world({ routes: { $default: echo }, backend: ({ body }) => ({ body }) });
    const client = await Client.connect(w, "", { perMessageDeflate: { threshold: 0 } });
    const text = "compress me ".repeat(2000);
    client.send(text);
    expect(await client.next()).toBe(text);
    expect(client.socket.extensions).toBe("permessage-deflate");
  });
});

describe("$disconnect", () => {
  test.each([
    ["with a code and a reason: both", (c: Client) => c.socket.close(4001, "bye"), 4001, "bye"],
    ["with a code: it", (c: Client) => c.socket.close(1000), 1000, ""],
    ["without a code: 1005", (c: Client) => c.socket.close(), 1005, "Client-side close frame status not set"],
    ["not at all, the TCP connection is lost: 1006", (c: Client) => c.socket.terminate(), 1006, ""],
    ["by a binary frame: 1003", (c: Client) => c.send(Buffer.of(1)), 1003, "Binary is not supported"],
  ])("the client closes %s", async (_, close, disconnectStatusCode, disconnectReason) => {
    const w = await world(spec);
    close(await Client.connect(w, QUERY));
    expect(await disconnectContext(w)).toMatchObject({ disconnectStatusCode, disconnectReason });
  });

  test("a client's code is echoed to it", async () => {
    const client = await Client.connect(await world(spec), QUERY);
    client.socket.close(4001, "bye");
    expect(await client.closed()).toEqual({ code: 4001, reason: "bye" });
  });

  test("fires after DELETE, with 1000 Connection Closed Normally", async () => {
    const w = await world(spec);
    await Client.connect(w, QUERY);
    await management(w, "DELETE", w.received[0]?.query.get("connectionId") ?? "");
    const expected = { disconnectStatusCode: 1000, disconnectReason: "Connection Closed Normally" };
    expect(await disconnectContext(w)).toMatchObject(expected);
  });

  test("has authorizer, connectedAt and identity, and only empty headers", async () => {
    const w = await world(spec);
    const client = await Client.connect(w, QUERY, { headers: { "User-Agent": "me" } });
    client.socket.close();
    const context = await disconnectContext(w);
    expect(context).toMatchObject({
      routeKey: "$disconnect",
      eventType: "DISCONNECT",
      connectionId: w.received[0]?.query.get("connectionId"),
      authorizer: { userId: "u-1", orgId: "o-1", principalId: "me" },
      identity: { sourceIp: "127.0.0.1", userAgent: "me" },
    });
    expect(w.invoked[1]?.headers).toEqual({
      Host: `localhost:${w.port}`,
      "x-api-key": "",
      "X-Forwarded-For": "",
      "x-restapi": "",
    });
  });

  test("does not fire for a refused handshake", async () => {
    const w = await world({ ...spec, backend: () => ({ status: 200 }) });
    await handshake(w, { path: "/prod?token=t" });
    const client = await Client.connect(w, QUERY);
    client.socket.close();
    await w.functionCalls(3);
    expect(w.invoked.map((event) => Object(event.requestContext).routeKey)).toEqual([
      "$connect",
      "$connect",
      "$disconnect",
    ]);
  });

  test.each(["silent", "disconnect"] as const)("a client that leaves before the 101: %s", async (lostHandshake) => {
    let answer: ((value: object) => void) | undefined;
    const backend = () => new Promise<object>((resolve) => (answer = resolve));
    const w = await world({ ...spec, backend, options: { switches: { lostHandshake } } });
    const socket = await RawSocket.open(w.port);
    socket.write(upgradeRequest({ path: `/prod${QUERY}` }));
    await w.backendCalls(1);
    socket.socket.resetAndDestroy();
    // Once the gateway has answered another client, it has seen this one go.
    await handshake(w, { path: "/unknown" });
    answer?.({});
    await w.happened((event) => event.type === "check" && event.detail === "the client disconnected before the 101");
    if (lostHandshake === "disconnect") expect((await disconnectContext(w)).disconnectStatusCode).toBe(1006);
    else expect(w.invoked).toHaveLength(1);
  });

  test("its failure is ignored, and the gateway continues", async () => {
    const w = await world({ ...spec, functions: { authorizer: allow, gone: () => Promise.reject(new Error("oh")) } });
    (await Client.connect(w, QUERY)).socket.close();
    await w.functionCalls(2);
    const client = await Client.connect(w, QUERY);
    client.send("x");
    expect(await client.next()).toBe("x");
  });
});
