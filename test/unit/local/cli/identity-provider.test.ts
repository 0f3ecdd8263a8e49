/** An identity provider on this machine works with the local gateway, and secrets that are not set are reported. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import WebSocket from "ws";
import { serve } from "../../../../local/server/serve";
import { stackIn, synthesize } from "../../../../local/session/synthesize";
import { Trace } from "../../../../local/trace/trace";
import { mintToken } from "../../../../smoke/token";
import { claims, keySet, pairs, SECRET, token } from "../../../support/authorizer/door";

let folder = "";
const closing: (() => unknown)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "identity-"));
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  rmSync(folder, { recursive: true });
});

const config = () => join(folder, "gateway.yaml");

/** Serves a configuration. Returns the notices, and a function that connects and returns the status. */
async function served(authorizer: string, env: Record<string, string> = {}) {
  writeFileSync(
    config(),
    `name: quotes\nbackend: {url: http://127.0.0.1:1, originSecret: true}\nauthorizer: ${authorizer}\n`,
  );
  const stacks = join(folder, "out");
  await synthesize({ config: config(), outdir: stacks });
  const trace = new Trace();
  const notices: string[] = [];
  trace.listen((event) => event.type === "notice" && event.code === "secret-unset" && notices.push(event.message));
  const server = await serve({ env, trace });
  closing.push(() => server.close());
  const load = () => server.load(stackIn(stacks, undefined));
  load();
  const outcome = async (text: string): Promise<unknown> => {
    const decided = new Promise<unknown>((settle) => {
      trace.listen((event) => event.type === "authorizer" && settle(event.outcome));
    });
    new WebSocket(`${server.entryPoints[0]?.url}?token=${text}`).on("error", () => {});
    return await decided;
  };
  return { notices, load, outcome, server };
}

test("an issuer at http://localhost works here, and is refused for a deploy", async () => {
  const issuerServer = createServer(({ url }, response) => {
    response.end(JSON.stringify(url === "/keys" ? keySet : { issuer, jwks_uri: `${issuer}keys` }));
  });
  await new Promise<void>((ready) => issuerServer.listen(0, "localhost", ready));
  closing.push(() => issuerServer.close());
  const issuer = `http://localhost:${(issuerServer.address() as AddressInfo).port}/`;
  const { outcome } = await served(`{issuer: "${issuer}", audience: api}`);
  const iat = Math.floor(Date.now() / 1000);
  const standard = claims({ iss: issuer, iat, exp: iat + 60 });
  expect(await outcome(token({ alg: "RS256", kid: "rsa" }, standard, pairs.rsa.privateKey))).toBe("allow");
  issuerServer.closeAllConnections();

  const root = resolve(__dirname, "../../../..");
  const { AWS_ENDPOINT_URL: _, AWS_ENDPOINT_URL_APIGATEWAYV2: __, GATEWAY_LOCAL: ___, ...env } = process.env;
  const app = spawn(process.execPath, [join(root, "scripts/run.mjs"), "main.ts"], {
    env: { ...env, GATEWAY_CONFIG: config(), CDKTF_OUTDIR: join(folder, "deploy") },
  });
  let output = "";
  app.stderr.setEncoding("utf8").on("data", (text) => {
    output += text;
  });
  const [code] = await once(app, "close");
  expect([code, output]).toEqual([
    1,
    expect.stringContaining(`the authorizer on AWS cannot reach \`${new URL(issuer).host}\`.`),
  ]);
});

const SHARED = "{issuer: https://login.example.com/, audience: quotes, secret: env}";
const user = () => mintToken(SECRET, { issuer: "https://login.example.com/", audience: "quotes" });

test("secrets that are not set are reported once, with their names and how to set them", async () => {
  const { notices, load, outcome, server } = await served(SHARED);
  load();
  const how = (name: string) => `Set TF_VAR_${name} in the environment or in .env`;
  expect(notices.sort()).toEqual([
    `The secret hs256_secret is not set, so a random one is used and tokens signed with yours are rejected. ${how("hs256_secret")}`,
    `The secret origin_secret is not set, so a random one is used and a backend that checks it rejects requests. ${how("origin_secret")}`,
  ]);
  expect(server.originSecret.length).toBeGreaterThan(32);
  expect(await outcome(user())).toBe("deny");
});

test("secrets that are set are used, and not reported", async () => {
  const { notices, outcome, server } = await served(SHARED, {
    TF_VAR_hs256_secret: SECRET,
    TF_VAR_origin_secret: SECRET.replace(/[ ,!:]/g, "-"),
  });
  expect(notices).toEqual([]);
  expect(server.originSecret).toBe(SECRET.replace(/[ ,!:]/g, "-"));
  expect(await outcome(user())).toBe("allow");
});

test("a secret with a name of its own is reported too", async () => {
  const { notices } = await served(SHARED.replace("env}", "{env: [LOGIN_KEY]}}"), {
    TF_VAR_origin_secret: "x".repeat(32),
  });
  expect(notices).toEqual([expect.stringContaining("The secret login_key is not set")]);
});
