/** The command: its options reach the connection, its exit code shows the class of failure, and no token is printed. */
import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../../harness/servers";
import { mintToken } from "../../../smoke";
import { smokeCommand } from "../../../smoke/command/command";
import { EXIT } from "../../../smoke/command/exit-codes";
import { disk, type Files } from "../../../terminal/files";
import type { Shell } from "../../../terminal/shell";
import { type Faults, fakeGateway, SECRET } from "../../support/smoke/gateway";
import { afterTest, answering, connectProxy, silent, tcpServer } from "../../support/smoke/servers";

const TOKEN = mintToken(SECRET, { issuer: "https://issuer.example", audience: "ws" });

type Settings = Partial<Shell & Files> & { files?: Record<string, string> };

interface Ran {
  code: number;
  out: string;
  err: string;
  files: Map<string, string>;
}

async function run(
  argv: readonly string[],
  { files: given = {}, read, write, requireWritable, ...shell }: Settings = {},
): Promise<Ran> {
  const files = new Map(Object.entries(given));
  let out = "";
  let err = "";
  const code = await smokeCommand(
    argv,
    {
      cwd: ".",
      env: {},
      color: false,
      signal: new AbortController().signal,
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
      ...shell,
    },
    {
      read:
        read ??
        ((file) => {
          const text = files.get(file);
          if (text === undefined) throw new Error(`ENOENT: no such file, open '${file}'`);
          return text;
        }),
      requireWritable: requireWritable ?? (() => {}),
      write: write ?? ((file, text) => void files.set(file, text)),
    },
  );
  return { code, out, err, files };
}

async function gateway(faults: Faults = {}) {
  const started = await fakeGateway(faults);
  afterTest(() => started.close());
  return started;
}

describe("one connection", () => {
  test("passes with a token from the environment, and shows neither token nor secret", async () => {
    const { url, handshakes } = await gateway();
    const { code, out } = await run([url, "--token-env", "WS_TOKEN", "--query", "stocks=aapl,goog"], {
      env: { WS_TOKEN: TOKEN },
    });
    expect(code).toBe(EXIT.passed);
    expect(handshakes).toEqual([`/prod?stocks=aapl%2Cgoog&token=${TOKEN}`]);
    expect(out).toContain("✓ The connection closes cleanly");
    expect(out).not.toContain(TOKEN);
  });
  test.each([
    ["a file", ["--token-file", "t"], { t: `${TOKEN}\n` }, {}],
    ["standard input", ["--token-file", "-"], { "-": TOKEN }, {}],
    ["the command line", ["--token", TOKEN], {}, {}],
    [
      "a secret",
      ["--mint-secret-env", "S", "--mint-issuer", "i", "--mint-audience", "a", "--mint-claim", "sub=me"],
      {},
      { S: SECRET },
    ],
  ])("takes the token from %s", async (_title, args, files, env) => {
    const { url } = await gateway();
    expect((await run([url, "-q", "stocks=a", ...args], { files, env })).code).toBe(EXIT.passed);
  });
  test("passes when the client is rejected as expected", async () => {
    const { url } = await gateway();
    expect((await run([url, "--expect-status", "401"])).code).toBe(EXIT.passed);
    expect((await run([url, "--expect-status", "403"])).code).toBe(EXIT.refused);
  });
  test("fails when a client is accepted that should be rejected", async () => {
    const { url } = await gateway({ authorize: () => undefined });
    const { code, out } = await run([`${url}?stocks=a`, "--expect-status", "401"]);
    expect(code).toBe(EXIT.failed);
    expect(out).toContain("The client was accepted.");
  });
  test("shows the rejection's body and AWS's headers", async () => {
    const { url } = await gateway();
    const { code, out } = await run([`${url}x`]);
    expect(code).toBe(EXIT.refused);
    expect(out).toContain('body: {"message":"Forbidden"}');
    expect(out).toContain("x-amzn-errortype: ForbiddenException");
  });
  test("sends, waits for the expected message, and shows what arrived instead", async () => {
    const { url } = await gateway({
      authorize: () => undefined,
      reply: (_, text) => `{"echo":${JSON.stringify(text)},"n":1}`,
    });
    const args = [`${url}?stocks=a`, "--send", "hi", "--timeout", "1"];
    expect((await run([...args, "-e", '{"echo":"hi"}'])).code).toBe(EXIT.passed);
    expect((await run([...args, "-e", "/echo.*hi/"])).code).toBe(EXIT.passed);
    const { code, out } = await run([...args, "-e", '{"echo":"ho"}']);
    expect(code).toBe(EXIT.timeout);
    expect(out).toContain('Received: {"echo":"hi","n":1}');
  });
  test("repeats the connection, and reports percentiles", async () => {
    const { url, handshakes } = await gateway({ authorize: () => undefined });
    const { out } = await run([`${url}?stocks=a`, "--repeat", "4", "--pings", "3", "--json"]);
    const report = JSON.parse(out);
    expect(handshakes).toHaveLength(4);
    expect(report.connectMs.samples).toHaveLength(4);
    expect(report.pingMs.samples).toHaveLength(3);
  });
  test("writes JUnit in addition to the text", async () => {
    const { url } = await gateway();
    const { files, out } = await run([url, "--junit", "report.xml"]);
    expect(files.get("report.xml")).toContain('failures="1"');
    expect(out).toContain("✗ The client connects");
  });
  test("does not connect when its report cannot be written", async () => {
    const { url, handshakes } = await gateway();
    const requireWritable = () => {
      throw new Error("ENOENT: no such file or directory");
    };
    const { code, err } = await run([url, "--junit", "nowhere/x.xml"], { requireWritable });
    expect(code).toBe(EXIT.usage);
    expect(err).toContain("nowhere/x.xml cannot be written: ENOENT");
    expect(handshakes).toEqual([]);
  });
  test.each([
    ["that passed", "401", EXIT.internal],
    ["that failed", "403", EXIT.refused],
  ])("prints the report of a test %s also when JUnit cannot be written", async (_title, status, expected) => {
    const { url } = await gateway();
    const write = () => {
      throw new Error("ENOSPC: no space left on device");
    };
    const { code, out, err } = await run([url, "--expect-status", status, "--junit", "x.xml"], { write });
    expect(code).toBe(expected);
    expect(out).toContain(`The client is rejected with ${status}`);
    expect(err).toBe("x.xml could not be written: ENOSPC: no space left on device.\n");
  });
  test("sends headers, and warns of --insecure", async () => {
    const seen: unknown[] = [];
    const { url } = await gateway({ answer: (request) => void seen.push(request.headers["x-team"]) });
    const { err } = await run([url, "-H", "X-Team: blue", "-k"]);
    expect(seen).toEqual(["blue"]);
    expect(err).toContain("Warning: --insecure");
  });
  test("shows the states with --verbose", async () => {
    const { url } = await gateway({ authorize: () => undefined });
    expect((await run([`${url}?stocks=a`, "-v"])).err.split("\n")).toEqual([
      "dialling",
      "upgrading",
      "open",
      "closing",
      "closed",
      "",
    ]);
  });
});

describe("the whole test", () => {
  test("passes, with the endpoint from the URL and credentials from the environment", async () => {
    const { url, posts } = await gateway();
    const env = { T: TOKEN, AWS_ACCESS_KEY_ID: "AKID", AWS_SECRET_ACCESS_KEY: "secret", AWS_REGION: "eu-west-1" };
    const { code, out } = await run([url, "--suite", "--token-env", "T", "--parameter", "stocks=a"], { env });
    expect(out).toContain("passed: 7 passed, 1 reported");
    expect(code).toBe(EXIT.passed);
    expect(posts).toHaveLength(1);
  });
  test("shows skipped cases at its end, and beside the verdict", async () => {
    const { url } = await gateway();
    const args = [url, "--suite", "--token", TOKEN, "--parameter", "stocks=a"];
    const { code, out } = await run(args);
    expect(code).toBe(EXIT.passed);
    expect(out).toMatch(
      /^passed: 6 passed, 1 reported in .*; 1 not run: A message pushed through @connections arrives$/m,
    );
    expect(JSON.parse((await run([...args, "--json"])).out)).toMatchObject({
      passed: true,
      notRun: [{ id: "message", detail: "There are no AWS credentials to sign with." }],
    });
  });
  test("waits for the backend's own message with --expect", async () => {
    const { url } = await gateway({ onSocket: (socket) => socket.send('{"aapl":101.5}') });
    const args = [url, "--suite", "--token", TOKEN, "--parameter", "stocks=a", "--expect", '/"aapl":\\d+/'];
    const { code, out } = await run(args);
    expect(out).toContain("✓ The backend's own message arrives");
    expect(code).toBe(EXIT.passed);
  });
  test("fails when every client is accepted", async () => {
    const { url } = await gateway({ authorize: () => undefined });
    const { code } = await run([url, "--suite", "--token", TOKEN, "--parameter", "stocks=a"]);
    expect(code).toBe(EXIT.failed);
  });
});

describe("exit codes", () => {
  test.each<[string, number, () => Promise<[string[], Settings?]>]>([
    ["unreachable", EXIT.unreachable, async () => [[`ws://127.0.0.1:${await freePort()}/`]]],
    ["tls", EXIT.tls, async () => [[`wss://127.0.0.1:${await tcpServer(answering("HTTP/1.1 400 Bad\r\n\r\n"))}/`]]],
    ["timeout", EXIT.timeout, async () => [[`ws://127.0.0.1:${await tcpServer(silent)}/`, "--timeout", "0.05"]]],
    [
      "timeout by --deadline",
      EXIT.timeout,
      async () => [[`ws://127.0.0.1:${await tcpServer(silent)}/`, "--deadline", "0.05"]],
    ],
    ["reset", EXIT.reset, async () => [[`ws://127.0.0.1:${await tcpServer((s) => s.resetAndDestroy())}/`]]],
    ["protocol", EXIT.protocol, async () => [[`ws://127.0.0.1:${await tcpServer(answering("SSH-2.0\r\n"))}/`]]],
    [
      "proxy",
      EXIT.proxy,
      async () => [
        ["wss://gateway.test/"],
        { env: { HTTPS_PROXY: `http://127.0.0.1:${(await connectProxy(1, { status: 403 })).port}` } },
      ],
    ],
    [
      "proxy that cannot be reached",
      EXIT.proxy,
      async () => [["wss://gateway.test/"], { env: { HTTPS_PROXY: `http://127.0.0.1:${await freePort()}` } }],
    ],
    [
      "proxy of another kind",
      EXIT.proxy,
      async () => [["ws://gateway.test/"], { env: { HTTP_PROXY: "socks5://127.0.0.1:1" } }],
    ],
    [
      "proxy that cannot be reached, for --suite",
      EXIT.proxy,
      async () => [
        ["wss://gateway.test/", "--suite", "--token", TOKEN],
        { env: { HTTPS_PROXY: `http://127.0.0.1:${await freePort()}` } },
      ],
    ],
    [
      "cancelled",
      EXIT.cancelled,
      async () => [[`ws://127.0.0.1:${await tcpServer(silent)}/`], { signal: AbortSignal.abort() }],
    ],
  ])("%s: %i", async (_title, expected, arrange) => {
    const [argv, shell] = await arrange();
    expect((await run(argv, shell)).code).toBe(expected);
  });
});

describe("a command line that is not valid", () => {
  const URL_ = "wss://gateway.test/prod";
  test.each<[string, string[], RegExp]>([
    ["no URL", [], /Give the URL/],
    ["two URLs", [URL_, URL_], /One URL/],
    ["an unknown option", [URL_, "--tokn", "x"], /There is no option --tokn\. Did you mean `--token`\?/],
    ["an unknown letter", [URL_, "-Q", "x"], /There is no option -Q\. Did you mean `-q`\?/],
    ["two tokens", [URL_, "--token", "a", "--token-env", "B"], /--token, --token-env/],
    ["an unset variable", [URL_, "--token-env", "NOPE"], /NOPE is not set/],
    ["a missing file", [URL_, "--token-file", "nope"], /nope cannot be read/],
    ["a missing CA", [URL_, "--ca", "nope"], /nope cannot be read/],
    ["an invalid status", [URL_, "--expect-status", "4O1"], /100 to 599/],
    ["a query without =", [URL_, "--query", "stocks"], /NAME=VALUE/],
    ["a header without :", [URL_, "--header", "x"], /NAME:VALUE/],
    ["a header with a space in its name", [URL_, "-H", "bad header: x"], /"bad header" is not the name of a header/],
    ["a header with a control character", [URL_, "-H", "x-a: b\u0007"], /The header x-a has a value/],
    ["a subprotocol with a space", [URL_, "-s", "a b"], /"a b" is not the name of a subprotocol/],
    ["a header with a space, for --suite", [URL_, "--suite", "--token", "abcd", "-H", "a b: c"], /"a b" is not/],
    ["a parameter without --suite", [URL_, "--parameter", "stocks=a"], /--parameter goes with --suite/],
    ["an endpoint without --suite", [URL_, "--endpoint", "https://h/prod"], /--endpoint goes with --suite/],
    ["a region without --suite", [URL_, "--region", "eu-west-1"], /--region goes with --suite/],
    ["a message to identify without --suite", [URL_, "--identify", "x"], /--identify goes with --suite/],
    ["an issuer without its secret", [URL_, "--mint-issuer", "i"], /--mint-issuer goes with --mint-secret-env/],
    ["an audience beside a token", [URL_, "--token", "abcd", "--mint-audience", "a"], /--mint-audience goes with/],
    ["a claim without its secret", [URL_, "--mint-claim", "sub=a"], /--mint-claim goes with --mint-secret-env/],
    ["a token's parameter without a token", [URL_, "--token-parameter", "t"], /--token-parameter goes with a token/],
    [
      "a message to send to a rejected client",
      [URL_, "--expect-status", "401", "--send", "x"],
      /--send needs a connection/,
    ],
    [
      "a message expected by a rejected client",
      [URL_, "--expect-status", "401", "-e", "x"],
      /--expect needs a connection/,
    ],
    ["pings of a rejected client", [URL_, "--expect-status", "401", "--pings", "2"], /--pings needs a connection/],
    ["a suite that sends", [URL_, "--suite", "--token", "abcd", "--send", "x"], /--send is for one connection/],
    ["a timeout of zero", [URL_, "--timeout", "0"], /seconds/],
    ["a suite without a ping", [URL_, "--suite", "--token", "abcd", "--pings", "0"], /at least one ping/],
    ["a suite without a token", [URL_, "--suite"], /valid token/],
    ["a suite with a status", [URL_, "--suite", "--token", "abcd", "--expect-status", "401"], /own expectations/],
    [
      "a suite that waits for two messages",
      [URL_, "--suite", "--token", "abcd", "-e", "x", "-e", "y"],
      /--expect once/,
    ],
    ["minting without an issuer", [URL_, "--mint-secret-env", "S"], /--mint-issuer/],
    ["an invalid regular expression", [URL_, "--expect", "/(/"], /regular expression/],
  ])("%s", async (_title, argv, message) => {
    const { code, err, out } = await run(argv, { env: { S: SECRET } });
    expect(code).toBe(EXIT.usage);
    expect(err).toMatch(message);
    expect(out).toBe("");
  });
});

test("prints help with every option and exit code", async () => {
  const { code, out } = await run(["--help"]);
  expect(code).toBe(EXIT.passed);
  for (const value of Object.values(EXIT)) expect(out).toMatch(new RegExp(`^ +${value}  `, "m"));
  expect(out).toContain("--connect-to HOST:PORT");
});

describe("a file to write", () => {
  function folder(): string {
    const made = mkdtempSync(join(tmpdir(), "smoke-"));
    afterTest(() => rmSync(made, { recursive: true }));
    return made;
  }
  test("may exist or not, and is not changed by the check", () => {
    const root = folder();
    writeFileSync(join(root, "old.xml"), "old");
    disk.requireWritable(join(root, "old.xml"));
    disk.requireWritable(join(root, "new.xml"));
    expect(readdirSync(root)).toEqual(["old.xml"]);
    expect(disk.read(join(root, "old.xml"))).toBe("old");
  });
  test.each([
    ["in a folder that does not exist", "nowhere/x.xml", /ENOENT/],
    ["in a file", "old.xml/x.xml", /ENOTDIR/],
    ["that is a folder", "", /not the name of a file/],
    ["with a slash at its end", "x.xml/", /not the name of a file/],
  ])("is rejected: %s", (_title, name, message) => {
    const root = folder();
    writeFileSync(join(root, "old.xml"), "old");
    expect(() => disk.requireWritable(`${root}/${name}`)).toThrow(message);
  });
});

describe("the process", () => {
  const root = join(__dirname, "../../..");
  function start(argv: readonly string[], stdout: "pipe" | number = "pipe") {
    const child = spawn(process.execPath, ["scripts/run.mjs", "smoke/cli.ts", ...argv], {
      cwd: root,
      stdio: ["ignore", stdout, "pipe"],
      env: { PATH: process.env.PATH },
    });
    let out = "";
    let err = "";
    child.stdout?.on("data", (chunk) => {
      out += chunk;
    });
    child.stderr?.on("data", (chunk) => {
      err += chunk;
    });
    const exit = new Promise<number | null>((resolve) => child.once("close", resolve));
    return { child, exit, out: () => out, err: () => err };
  }
  test("works with standard input closed", async () => {
    const { url } = await gateway();
    const refused = start([url]);
    expect(await refused.exit).toBe(EXIT.refused);
    expect(refused.out()).toContain("401 (expected 101)");
  });
  test("ends without an error, with its own exit code, when the pipe of its report is closed", async () => {
    const { url } = await gateway();
    for (const [status, code] of [
      ["401", EXIT.passed],
      ["403", EXIT.refused],
    ] as const) {
      const { child, exit, err } = start([url, "--expect-status", status]);
      child.stdout?.destroy();
      expect(await exit).toBe(code);
      expect(err()).toBe("");
    }
  });
  (existsSync("/dev/full") ? test : test.skip)("reports that its output could not be written", async () => {
    const { url } = await gateway();
    const full = openSync("/dev/full", "w");
    afterTest(() => closeSync(full));
    const { exit, err } = start([url, "--expect-status", "401"], full);
    expect(await exit).toBe(EXIT.internal);
    expect(err()).toContain("The output could not be written: ENOSPC");
  });
  test("prints a report when SIGTERM stops it", async () => {
    let arrived = () => {};
    const connected = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const port = await tcpServer(() => arrived());
    const { child, exit, out } = start([`ws://127.0.0.1:${port}/prod`]);
    await connected;
    child.kill("SIGTERM");
    expect(await exit).toBe(143);
    expect(out()).toContain("cancelled (expected 101)");
  });
});
