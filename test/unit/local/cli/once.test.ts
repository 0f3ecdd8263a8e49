/** `--once` passes for every shape of API, tests the push, and sends the backend no message to learn the connection's id. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { authorizerModules } from "../../../../contract/authorizer-bundle";
import { listen } from "../../../../harness/servers";
import { type LocalServer, type ServeOptions, serve } from "../../../../local/server/serve";
import { smokeTest } from "../../../../local/session/smoke-test";
import { load } from "../../../support/config/load";
import { synthesizeTo } from "../../../support/stacks/synthesize";

let folder: string;
let server: LocalServer;
let backend: Server;
let requests: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "once-"));
  requests = [];
  backend = createServer((request, response) => {
    requests.push(new URL(request.url ?? "", "http://backend").pathname);
    request.resume();
    response.end("{}");
  });
  await listen(backend);
});
afterEach(async () => {
  await server.close();
  backend.closeAllConnections();
  backend.close();
  rmSync(folder, { recursive: true });
});

const AUTHORIZER = "authorizer: {issuer: https://login.example.com/, audience: chat}";

async function once(routes: string, authorizer = AUTHORIZER, options: ServeOptions = {}) {
  server = await serve(options);
  const yaml = `name: chat\nbackend: https://api.example.com\n${authorizer}\nroutes: ${routes}\n`;
  synthesizeTo(folder, load(yaml), authorizerModules());
  server.load(
    join(folder, "stacks/prod"),
    new Map([["*", `http://127.0.0.1:${(backend.address() as AddressInfo).port}`]]),
  );
  let text = "";
  const out = (part: string) => {
    text += part;
  };
  const passed = await smokeTest(server, { json: true, color: false, out, signal: new AbortController().signal });
  const { cases } = JSON.parse(text).report;
  const verdicts = cases.map(({ id, verdict }: Record<string, string>) => [id, verdict] as const);
  return { passed, verdicts: Object.fromEntries(verdicts) };
}

test.each([
  ["no route for messages", "{}"],
  ["a one-way $default", "{$default: }"],
  ["a two-way $default", "{$default: {reply: true}}"],
  ["routes of its own, one-way", "{chat: , join: }"],
  ["routes of its own, two-way", "{chat: {reply: true}}"],
  ["routes of its own and a one-way $default", "{chat: , $default: }"],
  ["no $disconnect", "{$disconnect: false, $default: }"],
  ["a header that $connect requires", "{$connect: {requestParameters: {route.request.header.X-Tenant: required}}}"],
  ["a proxy integration", "{$default: {integration: http-proxy}}"],
])("an API with %s", async (_, routes) => {
  expect(await once(routes)).toEqual({
    passed: true,
    verdicts: expect.objectContaining({ connect: "passed", "no-token": "passed", message: "passed", close: "passed" }),
  });
  expect(requests.filter((path) => !["/connect", "/disconnect"].includes(path))).toEqual([]);
});

test("an API that accepts every client: the cases of rejected tokens are skipped", async () => {
  expect(await once("{$default: }", "authorizer: none")).toEqual({
    passed: true,
    verdicts: expect.objectContaining({
      connect: "passed",
      "no-token": "skipped",
      "bad-token": "skipped",
      message: "passed",
    }),
  });
});

test.each<["openConnections", "follow-deployments" | "keep-deployment"]>([
  ["openConnections", "follow-deployments"],
  ["openConnections", "keep-deployment"],
])("with %s: %s", async (name, value) => {
  expect(await once("{$default: }", AUTHORIZER, { switches: { [name]: value } })).toMatchObject({ passed: true });
});

test("fails where pushes are lost", async () => {
  expect(await once("{$default: }", AUTHORIZER, { faults: { "lost-push": 1 } })).toMatchObject({
    passed: false,
    verdicts: { connect: "passed", message: "failed" },
  });
});
