/** One attempt to connect, against servers with a fault in each phase: it reports the answer or the failure in time. */
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import fc from "fast-check";
import { freePort } from "../../../harness/servers";
import { Connection, type Failure, OptionsError, type ProbeOptions, probe, type Refusal } from "../../../smoke";
import { fakeGateway } from "../../support/smoke/gateway";
import {
  afterTest,
  answering,
  CA,
  connectProxy,
  deafPort,
  GATEWAY_TEST,
  silent,
  tcpServer,
} from "../../support/smoke/servers";

const SOON = { phaseTimeoutMs: 250, env: {} };
const never = () => new Promise<never>(() => {});
const loopback = async () => [{ address: "127.0.0.1", family: 4 }];

async function failureOf(options: ProbeOptions): Promise<Failure> {
  const answer = await probe(options);
  if (answer.kind !== "failed") throw new Error(`It did not fail: ${answer.kind}.`);
  return answer;
}

async function refusalOf(options: ProbeOptions): Promise<Refusal> {
  const answer = await probe(options);
  if (answer.kind !== "refused") throw new Error(`It was not refused: ${JSON.stringify(answer)}.`);
  return answer;
}

async function connected(options: ProbeOptions): Promise<Connection> {
  const answer = await probe(options);
  if (!(answer instanceof Connection)) throw new Error(`It did not connect: ${JSON.stringify(answer)}.`);
  afterTest(() => answer.close());
  return answer;
}

const okTunnel = "HTTP/1.1 200 OK\r\n\r\n";
const http = (status: string, ...headers: string[]) =>
  `HTTP/1.1 ${status}\r\n${headers.map((h) => `${h}\r\n`).join("")}\r\n`;
const switching = (...headers: string[]) =>
  http("101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade", ...headers);

describe("a phase without an answer ends as a timeout of that phase", () => {
  test("resolving", async () => {
    const answer = await failureOf({ ...SOON, url: "ws://gateway.test/prod", lookup: never });
    expect(answer).toMatchObject({ failure: "timeout", state: "resolving" });
    expect(answer.message).toContain("address of gateway.test");
  });
  test("dialling", async () => {
    const url = `ws://127.0.0.1:${await deafPort()}/prod`;
    expect(await failureOf({ ...SOON, url })).toMatchObject({ failure: "timeout", state: "dialling" });
  });
  test("tunnelling", async () => {
    const env = { HTTPS_PROXY: `http://127.0.0.1:${await tcpServer(silent)}` };
    const answer = await failureOf({ ...SOON, url: "wss://gateway.test/prod", env });
    expect(answer).toMatchObject({ failure: "timeout", state: "tunnelling" });
  });
  test("securing", async () => {
    const url = `wss://127.0.0.1:${await tcpServer(silent)}/prod`;
    expect(await failureOf({ ...SOON, url })).toMatchObject({ failure: "timeout", state: "securing" });
  });
  test("upgrading", async () => {
    const url = `ws://127.0.0.1:${await tcpServer(silent)}/prod`;
    expect(await failureOf({ ...SOON, url })).toMatchObject({ failure: "timeout", state: "upgrading" });
  });
  test("upgrading, with its own timeout", async () => {
    const url = `ws://127.0.0.1:${await tcpServer(silent)}/prod`;
    const answer = await failureOf({ env: {}, url, phaseTimeoutMs: 60_000, upgradeTimeoutMs: 30 });
    expect(answer.message).toBe("No answer within 30 ms: the answer to the upgrade.");
  });
  test("a body that stalls is shortened, and the status is kept", async () => {
    const port = await tcpServer(answering(`${http("403 Forbidden", "content-length: 100")}{"mess`));
    expect(await refusalOf({ ...SOON, url: `ws://127.0.0.1:${port}/` })).toMatchObject({ status: 403, body: '{"mess' });
  });
});

describe("an abort ends any phase as cancelled", () => {
  test.each(["resolving", "dialling", "tunnelling", "securing", "upgrading"] as const)("%s", async (state) => {
    const controller = new AbortController();
    const quiet = await tcpServer(silent);
    const answer = await failureOf({
      url: state === "securing" ? `wss://127.0.0.1:${quiet}/` : "ws://gateway.test/prod",
      connectTo:
        state === "dialling" || state === "upgrading"
          ? `127.0.0.1:${state === "dialling" ? await deafPort() : quiet}`
          : undefined,
      env: state === "tunnelling" ? { http_proxy: `http://127.0.0.1:${quiet}`, no_proxy: "" } : {},
      lookup: never,
      signal: controller.signal,
      onState: (entered) => entered === state && setImmediate(() => controller.abort()),
    });
    expect(answer).toMatchObject({ failure: "cancelled", state });
  });
  test("before it began to connect", async () => {
    const url = `ws://127.0.0.1:${await tcpServer(silent)}/`;
    expect(await failureOf({ url, env: {}, signal: AbortSignal.abort() })).toMatchObject({ failure: "cancelled" });
  });
});

describe("no answer", () => {
  test("unknown host", async () => {
    const lookup = async () => {
      throw Object.assign(new Error("getaddrinfo ENOTFOUND gateway.test"), { code: "ENOTFOUND" });
    };
    const answer = await failureOf({ ...SOON, url: "wss://gateway.test/", lookup });
    expect(answer).toMatchObject({ failure: "dns", state: "resolving", code: "ENOTFOUND" });
    expect(Object.keys(answer.timings)).toEqual(["dns"]);
  });
  test("a host without an address", async () => {
    expect(await failureOf({ ...SOON, url: "wss://gateway.test/", lookup: async () => [] })).toMatchObject({
      failure: "dns",
    });
  });
  test("connection refused", async () => {
    const answer = await failureOf({ ...SOON, url: `ws://127.0.0.1:${await freePort()}/` });
    expect(answer).toMatchObject({ failure: "refused", state: "dialling", code: "ECONNREFUSED" });
  });
  test("connection refused on every address, each of which is in the message", async () => {
    const lookup = async () => [...(await loopback()), { address: "127.0.0.2", family: 4 }];
    const answer = await failureOf({ ...SOON, url: `ws://gateway.test:${await freePort()}/`, lookup });
    expect(answer.failure).toBe("refused");
    expect(answer.message).toMatch(/127\.0\.0\.1.*127\.0\.0\.2/);
  });
  test.each([
    ["a reset in the upgrade", (socket: { resetAndDestroy(): unknown }) => void socket.resetAndDestroy(), "reset"],
    ["a hang-up in the upgrade", (socket: { end(): unknown }) => void socket.end(), "reset"],
    [
      "another protocol",
      (socket: { write(t: string): unknown }) => void socket.write("SSH-2.0-OpenSSH_9.6\r\n"),
      "protocol",
    ],
    ["noise", (socket: { write(t: Buffer): unknown }) => void socket.write(Buffer.from([0, 255, 22, 3])), "protocol"],
  ] as const)("%s", async (_title, misbehave, failure) => {
    const port = await tcpServer((socket) => socket.once("data", () => misbehave(socket)));
    expect(await failureOf({ url: `ws://127.0.0.1:${port}/`, env: {} })).toMatchObject({ failure, state: "upgrading" });
  });
  test.each([
    ["without Sec-WebSocket-Accept", switching()],
    ["with the wrong Sec-WebSocket-Accept", switching("Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=")],
    ["to another protocol", http("101 Switching Protocols", "Upgrade: h2c", "Connection: Upgrade")],
    ["with endless headers", `${http("101 Switching Protocols").slice(0, -2)}x: ${"x".repeat(100_000)}`],
  ])("a 101 %s is not WebSocket", async (_title, bytes) => {
    const port = await tcpServer(answering(bytes));
    expect(await failureOf({ url: `ws://127.0.0.1:${port}/`, env: {} })).toMatchObject({ failure: "protocol" });
  });
});

describe("a rejection", () => {
  test("has status, body, AWS's headers and the times of the phases", async () => {
    const headers = [
      "content-type: application/json",
      "x-amzn-ErrorType: ForbiddenException",
      "x-amzn-RequestId: r-1",
      "content-length: 23",
    ];
    const port = await tcpServer(answering(`${http("403 Forbidden", ...headers)}{"message":"Forbidden"}`));
    const answer = await refusalOf({ url: `ws://127.0.0.1:${port}/prod`, env: {} });
    expect(answer).toMatchObject({
      status: 403,
      body: '{"message":"Forbidden"}',
      headers: { "x-amzn-errortype": "ForbiddenException", "x-amzn-requestid": "r-1" },
    });
    expect(Object.keys(answer.timings)).toEqual(["tcp", "upgrade"]);
  });
  test("keeps 4 KB of a body that does not end", async () => {
    const port = await tcpServer((socket) => {
      socket.once("data", () => {
        socket.write(http("502 Bad Gateway", "transfer-encoding: chunked"));
        const more = () => {
          while (!socket.destroyed && socket.write(`1000\r\n${"x".repeat(0x1000)}\r\n`));
        };
        socket.on("drain", more);
        more();
      });
    });
    const answer = await refusalOf({ url: `ws://127.0.0.1:${port}/`, env: {} });
    expect(answer.status).toBe(502);
    expect(answer.body).toBe("x".repeat(4096));
  });
  test("may be a redirect, which is not followed", async () => {
    const elsewhere = await fakeGateway();
    afterTest(() => elsewhere.close());
    const port = await tcpServer(answering(http("301 Moved", `Location: ${elsewhere.url}`, "content-length: 0")));
    const answer = await refusalOf({ url: `ws://127.0.0.1:${port}/`, env: {} });
    expect(answer).toMatchObject({ status: 301, headers: { location: elsewhere.url } });
    expect(elsewhere.handshakes).toEqual([]);
  });
  test("may be a plain 200", async () => {
    const port = await tcpServer(answering(`${http("200 OK", "content-length: 5")}<html`));
    expect(await refusalOf({ url: `ws://127.0.0.1:${port}/`, env: {} })).toMatchObject({ status: 200, body: "<html" });
  });
});

describe("TLS", () => {
  const URL_ = "wss://gateway.test:4443/prod?token=t&stocks=a";
  async function secureGateway() {
    const names: string[] = [];
    const hosts: (string | undefined)[] = [];
    const server = createHttpsServer({
      ...GATEWAY_TEST,
      SNICallback: (name, done) => {
        names.push(name);
        done(null);
      },
    });
    const answer = (request: IncomingMessage) => {
      hosts.push(request.headers.host);
      return undefined;
    };
    const gateway = await fakeGateway({ answer, authorize: () => undefined }, server);
    afterTest(() => gateway.close());
    return { connectTo: `127.0.0.1:${gateway.port}`, names, hosts };
  }

  test("goes to --connect-to with the URL's SNI, certificate name and Host", async () => {
    const { connectTo, names, hosts } = await secureGateway();
    const connection = await connected({ url: URL_, connectTo, ca: CA, env: {} });
    expect(names).toEqual(["gateway.test"]);
    expect(hosts).toEqual(["gateway.test:4443"]);
    expect(Object.keys(connection.timings)).toEqual(["tcp", "tls", "upgrade"]);
  });
  test("trusts neither an unknown authority nor a certificate of another name", async () => {
    const { connectTo } = await secureGateway();
    const unknown = await failureOf({ url: URL_, connectTo, env: {} });
    expect(unknown).toMatchObject({ failure: "tls", state: "securing", code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" });
    const other = await failureOf({ url: "wss://other.test/prod", connectTo, ca: CA, env: {} });
    expect(other).toMatchObject({ failure: "tls", code: "ERR_TLS_CERT_ALTNAME_INVALID" });
  });
  test("checks an address against the certificate too", async () => {
    const { connectTo } = await secureGateway();
    const answer = await failureOf({ url: `wss://${connectTo}/prod`, ca: CA, env: {} });
    expect(answer).toMatchObject({ failure: "tls", code: "ERR_TLS_CERT_ALTNAME_INVALID" });
  });
  test("accepts any certificate with insecure", async () => {
    const { connectTo } = await secureGateway();
    await connected({ url: URL_.replace("gateway.test", "other.test"), connectTo, insecure: true, env: {} });
  });
  test("reports a server without TLS", async () => {
    const port = await tcpServer(answering(http("400 Bad Request")));
    expect(await failureOf({ url: `wss://127.0.0.1:${port}/`, env: {} })).toMatchObject({
      failure: "tls",
      state: "securing",
    });
  });
  test("reports a reset during the handshake", async () => {
    const port = await tcpServer((socket) => socket.once("data", () => socket.resetAndDestroy()));
    expect(await failureOf({ url: `wss://127.0.0.1:${port}/`, env: {} })).toMatchObject({
      failure: "reset",
      state: "securing",
    });
  });

  describe("through a proxy", () => {
    test("asks the proxy for the URL's host, with its credentials, and speaks TLS with the URL's host", async () => {
      const { connectTo, names } = await secureGateway();
      const proxy = await connectProxy(Number(connectTo.split(":")[1]));
      const env = { HTTPS_PROXY: `http://me:s%40cret@127.0.0.1:${proxy.port}` };
      const connection = await connected({ url: URL_, ca: CA, env });
      expect(proxy.requests).toEqual([
        { authority: "gateway.test:4443", authorization: `Basic ${Buffer.from("me:s@cret").toString("base64")}` },
      ]);
      expect(names).toEqual(["gateway.test"]);
      expect(Object.keys(connection.timings)).toEqual(["tcp", "proxy", "tls", "upgrade"]);
    });
    test("reports the proxy's error status", async () => {
      const proxy = await connectProxy(1, { status: 407 });
      const answer = await failureOf({ url: URL_, env: { https_proxy: `127.0.0.1:${proxy.port}` } });
      expect(answer).toMatchObject({ failure: "proxy", state: "tunnelling" });
      expect(answer.message).toContain(`The proxy 127.0.0.1:${proxy.port} answered 407`);
    });
    test.each([
      ["garbage", "SSH-2.0-OpenSSH\r\n"],
      ["headers without an end", `${okTunnel.slice(0, -2)}x: ${"x".repeat(100_000)}`],
    ])("reports %s as an error of the proxy", async (_title, bytes) => {
      const port = await tcpServer(answering(bytes));
      expect(await failureOf({ url: URL_, env: { HTTPS_PROXY: `http://127.0.0.1:${port}` } })).toMatchObject({
        failure: "proxy",
      });
    });
    test("speaks TLS with the proxy too, where it has an https address", async () => {
      const { connectTo, names } = await secureGateway();
      const proxy = await connectProxy(Number(connectTo.split(":")[1]), { secure: true });
      const env = { HTTPS_PROXY: `https://gateway.test:${proxy.port}` };
      await connected({ url: URL_, ca: CA, env, lookup: loopback });
      expect(proxy.requests).toHaveLength(1);
      expect(names).toEqual(["gateway.test"]);
    });
    test("does not trust an https proxy of an unknown authority", async () => {
      const proxy = await connectProxy(1, { secure: true });
      const env = { HTTPS_PROXY: `https://gateway.test:${proxy.port}` };
      const answer = await failureOf({ url: URL_, env, lookup: loopback });
      expect(answer).toMatchObject({ state: "tunnelling", code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" });
    });
    test("does not show the proxy's password", async () => {
      const port = await freePort();
      const answer = await failureOf({ url: URL_, env: { HTTPS_PROXY: `http://me:pass-word@127.0.0.1:${port}` } });
      expect(answer.failure).toBe("proxy");
      expect(JSON.stringify(answer)).not.toContain("pass-word");
    });
    test("is named when it refuses the connection", async () => {
      const port = await freePort();
      const answer = await failureOf({ url: URL_, env: { HTTPS_PROXY: `http://127.0.0.1:${port}` } });
      expect(answer).toMatchObject({ failure: "proxy", state: "dialling", code: "ECONNREFUSED" });
      expect(answer.message).toContain(`The proxy 127.0.0.1:${port} cannot be reached`);
    });
    test("is named when its name does not resolve", async () => {
      const answer = await failureOf({ url: URL_, env: { HTTPS_PROXY: "proxy.test:3128" }, lookup: async () => [] });
      expect(answer).toMatchObject({ failure: "proxy", state: "resolving", code: "ENODATA" });
      expect(answer.message).toContain("The proxy proxy.test:3128 cannot be reached");
    });
    test("is named when it does not answer in time", async () => {
      const dialled = `127.0.0.1:${await deafPort()}`;
      const answer = await failureOf({ ...SOON, url: URL_, env: { HTTPS_PROXY: dialled } });
      expect(answer).toMatchObject({ failure: "timeout", state: "dialling" });
      expect(answer.message).toContain(`the proxy ${dialled}`);
    });
    test.each([
      ["another kind", { ALL_PROXY: "socks5://me:pass-word@127.0.0.1:1" }, /^ALL_PROXY has a socks5:\/\/ proxy\./],
      ["no URL", { https_proxy: "http://me:pass-word@:" }, /^https_proxy is not a URL\./],
      ["a bad escape", { HTTPS_PROXY: "http://me:pass-word%@h" }, /^The credentials in HTTPS_PROXY/],
    ])("is reported by the variable's name without its value: %s", async (_title, env, message) => {
      const answer = await failureOf({ url: URL_, env });
      expect(answer).toMatchObject({ failure: "proxy", state: "idle" });
      expect(answer.message).toMatch(message);
      expect(answer.message).not.toContain("pass-word");
    });
  });
});

describe("the handshake", () => {
  test("has headers, query and subprotocols, and offers no compression", async () => {
    const seen: { url?: string | undefined; headers: Record<string, unknown> }[] = [];
    const gateway = await fakeGateway({
      authorize: () => undefined,
      answer: (request) => {
        seen.push({ url: request.url, headers: request.headers });
        return undefined;
      },
    });
    afterTest(() => gateway.close());
    const connection = await connected({
      url: `${gateway.url}?a=1&stocks=old`,
      query: { stocks: "aapl,goog" },
      headers: { "X-Team": "blue" },
      subprotocols: ["v2", "v1"],
      env: {},
    });
    expect(seen[0]?.url).toBe("/prod?a=1&stocks=aapl%2Cgoog");
    expect(seen[0]?.headers).toMatchObject({ "x-team": "blue", "sec-websocket-protocol": "v2,v1" });
    expect(seen[0]?.headers).not.toHaveProperty("sec-websocket-extensions");
    expect(connection.subprotocol).toBe("v2");
  });
  test("fails when a subprotocol is offered and the server chooses none", async () => {
    const port = await tcpServer((socket) => {
      socket.once("data", (data) => {
        const key = /Sec-WebSocket-Key: (\S+)/i.exec(String(data))?.[1] ?? "";
        const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
        socket.write(switching(`Sec-WebSocket-Accept: ${accept}`));
      });
    });
    const answer = await failureOf({ url: `ws://127.0.0.1:${port}/`, subprotocols: ["v1"], env: {} });
    expect(answer).toMatchObject({ failure: "protocol", message: "Server sent no subprotocol" });
  });
  test("falls back to an address that answers", async () => {
    const gateway = await fakeGateway({ authorize: () => undefined });
    afterTest(() => gateway.close());
    const lookup = async () => [{ address: "::1", family: 6 }, ...(await loopback())];
    await connected({ url: `ws://gateway.test:${gateway.port}/prod?stocks=a`, lookup, env: {} });
  });
  test("enters the named states in order", async () => {
    const gateway = await fakeGateway({ authorize: () => undefined });
    afterTest(() => gateway.close());
    const states: string[] = [];
    const url = `ws://gateway.test:${gateway.port}/prod?stocks=a`;
    const connection = await connected({ url, lookup: loopback, env: {}, onState: (state) => states.push(state) });
    await connection.close();
    expect(states).toEqual(["resolving", "dialling", "upgrading", "open", "closing", "closed"]);
  });
});

test("returns a result for any bytes that a server sends", async () => {
  let bytes: Uint8Array = new Uint8Array();
  const port = await tcpServer((socket) => socket.once("data", () => socket.end(bytes)));
  const start = fc.constantFrom("", "HTTP/1.1 ", "HTTP/1.1 101 Switching Protocols\r\n", "HTTP/1.1 403 No\r\n\r\n");
  await fc.assert(
    fc.asyncProperty(start, fc.uint8Array(), async (text, rest) => {
      bytes = Buffer.concat([Buffer.from(text), rest]);
      const answer = await probe({ url: `ws://127.0.0.1:${port}/`, env: {}, phaseTimeoutMs: 5_000 });
      expect(answer.kind === "failed" ? answer.failure : answer.kind).toMatch(/^(protocol|reset|refused)$/);
    }),
  );
});

describe("invalid options are thrown", () => {
  test.each<[string, Partial<ProbeOptions>, RegExp]>([
    ["no URL", { url: "prod" }, /not a URL/],
    ["no scheme", { url: "localhost:3000/prod" }, /no scheme/],
    ["another scheme", { url: "ftp://gateway.test/" }, /ftp:/],
    ["a fragment", { url: "wss://gateway.test/#a" }, /fragment/],
    ["no port", { connectTo: "gateway.test:0" }, /host:port/],
    ["a host that is none", { connectTo: "a b" }, /host:port/],
    ["a header with a line break", { headers: { "x-a": "b\r\nc: d" } }, /The header x-a has a value/],
    ["a header's name with a space", { headers: { "x a": "b" } }, /"x a" is not the name of a header/],
    ["a header's name that is empty", { headers: { "": "b" } }, /"" is not the name of a header/],
    ["a subprotocol with a space", { subprotocols: ["a b"] }, /"a b" is not the name of a subprotocol/],
    ["a subprotocol twice", { subprotocols: ["a", "b", "a"] }, /a is offered twice/],
  ])("%s", async (_title, options, message) => {
    const port = await tcpServer(silent);
    const attempt = probe({
      url: `ws://127.0.0.1:${port}/`,
      ...SOON,
      ...options,
    });
    await expect(attempt).rejects.toThrow(OptionsError);
    await expect(attempt).rejects.toThrow(message);
  });
});
