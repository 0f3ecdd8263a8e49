/**
 * The real authorizer, as packaged, on the local gateway: the smoke test passes with the token in each place and with IAM
 * authorization, and the trace shows no token.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import WebSocket from "ws";
import { authorizerModules } from "../../../../contract/authorizer-bundle";
import { listen } from "../../../../harness/servers";
import { type Connectable, connectable } from "../../../../local/server/entry-points";
import { type LocalServer, serve } from "../../../../local/server/serve";
import { readyText } from "../../../../local/session/ready";
import { smokeTest } from "../../../../local/session/smoke-test";
import { Trace, type TraceEvent } from "../../../../local/trace/trace";
import { load } from "../../../support/config/load";
import { synthesizeTo } from "../../../support/stacks/synthesize";

const ORIGINS = "allowedOrigins: [https://app.example.com]";
let folder: string;
let server: LocalServer;
let backend: Server;
let events: TraceEvent[];
let requests: { readonly url: string; readonly headers: IncomingHttpHeaders }[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "places-"));
  events = [];
  requests = [];
  backend = createServer(({ url = "", headers }, response) => {
    requests.push({ url, headers });
    response.end();
  });
  await listen(backend);
  const trace = new Trace();
  trace.listen((event) => events.push(event));
  server = await serve({ trace });
});
afterEach(async () => {
  await server.close();
  backend.closeAllConnections();
  backend.close();
  rmSync(folder, { recursive: true });
});

/** Serves an API with this authorizer. */
function serveWith(authorizer: string, backendKeys = ""): void {
  const yaml = `name: quotes
backend: {url: https://api.example.com${backendKeys}}
authorizer: ${authorizer}
`;
  synthesizeTo(folder, load(yaml), authorizerModules());
  const { port } = backend.address() as AddressInfo;
  server.load(join(folder, "stacks/prod"), new Map([["*", `http://127.0.0.1:${port}`]]));
}
const verify = (keys: string) => `{issuer: https://login.example.com/, audience: quotes, ${keys}}`;

async function passes(): Promise<Record<string, string>> {
  let text = "";
  const out = (part: string) => {
    text += part;
  };
  await smokeTest(server, { json: true, color: false, out, signal: new AbortController().signal });
  const { cases } = JSON.parse(text).report;
  return Object.fromEntries(
    cases.map(({ id, verdict, actual }: Record<string, string>) => [id, `${verdict} ${actual}`]),
  );
}

const COMMON = { connect: "passed 101", ping: "passed 5 pongs", close: "passed closed with 1000" };
const BAD = "passed 403 for a changed signature, 403 for alg none";

test.each<[string, string, Record<string, string>]>([
  ["a query parameter", "token: {query: jwt}", { "no-token": "passed 401", "bad-token": BAD }],
  ["a header", "token: {header: Authorization}", { "no-token": "passed 401", "bad-token": BAD }],
  ["another header", "token: {header: X-Token}", { "no-token": "passed 401", "bad-token": BAD }],
  [
    "a cookie",
    `token: {cookie: __Host-session}, ${ORIGINS}`,
    { "no-token": "passed 401", "bad-token": BAD, "other-origin": "passed 403" },
  ],
  [
    "one of several places",
    `token: [{cookie: session}, {header: Authorization}], ${ORIGINS}`,
    { "no-token": "passed 403", "bad-token": BAD, "other-origin": "passed 403" },
  ],
  [
    "a query parameter, from some pages",
    ORIGINS,
    { "no-token": "passed 401", "bad-token": BAD, "other-origin": "passed 403" },
  ],
])("the token in %s", async (_name, keys, expected) => {
  serveWith(verify(keys));
  expect(await passes()).toMatchObject({ ...COMMON, ...expected });
});

/** Connects as a client that was given the URL and the headers. */
async function connectOnce(): Promise<Connectable> {
  const [entry] = server.entryPoints;
  if (!entry) throw new Error("Nothing is served.");
  const { url, headers } = connectable(entry);
  const client = new WebSocket(url, { headers });
  await new Promise((resolve, reject) => client.once("open", resolve).once("error", reject));
  client.close();
  await new Promise((resolve) => client.once("close", resolve));
  return { url, headers };
}

const ready = () => ({
  server,
  options: { inspector: false, claims: {} },
  source: "gateway.yaml",
  certificate: undefined,
});

test("IAM authorization: a signed client connects, an unsigned or forged one does not, and the backend gets the caller", async () => {
  serveWith("iam");
  expect(await passes()).toMatchObject({
    ...COMMON,
    "no-token": "passed 403",
    "bad-token": "passed 403",
    "unknown-stage": "passed 403",
  });
  expect(requests[0]?.url).toMatch(/^\/connect\?.*userId=arn%3Aaws%3Aiam%3A%3A123456789012%3Auser%2Flocal/);
});

test("IAM authorization: what is printed, and what the inspector uses, is signed", async () => {
  serveWith("iam");
  await connectOnce();
  expect(readyText(ready())).toMatch(
    /npx wscat -c "ws:\/\/[^"]+\/prod" -H "x-amz-date: \d+T\d+Z" -H "authorization: AWS4-HMAC-SHA256 Credential=local\//,
  );
});

test("IAM authorization: a policy document allows callers to connect, and nothing else", () => {
  serveWith("iam");
  const { output } = JSON.parse(readFileSync(join(folder, "stacks/prod/cdk.tf.json"), "utf8"));
  expect(output.INVOKE_POLICY.value).toContain('"Action" = "execute-api:Invoke"');
  expect(JSON.parse(String(server.outputs.INVOKE_POLICY))).toEqual({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: "execute-api:Invoke",
        Resource: expect.stringMatching(/^arn:aws:execute-api:us-east-1:123456789012:\w+\/prod\/\$connect$/),
      },
    ],
  });
});

test.each([
  ["a header", verify("token: {header: X-Login}")],
  ["a cookie", verify(`token: {cookie: login}, ${ORIGINS}`)],
  ["one of several query parameters", verify("token: [{query: t}, {query: u}]")],
])("no trace event shows the token in %s, although a proxy integration passes it on", async (_name, authorizer) => {
  serveWith(authorizer, ", integration: http-proxy");
  const { url, headers } = await connectOnce();
  const token = /ey[\w-]+\.ey[\w-]+\.[\w-]+/.exec(`${url} ${JSON.stringify(headers)}`)?.[0] ?? "";
  expect(token).not.toBe("");
  expect(JSON.stringify(requests)).toContain(token);
  expect(events.some(({ type }) => type === "opened")).toBe(true);
  const [, payload = "", signature = ""] = token.split(".");
  for (const part of [payload, signature]) expect(JSON.stringify(events)).not.toContain(part);
});

test("prints how to connect with a header", () => {
  serveWith(verify(`token: {header: Authorization}, ${ORIGINS}`));
  expect(readyText(ready())).toMatch(
    /npx wscat -c "ws:\/\/[^"]+\/prod" -H "Authorization: Bearer ey[^"]+" -H "Origin: https:\/\/app\.example\.com"/,
  );
});

test("prints how to trust the certificate, where TLS clients are served", () => {
  const certificate = "/home/ada/.cache/websocket-gateway/tls/localhost.pem";
  const line = `\nhttps:// wss:// NODE_EXTRA_CA_CERTS=${certificate} AWS_CA_BUNDLE=${certificate}\n`;
  expect(readyText({ ...ready(), certificate })).toContain(line);
  expect(readyText(ready())).not.toContain("NODE_EXTRA_CA_CERTS");
});
