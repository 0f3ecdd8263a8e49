/** The certificate for localhost: made on first use, kept, and trusted by clients that are given its path. */
import { execFile } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { get } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { cacheFolder, certificateIn, localCertificate } from "../../../../local/server/certificate";
import { serve } from "../../../../local/server/serve";
import { localCommand } from "../../../../local/session/command";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "certificate-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("is made once, with a key that only its owner can read", async () => {
  const first = await localCertificate(folder);
  expect(await localCertificate(folder)).toEqual(first);
  expect(statSync(join(folder, "tls/localhost.key")).mode & 0o077).toBe(0);
  expect(readdirSync(folder)).toEqual(["tls"]);
});

test("is made anew when it has expired", async () => {
  const { cert } = await localCertificate(folder);
  expect((await localCertificate(folder, { now: Date.now() + 397 * 24 * 3600 * 1000 })).cert).not.toBe(cert);
});

test("two gateways at once have a key that fits", async () => {
  const both = await Promise.all([localCertificate(folder), localCertificate(folder)]);
  for (const { file } of both) expect(file).toBe(join(folder, "tls/localhost.pem"));
});

test("without OpenSSL: what to do", async () => {
  const made = localCertificate(join(folder, "cache"), { command: join(folder, "openssl") });
  await expect(made).rejects.toMatchObject({
    code: "certificate-failed",
    message: expect.stringContaining("openssl was not found"),
    hint: expect.stringContaining("--tls-cert"),
  });
});

test.each([
  [{ XDG_CACHE_HOME: "/c" }, "linux", "/c/websocket-gateway"],
  [{ HOME: "/home/me" }, "linux", "/home/me/.cache/websocket-gateway"],
  [{ HOME: "/Users/me" }, "darwin", "/Users/me/Library/Caches/websocket-gateway"],
] as const)("is kept in the user's cache folder: %j on %s", (env, platform, expected) => {
  expect(cacheFolder(env, platform)).toBe(expected);
});

test("a program with NODE_EXTRA_CA_CERTS uses https, at localhost and at both addresses", async () => {
  const { file } = await localCertificate(folder);
  const server = await serve({ certificate: () => localCertificate(folder) });
  const hosts = ["localhost", "127.0.0.1", "[::1]"].map((host) => `https://${host}:${server.port}/prod`);
  const program = `(async () => { for (const url of ${JSON.stringify(hosts)}) console.log((await fetch(url)).status); })()`;
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: file };
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", program], { env }).finally(server.close);
  expect(stdout.trim().split("\n")).toEqual(["403", "403", "403"]);
});

test("the command serves https with it, and prints its path", async () => {
  const stop = new AbortController();
  let text = "";
  const ready = new EventEmitter();
  const out = (part: string) => {
    text += part;
    if (text.includes("Control plane")) ready.emit("text");
  };
  const shell = { cwd: folder, env: { XDG_CACHE_HOME: folder }, color: false, signal: stop.signal, out, err: out };
  const ended = localCommand(["--empty", "--port", "0"], shell);
  try {
    await Promise.race([once(ready, "text"), ended]);
    const [, file = ""] = /^https:\/\/ wss:\/\/ NODE_EXTRA_CA_CERTS=(.+) AWS_CA_BUNDLE=\1$/m.exec(text) ?? [];
    expect(file).toBe(join(folder, "websocket-gateway/tls/localhost.pem"));
    const [, port] = /AWS_ENDPOINT_URL_APIGATEWAYV2=http:\/\/localhost:(\d+)/.exec(text) ?? [];
    const [response] = await once(get({ port, ca: readFileSync(file), agent: false }), "response");
    expect(response.resume().statusCode).toBe(403);
  } finally {
    stop.abort();
  }
  expect(await ended).toBe(0);
});

test("of --tls-cert: files that are no pair are rejected at the start", async () => {
  const { file } = await localCertificate(folder);
  const key = join(folder, "tls/localhost.key");
  expect(certificateIn(file, key)).toMatchObject({ cert: expect.stringContaining("BEGIN CERTIFICATE") });
  expect(() => certificateIn(key, file)).toThrow("are not a certificate and its key in PEM: no start line.");
  writeFileSync(join(folder, "empty.pem"), "");
  const empty = join(folder, "empty.pem");
  expect(() => certificateIn(empty, key)).toThrow("are not a certificate and its key in PEM");
  expect(() => certificateIn(file, empty)).toThrow("are not a certificate and its key in PEM");
  expect(() => certificateIn("missing.pem", key)).toThrow("missing.pem cannot be read: ENOENT");
});

test("the URL of a gateway at ::1 has that address", async () => {
  const server = await serve({ host: "::1" });
  expect(server.origin).toBe(`http://[::1]:${server.port}`);
  await server.close();
});
