/** What RFC 6455 requires of a server, and clients that break its rules: over raw sockets, byte by byte. */
import {
  exchange,
  type FrameOptions,
  frame,
  handshake,
  RawSocket,
  upgradeRequest,
} from "../../../support/local/client";
import { endWorlds, type Spec, type World, world } from "../../../support/local/world";

afterEach(endWorlds);

const spec: Spec = {
  routes: {
    $connect: {},
    $default: {
      integration: { integrationType: "HTTP", integrationMethod: "POST", integrationUri: "BACKEND/" },
      twoWay: true,
    },
  },
  backend: ({ body }) => ({ body }),
};

async function opened(options: Spec["options"] = {}, headers = {}): Promise<{ w: World; socket: RawSocket }> {
  const w = await world({ ...spec, options });
  const { socket, status } = await handshake(w, { headers });
  expect(status).toBe(101);
  return { w, socket };
}

describe("opening handshake (RFC 6455, section 4)", () => {
  test("Upgrade, Connection and the accept key of the RFC's example", async () => {
    const { statusLine, headers } = await handshake(await world(spec));
    expect(statusLine).toBe("HTTP/1.1 101 Switching Protocols");
    expect([
      headers.get("upgrade"),
      headers.get("connection")?.toLowerCase(),
      headers.get("sec-websocket-accept"),
    ]).toEqual(["websocket", "upgrade", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="]);
  });

  test.each([
    ["a method other than GET", { method: "POST" }],
    ["no key", { headers: { "Sec-WebSocket-Key": undefined } }],
    ["a key that is not 16 bytes", { headers: { "Sec-WebSocket-Key": "c2hvcnQ=" } }],
    ["no version", { headers: { "Sec-WebSocket-Version": undefined } }],
    ["another version", { headers: { "Sec-WebSocket-Version": "12" } }],
    ["version 8, of a draft", { headers: { "Sec-WebSocket-Version": "8" } }],
    ["a version that is written in another way", { headers: { "Sec-WebSocket-Version": "013" } }],
    ["a subprotocol that is no token", { headers: { "Sec-WebSocket-Protocol": "a b" } }],
    ["extensions that cannot be read", { headers: { "Sec-WebSocket-Extensions": "permessage-deflate;;" } }],
    [
      "an offer that cannot be met beside extensions that cannot be read",
      { headers: { "Sec-WebSocket-Extensions": "permessage-deflate; server_max_window_bits=10, a b" } },
    ],
  ])("%s: 400, with the supported version and the reason in the trace", async (_, ask) => {
    const w = await world({ ...spec, routes: { $connect: spec.routes?.$default ?? {} } });
    const { status, headers } = await handshake(w, ask);
    expect([status, headers.get("sec-websocket-version")]).toEqual([400, "13"]);
    expect(w.received).toEqual([]);
    const refused = await w.happened((event) => event.type === "refused");
    expect(refused).toMatchObject({
      status: 400,
      check: "upgrade",
      stage: "prod",
      detail: expect.stringMatching(/\w/),
    });
  });

  test.each([
    ["HTTP/1.0, whose Upgrade is ignored (RFC 9110, section 7.8)", upgradeRequest({}).replace("HTTP/1.1", "HTTP/1.0")],
    ["HTTP/0.9", upgradeRequest({}).replace("HTTP/1.1", "HTTP/0.9")],
    ["Upgrade to something else", upgradeRequest({ headers: { Upgrade: "h2c" } })],
    ["Upgrade to a name that contains websocket", upgradeRequest({ headers: { Upgrade: "websocket2" } })],
  ])("%s: a request without an upgrade, 403", async (_, bytes) => {
    const answer = await exchange((await world(spec)).port, bytes);
    expect([answer.status, answer.body]).toEqual([403, '{"message":"Forbidden"}']);
  });

  test("websocket among several protocols of Upgrade: 101", async () => {
    expect((await handshake(await world(spec), { headers: { Upgrade: "h2c, WebSocket" } })).status).toBe(101);
  });

  test("the absolute form of a request's target (RFC 9112, section 3.2.2): 101", async () => {
    const ask = { path: `http://localhost/prod?a=b`, host: "elsewhere.example.com" };
    expect((await handshake(await world(spec), ask)).status).toBe(101);
  });

  test("empty elements of the list of subprotocols (RFC 9110, section 5.6.1.2): 101", async () => {
    const headers = { "Sec-WebSocket-Protocol": ", chat,, superchat" };
    expect((await handshake(await world(spec), { headers })).status).toBe(101);
  });

  test("no Host: 400", async () => {
    expect((await handshake(await world(spec), { headers: { Host: undefined } })).status).toBe(400);
  });

  test("header names and tokens are compared without case", async () => {
    const headers = { Connection: "keep-alive, UPGRADE", Upgrade: "WebSocket" };
    expect((await handshake(await world(spec), { headers })).status).toBe(101);
  });

  test("frames that come together with the handshake are not lost", async () => {
    const socket = await RawSocket.open((await world(spec)).port);
    socket.write(Buffer.concat([Buffer.from(upgradeRequest({})), frame("early")]));
    expect((await socket.answer()).status).toBe(101);
    expect((await socket.frame())?.payload.toString()).toBe("early");
  });
});

describe("framing (RFC 6455, section 5)", () => {
  test.each<[string, string | Buffer, FrameOptions, number]>([
    ["a frame that is not masked", "x", { masked: false }, 1002],
    ["RSV1 without an extension", "x", { rsv: 4 }, 1002],
    ["RSV2", "x", { rsv: 2 }, 1002],
    ["RSV3", "x", { rsv: 1 }, 1002],
    ["opcode 3, reserved for data", "x", { opcode: 3 }, 1002],
    ["opcode 11, reserved for control", "x", { opcode: 11 }, 1002],
    ["a length with its highest bit set", "", { length: 2 ** 53 }, 1009],
    ["a continuation of nothing", "x", { opcode: 0 }, 1002],
    ["a fragmented control frame", "x", { opcode: 9, fin: false }, 1002],
    ["a control frame over 125 bytes", "x".repeat(126), { opcode: 9 }, 1002],
    ["a close frame of one byte", "x", { opcode: 8 }, 1002],
    ["close code 1005, which is not for the wire", Buffer.of(0x03, 0xed), { opcode: 8 }, 1002],
    ["close code 1006, which is not for the wire", Buffer.of(0x03, 0xee), { opcode: 8 }, 1002],
    ["close code 999", Buffer.of(0x03, 0xe7), { opcode: 8 }, 1002],
    ["text that is not UTF-8", Buffer.of(0x61, 0xff), {}, 1007],
    ["an overlong form", Buffer.of(0xc0, 0xaf), {}, 1007],
    ["half a surrogate pair", Buffer.of(0xed, 0xa0, 0x80), {}, 1007],
    ["a close reason that is not UTF-8", Buffer.of(0x03, 0xe8, 0xff), { opcode: 8 }, 1007],
  ])("%s: closed with %s", async (_, payload, options, code) => {
    const { w, socket } = await opened();
    socket.write(frame(payload, options));
    expect((await socket.closeFrame())?.code).toBe(code);
    const closed = await w.happened((event) => event.type === "closed");
    expect(closed).toMatchObject({ by: "gateway", code });
    expect(w.received).toEqual([]);
  });

  test("a new message inside a fragmented one: 1002", async () => {
    const { socket } = await opened();
    socket.write(Buffer.concat([frame("a", { fin: false }), frame("b")]));
    expect((await socket.closeFrame())?.code).toBe(1002);
  });

  test("fragments are one message, with control frames between them", async () => {
    const { socket } = await opened();
    socket.write(frame("one ", { fin: false }));
    socket.write(frame("ping", { opcode: 9 }));
    socket.write(frame("", { opcode: 0, fin: false }));
    socket.write(frame("two", { opcode: 0 }));
    expect(await socket.frame()).toMatchObject({ opcode: 10, payload: Buffer.from("ping") });
    expect(await socket.frame()).toMatchObject({ opcode: 1, payload: Buffer.from("one two") });
  });

  test("UTF-8 may be cut anywhere between frames", async () => {
    const { socket } = await opened();
    const bytes = Buffer.from("a€b");
    socket.write(frame(bytes.subarray(0, 2), { fin: false }));
    socket.write(frame(bytes.subarray(2), { opcode: 0 }));
    expect((await socket.frame())?.payload.toString()).toBe("a€b");
  });

  test("what the gateway sends is not masked", async () => {
    const { socket } = await opened();
    socket.write(frame("hello"));
    expect((await socket.frame())?.payload.toString()).toBe("hello");
  });

  test("frames that arrive byte by byte are the same frames", async () => {
    const { socket } = await opened();
    for (const byte of frame("slowly")) socket.write(Buffer.of(byte));
    expect((await socket.frame())?.payload.toString()).toBe("slowly");
  });

  test("a ping is answered with its own payload; an unasked pong with nothing", async () => {
    const { socket } = await opened();
    socket.write(frame("unasked", { opcode: 10 }));
    socket.write(frame("p", { opcode: 9 }));
    expect(await socket.frame()).toMatchObject({ opcode: 10, payload: Buffer.from("p") });
  });
});

describe("closing (RFC 6455, section 7)", () => {
  test("a close frame is answered with its code, then the TCP connection is closed", async () => {
    const { socket } = await opened();
    socket.write(frame(Buffer.of(0x0f, 0xa1, 0x62), { opcode: 8 }));
    expect(await socket.closeFrame()).toEqual({ code: 4001, reason: "b" });
    await socket.ended();
  });

  test("a close frame without a code is answered with one without", async () => {
    const { socket } = await opened();
    socket.write(frame("", { opcode: 8 }));
    expect(await socket.closeFrame()).toEqual({ code: 1005, reason: "" });
  });

  test("nothing is read after a close frame", async () => {
    const { w, socket } = await opened();
    socket.write(Buffer.concat([frame("", { opcode: 8 }), frame("too late")]));
    await w.happened((event) => event.type === "closed");
    expect(w.received).toEqual([]);
  });

  test("a peer that does not respond to a close frame is dropped after a time limit", async () => {
    const { w, socket } = await opened({ limits: { closeTimeoutMs: 50 } });
    socket.write(frame(Buffer.of(0xff), { opcode: 2 }));
    expect((await socket.closeFrame())?.code).toBe(1003);
    expect(await w.happened((event) => event.type === "closed")).toMatchObject({ code: 1003, by: "gateway" });
    await socket.ended();
  });
});

describe("floods", () => {
  test("200 pings in one packet: each is answered, and the connection stays", async () => {
    const { socket } = await opened();
    socket.write(Buffer.concat(Array.from({ length: 200 }, (_, i) => frame(String(i), { opcode: 9 }))));
    for (let i = 0; i < 200; i++) {
      expect(await socket.frame()).toMatchObject({ opcode: 10, payload: Buffer.from(String(i)) });
    }
    socket.write(frame("still here"));
    expect((await socket.frame())?.payload.toString()).toBe("still here");
  });

  test("endless fragments: closed with 1008", async () => {
    const { socket } = await opened();
    const empty = Buffer.concat(Array.from({ length: 512 }, () => frame("", { opcode: 0, fin: false })));
    socket.write(frame("x", { fin: false }));
    for (let i = 0; i < 9; i++) socket.write(empty);
    expect((await socket.closeFrame())?.code).toBe(1008);
  });

  test("fragments that add up to over 128 KB: closed, 1009, without a message", async () => {
    const { w, socket } = await opened();
    const part = frame("x".repeat(1024), { opcode: 0, fin: false });
    socket.write(frame("x", { fin: false }));
    for (let i = 0; i < 129; i++) socket.write(part);
    expect((await socket.closeFrame())?.code).toBe(1009);
    expect(w.received).toEqual([]);
  });

  test("pings from a client that does not read the pongs: $disconnect gets the reason, others are served", async () => {
    const integration = {
      integrationType: "HTTP",
      integrationMethod: "POST",
      integrationUri: "BACKEND/disconnect",
      requestParameters: {
        "integration.request.querystring.code": "context.disconnectStatusCode",
        "integration.request.querystring.reason": "context.disconnectReason",
      },
    };
    const w = await world({ routes: { $connect: {}, $disconnect: { integration } } });
    const { socket } = await handshake(w);
    socket.socket.pause();
    const pings = Buffer.concat(Array.from({ length: 4096 }, () => frame("x".repeat(125), { opcode: 9 })));
    const flood = (): void => {
      while (!socket.socket.destroyed && socket.socket.write(pings)) {}
    };
    socket.socket.on("drain", flood);
    flood();
    await w.happened((event) => event.type === "integration-response");
    expect(Object.fromEntries(w.received[0]?.query ?? [])).toEqual({ code: "1008", reason: "Pongs are not read" });
    expect((await handshake(w)).status).toBe(101);
  });
});

describe("compressed frames", () => {
  const offer = { "Sec-WebSocket-Extensions": "permessage-deflate" };

  test("that cannot be inflated: closed with 1007", async () => {
    const { socket } = await opened({}, offer);
    socket.write(frame(Buffer.of(0xff, 0xff, 0xff), { rsv: 4 }));
    expect((await socket.closeFrame())?.code).toBe(1007);
  });

  test("that inflate to more than 128 KB: closed with 1009, without inflating the rest", async () => {
    const { deflateRawSync } = await import("node:zlib");
    const bomb = deflateRawSync(Buffer.alloc(20_000_000));
    const { w, socket } = await opened({}, offer);
    expect(bomb.length).toBeLessThan(32_768);
    socket.write(frame(bomb, { rsv: 4 }));
    expect(await socket.closeFrame()).toEqual({ code: 1009, reason: "Message too big" });
    expect(w.received).toEqual([]);
  });
});
