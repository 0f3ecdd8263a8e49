/**
 * Everything that a local session prints, shows and sends to the backend's URL, searched for its secrets: tokens that are
 * accepted or rejected, the keys that sign them, cookies, the origin secret and credentials.
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import WebSocket from "ws";
import { listen } from "../../../../harness/servers";
import { localCommand } from "../../../../local/session/command";
import { smokeCommand } from "../../../../smoke/command/command";
import { mintToken } from "../../../../smoke/token";
import { Waiting } from "../../../support/local/world";

const secret = () => randomBytes(36).toString("base64url");
const [HS256, ORIGIN, COOKIE, BEARER, ACCESS_KEY, PROXY] = [secret(), secret(), secret(), secret(), secret(), secret()];
const ISSUER = "https://login.example.com/";
const good = () => mintToken(HS256, { issuer: ISSUER, audience: "quotes", subject: "bob" });
const TOKENS = {
  good: good(),
  "of another audience": mintToken(HS256, { issuer: ISSUER, audience: "another" }),
  "of another key": mintToken(secret(), { issuer: ISSUER, audience: "quotes" }),
  "without claims": `${good().split(".")[0]}.e30.${secret()}`,
  "too long": `${good()}${"A".repeat(4096)}`,
};

let folder = "";
const ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
  rmSync(folder, { recursive: true, force: true });
});

/** Connects, and sends one message. Returns the status of the handshake. */
async function client(url: string, headers: Record<string, string>, message: string): Promise<number> {
  const socket = new WebSocket(url, { headers });
  return await new Promise((settle) => {
    socket.on("open", () => {
      socket.send(message);
      socket.close();
    });
    socket.on("close", () => settle(101));
    socket.on("unexpected-response", (_request, response) => settle(response.resume().statusCode ?? 0));
    socket.on("error", () => settle(0));
  });
}

test.each([
  ["http", "http"],
  [
    "http-proxy, with a value in place of the token",
    "http-proxy, query: {t: \"'-'\", userId: context.authorizer.userId}",
  ],
])("no secret in any output, with an integration of type %s", async (_name, integration) => {
  folder = mkdtempSync(join(tmpdir(), "outputs-"));
  const requests: { url: string; headers: IncomingHttpHeaders }[] = [];
  const backend = createServer(({ url = "", headers }, response) => {
    requests.push({ url, headers });
    response.end('{"got":"it"}');
  });
  await listen(backend);
  ending.push(() => {
    backend.closeAllConnections();
    backend.close();
  });
  const backendUrl = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`;
  writeFileSync(join(folder, ".env"), `TF_VAR_hs256_secret=${HS256}\nTF_VAR_origin_secret=${ORIGIN}\n`);
  const config = join(folder, "gateway.yaml");
  writeFileSync(
    config,
    `name: quotes
backend: {url: ${backendUrl}, originSecret: true}
authorizer: {issuer: "${ISSUER}", audience: quotes, secret: env, tokenParameter: t}
routes:
  $connect: {integration: ${integration}}
  $default: {reply: true}
`,
  );

  let output = "";
  const waiting = new Waiting();
  const print = (text: string): void => {
    output += text;
    waiting.changed();
  };
  const stop = new AbortController();
  // Node.js reads its proxy only at its start. The function gets it, and the gateway must not print it.
  const env = { ...process.env, HTTPS_PROXY: `http://bob:${PROXY}@127.0.0.1:1`, XDG_CACHE_HOME: folder };
  const shell = { cwd: folder, env, color: false, signal: stop.signal, out: print, err: print };
  const argv = ["--config", config, "--port", "0", "--json", "--no-reload"];
  const running = localCommand(argv, shell);
  const end = async (): Promise<void> => {
    stop.abort("SIGTERM");
    await running;
  };
  ending.push(end);
  const endpoint = await waiting.until(() => /^export WS_API_ENDPOINT=(\S+)/m.exec(output)?.[1]);
  const url = endpoint.replace(/^http/, "ws");
  // The gateway prints a URL with a token of its own on purpose.
  output = "";

  const headers = { Cookie: `session=${COOKIE}`, Authorization: `Bearer ${BEARER}` };
  const statuses: Record<string, number> = {};
  for (const [name, token] of Object.entries(TOKENS)) {
    statuses[name] = await client(`${url}?t=${token}`, headers, JSON.stringify({ action: "x", jwt: token }));
    await client(`${url}?t=${token}&t=${token}`, headers, "");
    await client(`${url}?token=${token}`, headers, "");
  }
  expect(statuses).toEqual({
    good: 101,
    "of another audience": 403,
    "of another key": 403,
    "without claims": 403,
    "too long": 414,
  });

  const reports = ["report.xml", "none.xml"].map((name) => join(folder, name));
  const smoke = (...more: readonly string[]) =>
    smokeCommand([url, "--token-parameter", "t", "--verbose", ...more], {
      ...shell,
      env: { TOKEN: TOKENS.good, AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: ACCESS_KEY },
    });
  await smoke("--suite", "--token-env", "TOKEN", "--json", "--junit", reports[0] ?? "");
  await smoke(
    "--token",
    TOKENS["of another key"],
    "--header",
    `Cookie: session=${COOKIE}`,
    "--junit",
    reports[1] ?? "",
  );

  const inspector = await fetch(`${endpoint.replace(/\/[^/]*$/, "")}/_inspector/events`);
  const history = await inspector.body?.getReader().read();
  await end();

  expect(requests.some(({ headers: got }) => got["x-origin-secret"] === ORIGIN)).toBe(true);
  expect(output).toContain('"decision');
  const outputs = {
    "the session and the smoke test": output,
    "the inspector": Buffer.from(history?.value ?? []).toString(),
    "the reports": reports.map((file) => readFileSync(file, "utf8")).join(""),
    "the backend's URLs": requests.map((request) => request.url).join("\n"),
  };
  const secrets = {
    ...TOKENS,
    ...Object.fromEntries(
      Object.entries(TOKENS).map(([name, token]) => [`signature ${name}`, token.split(".")[2] ?? ""]),
    ),
    HS256,
    ORIGIN,
    COOKIE,
    BEARER,
    ACCESS_KEY,
    PROXY,
  };
  for (const [where, text] of Object.entries(outputs)) {
    expect([where, text.length > 100]).toEqual([where, true]);
    const found = Object.entries(secrets).filter(([, value]) => text.includes(value.slice(0, 40)));
    expect([where, found.map(([name]) => name)]).toEqual([where, []]);
  }
});
