/** A session as with wscat, load, and the advice for servers that are not what the URL says. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { PassThrough } from "node:stream";
import { createServer as createTlsServer } from "node:tls";
import { WebSocketServer } from "ws";
import { listen } from "../../../harness/servers";
import { smokeCommand } from "../../../smoke/command/command";
import { EXIT } from "../../../smoke/command/exit-codes";
import type { Shell } from "../../../terminal/shell";
import { CERTIFICATE } from "../../support/certificate";
import { type Faults, fakeGateway } from "../../support/smoke/gateway";
import { afterTest, tcpServer } from "../../support/smoke/servers";

/** A command that runs: its output so far, and its end. */
function start(argv: readonly string[], shell: Partial<Shell> = {}) {
  let out = "";
  let err = "";
  const waiting = new Set<() => void>();
  const written = (text: string) => {
    for (const look of waiting) look();
    return text;
  };
  const ended = smokeCommand(argv, {
    cwd: ".",
    env: {},
    color: false,
    signal: new AbortController().signal,
    out: (text) => {
      out += text;
      written(text);
    },
    err: (text) => {
      err += text;
      written(text);
    },
    ...shell,
  });
  return {
    ended,
    out: () => out,
    err: () => err,
    /** Resolves when the output contains the text. */
    printed: (text: string) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (!`${out}${err}`.includes(text)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}

async function gateway(faults: Faults = {}): Promise<string> {
  const started = await fakeGateway({ authorize: () => undefined, reply: (_, text) => `echo ${text}`, ...faults });
  afterTest(() => started.close());
  return `${started.url}?stocks=a`;
}

function terminal(): PassThrough & { isTTY?: boolean } {
  return Object.assign(new PassThrough(), { isTTY: true });
}

describe("a session", () => {
  test("sends the lines of a pipe, prints the answers, and ends", async () => {
    const input = new PassThrough();
    input.end("one\n\ntwo\n");
    const { ended, out } = start([await gateway(), "-i", "--wait", "0.3"], { input });
    expect(await ended).toBe(EXIT.passed);
    expect(out()).toBe("echo one\necho two\n");
  });

  test("prints JSON", async () => {
    const input = new PassThrough();
    input.end("one\n");
    const { ended, out } = start([await gateway(), "-i", "--json", "--wait", "0.3"], { input });
    await ended;
    expect(JSON.parse(out())).toEqual({ at: expect.any(Number), text: "echo one", binary: false });
  });

  test("with a terminal, shows messages above the prompt, without control characters, until the input ends", async () => {
    const input = terminal();
    const { ended, out, err, printed } = start([await gateway({ reply: () => "\u001b[2Jhi" }), "--interactive"], {
      input,
    });
    await printed("> ");
    input.write("hello\n");
    await printed("< \\u001b[2Jhi");
    input.end();
    expect(await ended).toBe(EXIT.passed);
    expect(err()).toContain("Ctrl-D closes the connection");
    expect(out()).not.toContain("\u001b[2Jhi");
  });

  test("listens until the server closes", async () => {
    const url = await gateway({
      onSocket: (socket) => {
        socket.send("news");
        socket.close(1001, "Going away");
      },
    });
    const { ended, out, err } = start([url, "--listen"]);
    expect(await ended).toBe(EXIT.passed);
    expect(out()).toBe("news\n");
    expect(err()).toContain("closed by the server: 1001 Going away");
  });

  test("stays after the end of the input, with --listen", async () => {
    const input = new PassThrough();
    const url = await gateway({
      reply: () => undefined,
      onSocket: (socket) => socket.on("message", () => socket.close(1000)),
    });
    const { ended } = start([url, "-i", "-l"], { input });
    input.end("bye\n");
    expect(await ended).toBe(EXIT.passed);
  });

  test("reports an abnormal end", async () => {
    const { ended, err } = start([await gateway({ onSocket: (socket) => socket.close(1011, "broken") }), "--listen"]);
    expect(await ended).toBe(EXIT.reset);
    expect(err()).toContain("closed by the server: 1011 broken");
  });

  test("says why the client is rejected", async () => {
    const { ended, err } = start([await gateway({ authorize: () => 403 }), "--interactive"], {
      input: new PassThrough(),
    });
    expect(await ended).toBe(EXIT.refused);
    expect(err()).toMatch(/^✗ 403: The authorizer denied the token/);
  });

  test("ends with a signal", async () => {
    const controller = new AbortController();
    const { ended, printed } = start([await gateway({ onSocket: (socket) => socket.send("hi") }), "-l"], {
      signal: controller.signal,
    });
    await printed("hi");
    controller.abort("SIGINT");
    expect(await ended).toBe(130);
  });

  test.each([
    [["-i", "--suite", "--token", "t"], "--suite does not go with --interactive or --listen."],
    [["--wait", "1"], "--wait goes with --interactive."],
    [["--concurrency", "2"], "--concurrency needs the other of --concurrency and --duration."],
    [["--concurrency", "2", "--duration", "1", "-i"], "--interactive does not go with --concurrency and --duration."],
    [["--concurrency", "2", "--duration", "1", "--expect", "a"], "--expect needs --send here."],
  ])("refuses %j", async (args, message) => {
    const { ended, err } = start(["ws://localhost:1", ...args]);
    expect(await ended).toBe(EXIT.usage);
    expect(err()).toContain(message);
  });
});

describe("load", () => {
  test("measures connects and round trips of many clients, and plots them", async () => {
    const { ended, out } = start([
      await gateway(),
      "--concurrency",
      "5",
      "--duration",
      "0.5",
      "--send",
      "x",
      "-e",
      "echo x",
    ]);
    expect(await ended).toBe(EXIT.passed);
    expect(out()).toMatch(
      /5 clients, \d+ ms\n\nconnects {4}5 {2}p50 .*, p90 .*, p99 .*, max .*\nround trips {1,2}\d+ {2}p50 .* a second\n/,
    );
    expect(out()).toMatch(/^ +[\d.]+ ms [█▏▎▍▌▋▊▉]+ \d+$/m);
    expect(out()).toMatch(/passed\n$/);
  });

  test("pings without --send, and reports as JSON", async () => {
    const { ended, out } = start([await gateway(), "--concurrency", "2", "--duration", "0.3", "--json"]);
    expect(await ended).toBe(EXIT.passed);
    expect(JSON.parse(out())).toMatchObject({
      passed: true,
      concurrency: 2,
      connects: { count: 2 },
      roundTrips: { p50: expect.any(Number), p99: expect.any(Number) },
      failures: {},
    });
  });

  test("counts failures by what happened", async () => {
    let sockets = 0;
    const url = await gateway({
      answer: (_, count) => (count % 2 === 0 ? { status: 429 } : undefined),
      onSocket: (socket) => sockets++ === 0 && socket.terminate(),
    });
    const { ended, out } = start([url, "--concurrency", "3", "--duration", "0.8"]);
    expect(await ended).toBe(EXIT.failed);
    expect(out()).toMatch(/✗ \d+ × 429/);
    expect(out()).toMatch(/✗ 1 × disconnected/);
    expect(out()).toMatch(/failed\n$/);
  });

  test("says why no answer came, and an error frame of API Gateway is none", async () => {
    const frame = '{"message": "Internal server error", "connectionId":"XDmENcnwIE0CFEQ=", "requestId":"a="}';
    const url = await gateway({ reply: (_, text) => (text === "fail" ? frame : text) });
    const load = [url, "--concurrency", "1", "--duration", "0.5", "--send"];
    const runs = [["fail"], ["fail", "--expect", "message"], ["x", "--expect", "answer"]].map((args) =>
      start([...load, ...args]),
    );
    for (const { ended } of runs) expect(await ended).toBe(EXIT.failed);
    const failed = expect.stringMatching(/round trips 0, .*\n✗ \d+ × Internal server error\n/);
    const unanswered = expect.stringContaining("✗ 1 × no answer before the end\n");
    expect(runs.map(({ out }) => out())).toEqual([failed, failed, unanswered]);
  });
});

describe("advice", () => {
  async function adviceAt(url: string, ...args: string[]): Promise<string> {
    const { ended, out } = start([url, ...args]);
    expect(await ended).not.toBe(EXIT.passed);
    return out();
  }
  const portOf = ({ address }: { address(): AddressInfo | string | null }) => (address() as AddressInfo).port;

  async function httpServer(status: number): Promise<number> {
    const server = createServer((_, response) =>
      response.writeHead(status, { "content-type": "text/html" }).end("<html>"),
    );
    server.on("upgrade", (_, socket) => socket.end(`HTTP/1.1 ${status} X\r\ncontent-length: 0\r\n\r\n`));
    await listen(server);
    afterTest(async () => {
      server.closeAllConnections();
      server.close();
    });
    return portOf({ address: () => server.address() });
  }

  test("wss:// at a port without TLS", async () => {
    const text = await adviceAt(`wss://127.0.0.1:${await httpServer(200)}/prod`);
    expect(text).toContain("The server does not speak TLS on this port: use ws:// in place of wss://");
    expect(text).not.toContain("certificate");
  });

  test("ws:// at a port with TLS", async () => {
    const server = createTlsServer({ ...CERTIFICATE });
    server.on("tlsClientError", () => {});
    await listen(server);
    afterTest(async () => void server.close());
    const text = await adviceAt(`ws://127.0.0.1:${portOf({ address: () => server.address() })}/prod`);
    expect(text).toContain("If this port serves TLS, use wss:// in place of ws://.");
  });

  test("ws:// at a web server's port with TLS", async () => {
    const body = "<center>The plain HTTP request was sent to HTTPS port</center>";
    const port = await tcpServer((socket) =>
      socket.end(`HTTP/1.1 400 Bad Request\r\ncontent-length: ${body.length}\r\n\r\n${body}`),
    );
    expect(await adviceAt(`ws://127.0.0.1:${port}/prod`)).toContain("use wss:// in place of ws://");
  });

  test.each([200, 405])("an ordinary HTTP server that answers %i", async (status) => {
    expect(await adviceAt(`ws://127.0.0.1:${await httpServer(status)}/prod`)).toContain(
      "An ordinary HTTP server answered",
    );
  });

  test("a subprotocol that the server does not choose", async () => {
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1", handleProtocols: () => false });
    await once(server, "listening");
    afterTest(() => server.close());
    const { port } = server.address() as AddressInfo;
    const text = await adviceAt(`ws://127.0.0.1:${port}`, "--subprotocol", "graphql-ws");
    expect(text).toContain("only the integration of $connect can choose a subprotocol");
  });
});
