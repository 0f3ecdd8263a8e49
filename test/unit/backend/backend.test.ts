/** The example backend, between the gateway's calls and a stand-in for `@connections`. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Backend, startBackend } from "../../../examples/backend/server";
import { listen } from "../../../harness/servers";

interface Push {
  readonly path: string;
  readonly body: unknown;
  readonly authorization: string;
}

let management: Server;
let pushes: Push[];
let status: number;
let backend: Backend;

async function start(options: { originSecret?: { header: string; value: string } } = {}): Promise<void> {
  pushes = [];
  status = 200;
  management = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    pushes.push({
      path: request.url ?? "",
      body: JSON.parse(body),
      authorization: request.headers.authorization ?? "",
    });
    response.writeHead(status, status === 410 ? { "x-amzn-ErrorType": "GoneException" } : {}).end();
  });
  await listen(management);
  const { port } = management.address() as AddressInfo;
  backend = await startBackend({
    endpoint: `http://127.0.0.1:${port}/prod`,
    price: (stock) => stock.length,
    ...options,
  });
}

beforeAll(() => {
  process.env.AWS_ACCESS_KEY_ID = "local";
  process.env.AWS_SECRET_ACCESS_KEY = "local";
});
afterEach(async () => {
  await backend.close();
  management.closeAllConnections();
  await new Promise((resolve) => management.close(resolve));
});

const call = async (path: string, headers: Record<string, string> = {}, method = "POST") =>
  (await fetch(`${backend.url}${path}`, { method, headers })).status;

test("pushes to each connection the quotes of its stocks, signed", async () => {
  await start();
  expect(await call("/connect?connectionId=a%3D&stocks=aapl,goog&userId=u&orgId=o")).toBe(200);
  expect(await call("/connect?connectionId=b%3D&stocks=ibm")).toBe(200);
  await backend.pushQuotes();
  expect(pushes.map(({ path, body }) => [path, body]).sort()).toEqual([
    ["/prod/@connections/a%3D", { aapl: 4, goog: 4 }],
    ["/prod/@connections/b%3D", { ibm: 3 }],
  ]);
  expect(pushes[0]?.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=local\/\d+\/us-east-1\/execute-api\//);
});

test("forgets who has disconnected", async () => {
  await start();
  await call("/connect?connectionId=a%3D&stocks=aapl");
  expect(await call("/disconnect?connectionId=a%3D")).toBe(200);
  await backend.pushQuotes();
  expect(pushes).toEqual([]);
});

test("forgets who is gone", async () => {
  await start();
  await call("/connect?connectionId=a%3D&stocks=aapl");
  status = 410;
  await backend.pushQuotes();
  expect([...backend.connections]).toEqual([]);
});

test.each([
  ["a connect without stocks", "POST", "/connect?connectionId=a", 400],
  ["a connect without a connection", "POST", "/connect?stocks=a", 400],
  ["a disconnect without a connection", "POST", "/disconnect", 400],
  ["another method", "GET", "/connect?connectionId=a&stocks=b", 404],
  ["another path", "POST", "/other", 404],
])("refuses %s", async (_, method, path, expected) => {
  await start();
  expect(await call(path, {}, method)).toBe(expected);
  expect(backend.connections.size).toBe(0);
});

test("lets only the gateway in when there is an origin secret", async () => {
  await start({ originSecret: { header: "X-Origin-Secret", value: "s3cret" } });
  const path = "/connect?connectionId=a&stocks=b";
  expect(await call(path)).toBe(403);
  expect(await call(path, { "x-origin-secret": "s3creT" })).toBe(403);
  expect(await call(path, { "x-origin-secret": "s3cret" })).toBe(200);
});
