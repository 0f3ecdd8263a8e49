/** `npm start` and `npm run local` as a developer runs them: processes, exit codes, signals. Needs nothing but Node. */
import { type ChildProcess, spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { strToU8, zipSync } from "fflate";
import WebSocket from "ws";
import { listen } from "../../harness/servers";
import { synthesize } from "../../local/session/synthesize";
import { CERTIFICATE } from "../support/certificate";

jest.setTimeout(120_000);

const root = resolve(__dirname, "../..");
let folder: string;
const started = new Set<ChildProcess>();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "start-"));
});
afterEach(async () => {
  const running = [...started].filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
  const ends = running.map((child) => once(child, "close"));
  for (const child of running) child.kill("SIGTERM");
  await Promise.all(ends);
  started.clear();
});
afterAll(() => rmSync(folder, { recursive: true }));

function start(
  program: string,
  args: readonly string[],
  cwd = root,
  env: NodeJS.ProcessEnv = process.env,
): { child: ChildProcess; text: () => string } {
  const child = spawn(process.execPath, [join(root, "scripts/run.mjs"), program, ...args], { cwd, env });
  started.add(child);
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (part) => {
      text += part;
    });
  return { child, text: () => text };
}

async function ended({ child, text }: ReturnType<typeof start>): Promise<{ code: number | null; text: string }> {
  const [code] = await once(child, "close");
  return { code, text: text() };
}

/** Waits for output that matches, and gives the first group. */
function printed({ child, text }: ReturnType<typeof start>, pattern: RegExp, from = 0): Promise<string> {
  return new Promise((found, failed) => {
    const look = (): void => {
      const match = pattern.exec(text().slice(from));
      if (match) found(match[1] ?? match[0]);
    };
    child.stdout?.on("data", look);
    child.stderr?.on("data", look);
    child.once("close", () => failed(new Error(`ended without ${pattern}:\n${text()}`)));
    look();
  });
}

const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const jwks = (kid: string) =>
  JSON.stringify({ keys: [{ ...publicKey.export({ format: "jwk" }), kid, alg: "RS256", use: "sig" }] });

const URL_LINE = /^(ws:\S+token=\S+)$/m;

describe("npm start -- --once", () => {
  test("synthesizes, serves, tests and exits 0", async () => {
    const { code, text } = await ended(start("scripts/start.ts", ["--once"]));
    expect({ code, text }).toEqual({ code: 0, text: expect.stringContaining("passed: 7 passed") });
  });

  test.each([
    [
      "accepts every client",
      "export const handler = async (e) => ({ principalId: 'x', policyDocument: { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: e.methodArn }] } })",
      "A client with a forged token is rejected",
    ],
    [
      "throws",
      "export const handler = async () => { throw new Error('broken') }",
      "A client with a good token connects",
    ],
    ["does not load", "export const handler = (", "A client with a good token connects"],
  ])("exits 1 and names the check when the authorizer %s", async (_, code, check) => {
    const { outcome } = await withAuthorizer(code);
    expect(outcome.code).toBe(1);
    expect(outcome.text).toMatch(new RegExp(`✗ ${check}`));
  });
});

/** The project's own stack, its authorizer's zip replaced. */
async function withAuthorizer(code: string) {
  const stack = mkdtempSync(join(folder, "stack-"));
  await synthesize({ config: join(root, "gateway.yaml"), outdir: stack });
  const zips = readdirSync(stack, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".zip"));
  for (const zip of zips) writeFileSync(join(stack, zip), zipSync({ "index.mjs": strToU8(code) }));
  return { outcome: await ended(start("scripts/start.ts", ["--once", "--stack", join(stack, "stacks/prod")])) };
}

describe("while it serves", () => {
  let backend: Server;
  let requests: string[];
  let heard: (() => void) | undefined;

  beforeEach(async () => {
    requests = [];
    backend = createServer((request, response) => {
      requests.push(request.url ?? "");
      response.end();
      heard?.();
    });
    await listen(backend);
  });
  afterEach(() => {
    backend.closeAllConnections();
    backend.close();
  });

  const options = () => ["--port", "0", "--backend", `http://127.0.0.1:${(backend.address() as AddressInfo).port}`];

  test("pushes the example backend's quotes to a client that connects with the printed URL", async () => {
    const run = start("scripts/start.ts", ["--port", "0"]);
    const socket = new WebSocket(await printed(run, URL_LINE));
    const [data] = await once(socket, "message");
    expect(JSON.parse(String(data))).toEqual({ aapl: expect.any(Number), goog: expect.any(Number) });
    socket.close();
  });

  test("pushes them over TLS too, by a certificate that only the gateway has", async () => {
    const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
    writeFileSync(cert, CERTIFICATE.cert);
    writeFileSync(key, CERTIFICATE.key);
    const run = start("scripts/start.ts", ["--port", "0", "--tls-cert", cert, "--tls-key", key]);
    const socket = new WebSocket(await printed(run, /^(wss:\S+token=\S+)$/m), { ca: CERTIFICATE.cert });
    const [data] = await once(socket, "message");
    expect(JSON.parse(String(data))).toEqual({ aapl: expect.any(Number), goog: expect.any(Number) });
    run.child.kill("SIGINT");
    expect(await ended(run)).toMatchObject({ code: 0, text: expect.not.stringContaining("failed") });
  });

  test("closes clients with 1001 and calls $disconnect on Ctrl-C, then exits 0", async () => {
    const run = start("local/cli.ts", options());
    const socket = new WebSocket(await printed(run, URL_LINE));
    await once(socket, "open");
    run.child.kill("SIGINT");
    const [code, reason] = await once(socket, "close");
    expect([code, String(reason)]).toEqual([1001, "Going away"]);
    expect((await ended(run)).code).toBe(0);
    expect(requests.map((url) => url.split("?")[0])).toEqual(["/connect", "/disconnect"]);
  });

  test("serves a changed configuration, and keeps connections open", async () => {
    const project = mkdtempSync(join(folder, "project-"));
    const text = readFileSync(join(root, "gateway.yaml"), "utf8");
    writeFileSync(join(project, "gateway.yaml"), text);
    const run = start("local/cli.ts", ["--config", join(project, "gateway.yaml"), ...options()]);
    const url = await printed(run, URL_LINE);
    const socket = new WebSocket(url);
    await once(socket, "open");
    writeFileSync(
      join(project, "gateway.yaml"),
      text.replace("connectionId: context.connectionId", "id: context.connectionId"),
    );
    await printed(run, /reloaded: deployed again/);
    const second = new WebSocket(url);
    await once(second, "open");
    expect(requests[0]).toContain("connectionId=");
    expect(requests[1]).toMatch(/[?&]id=/);
    expect(socket.readyState).toBe(WebSocket.OPEN);
  });

  test.each([
    ["a template", "hello.vtl", "#set($x = 1)$input.body", "#set($x = 2)$input.body"],
    ["the copy of an issuer's keys", "jwks.json", jwks("a"), jwks("b")],
  ])("serves %s that the configuration names, when it has changed", async (_, file, before, after) => {
    const project = mkdtempSync(join(folder, "project-"));
    const named =
      file === "hello.vtl"
        ? "authorizer: none\nroutes: { hello: { requestTemplates: { $default: { file: hello.vtl } } } }\n"
        : "authorizer: { issuer: https://login.example.com/, audience: quotes, jwks: jwks.json }\n";
    writeFileSync(join(project, file), before);
    writeFileSync(join(project, "gateway.yaml"), `name: quotes\nbackend: https://backend.example\n${named}`);
    const run = start("local/cli.ts", ["--config", join(project, "gateway.yaml"), ...options()]);
    await printed(run, /^(Control plane)/m);
    writeFileSync(join(project, file), after);
    await printed(run, /reloaded: deployed again/);
  });

  test("serves a stack whose folder was removed and made again, each time", async () => {
    const out = mkdtempSync(join(folder, "out-"));
    await synthesize({ config: join(root, "gateway.yaml"), outdir: out });
    const kept = join(folder, "kept");
    cpSync(out, kept, { recursive: true });
    const run = start("local/cli.ts", ["--stack", join(out, "stacks/prod"), ...options()]);
    await printed(run, URL_LINE);
    for (let time = 0; time < 2; time += 1) {
      rmSync(out, { recursive: true });
      await printed(run, /not reloaded: .*does not exist/, run.text().length);
      const from = run.text().length;
      cpSync(kept, out, { recursive: true });
      await printed(run, /reloaded: deployed again/, from);
    }
  });

  test("says at its start what it adds and what it leaves out", async () => {
    const stack = mkdtempSync(join(folder, "stack-"));
    await synthesize({ config: join(root, "gateway.yaml"), outdir: stack });
    const file = join(stack, "stacks/prod/cdk.tf.json");
    const json = JSON.parse(readFileSync(file, "utf8"));
    json.resource.aws_apigatewayv2_api.http = { name: "http", protocol_type: "HTTP" };
    writeFileSync(file, JSON.stringify(json));
    const run = start("local/cli.ts", ["--stack", join(stack, "stacks/prod"), ...options()]);
    await printed(run, URL_LINE);
    const notices = run.text().split("WS_API_ENDPOINT")[0];
    expect(notices?.match(/development-key: /g)).toHaveLength(1);
    expect(notices).toMatch(/left-out: aws_apigatewayv2_api\.http is an HTTP API/);
  });

  test("shuts down normally when its output is closed", async () => {
    const run = start("local/cli.ts", options());
    const socket = new WebSocket(await printed(run, URL_LINE));
    await once(socket, "open");
    run.child.stdout?.destroy();
    socket.send("{}");
    const [code] = await once(socket, "close");
    expect(code).toBe(1001);
    const { code: exit, text } = await ended(run);
    expect(exit).toBe(0);
    expect(text).not.toMatch(/EPIPE|^\s+at /m);
    expect(requests.map((request) => request.split("?")[0])).toEqual(["/connect", "/disconnect"]);
  });

  test("says what is wrong with a changed configuration, and serves what it served", async () => {
    const project = mkdtempSync(join(folder, "project-"));
    writeFileSync(join(project, "gateway.yaml"), readFileSync(join(root, "gateway.yaml")));
    const run = start("local/cli.ts", ["--config", join(project, "gateway.yaml"), ...options()]);
    const url = await printed(run, URL_LINE);
    writeFileSync(join(project, "gateway.yaml"), "name: quotes\nbackedn: https://x.example\n");
    await printed(run, /not reloaded: .*gateway\.yaml/);
    const socket = new WebSocket(url);
    await once(socket, "open");
    socket.close();
  });
});

describe("npm run local", () => {
  const startIn = (temporary: string, args: readonly string[]) =>
    start("local/cli.ts", args, root, { ...process.env, TMPDIR: temporary });

  test("leaves nothing behind when its port is taken", async () => {
    const temporary = mkdtempSync(join(folder, "tmp-"));
    const taken = createServer();
    await listen(taken);
    const { port } = taken.address() as AddressInfo;
    const { code, text } = await ended(startIn(temporary, ["--port", String(port)]));
    taken.close();
    expect({ code, text }).toEqual({ code: 1, text: expect.stringContaining("Choose another port with --port.") });
    expect(readdirSync(temporary)).toEqual([]);
  });

  test("leaves nothing behind on a second Ctrl-C, which does not wait", async () => {
    const temporary = mkdtempSync(join(folder, "tmp-"));
    const backend = createServer(({ url }, response) => void (url?.startsWith("/disconnect") || response.end()));
    await listen(backend);
    const address = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`;
    const run = startIn(temporary, ["--port", "0", "--backend", address]);
    const socket = new WebSocket(await printed(run, URL_LINE));
    await once(socket, "open");
    const disconnecting = once(backend, "request");
    run.child.kill("SIGINT");
    await disconnecting;
    const again = setInterval(() => run.child.kill("SIGINT"), 100);
    const { code } = await ended(run);
    clearInterval(again);
    backend.closeAllConnections();
    backend.close();
    expect(code).toBe(130);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test("takes Ctrl-C while the smoke test runs, and has not passed then", async () => {
    const backend = createServer();
    await listen(backend);
    const address = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`;
    const run = start("local/cli.ts", ["--port", "0", "--once", "--backend", address]);
    await once(backend, "request");
    run.child.kill("SIGINT");
    backend.closeAllConnections();
    const { code, text } = await ended(run);
    backend.close();
    expect({ code, text }).toEqual({ code: 1, text: expect.not.stringContaining("failed") });
  });

  test("prints one JSON event a line, and nothing else, with --json", async () => {
    const child = spawn(
      process.execPath,
      [join(root, "scripts/run.mjs"), "local/cli.ts", "--json", "--once", "--port", "0"],
      { cwd: root },
    );
    started.add(child);
    let out = "";
    child.stdout.setEncoding("utf8").on("data", (part) => {
      out += part;
    });
    await once(child, "close");
    const events = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(["smoke", "authorizer", "refused"]));
    expect(out).not.toMatch(/token=ey/);
  });

  test.each([
    [["--prot", "1"], 2, "Did you mean `--port`?"],
    [["--help"], 0, "--backend"],
    [["--stack", "nowhere"], 1, "nowhere"],
    [["--config", "nowhere.yaml"], 1, "nowhere.yaml"],
    [["--environment", "nowhere"], 1, "There is no environment nowhere. Choose one with --environment: prod."],
  ])("%j exits %i", async (args, expected, words) => {
    const { code, text } = await ended(start("local/cli.ts", ["--port", "0", ...args]));
    expect({ code, text }).toEqual({ code: expected, text: expect.stringContaining(words) });
    expect(text).not.toMatch(/^\s+at /m);
  });
});
