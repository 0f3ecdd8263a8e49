/** The code blocks of the manual: those in JavaScript, JSON and YAML are run or read here, and every other one has its test. */
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import WebSocket from "ws";
import { parse, stringify } from "yaml";
import { parseConfig } from "../../../config";
import { ROOT } from "../../../harness/tools";
import { startGateway } from "../../../local";
import { postToConnection } from "../../../smoke/management";
import { BLOCKS, blocksOf, readPage } from "../../support/docs/pages";
import { allow, atEnd, CONNECT, endWorlds, type World, world } from "../../support/local/world";

afterEach(endWorlds);

/** The test that runs or reads the blocks of a page in one language. */
const TESTED: Readonly<Record<string, readonly string[]>> = {
  "test/unit/docs/blocks.test.ts": [
    "docs/adopt.md json",
    "docs/clients.md js",
    "docs/clients.md json",
    "docs/identity-providers.md json",
    "docs/identity-providers.md yaml",
    "docs/tokens.md js",
    "docs/when-a-deploy-fails.md yaml",
    "examples/client/README.md js",
    "examples/client/README.md yaml",
    "examples/oidc-role/README.md text",
    "examples/platform-team/README.md text",
    "examples/testing/README.md js",
  ],
  "test/unit/docs/docs.test.ts": [
    "README.md text",
    "README.md yaml",
    "docs/configuration.md text",
    "docs/configuration.md yaml",
    "docs/tokens.md yaml",
    "examples/backends/README.md console",
  ],
  "test/unit/adopt/manual.test.ts": ["docs/adopt.md text", "docs/adopt.md yaml"],
  "test/unit/workflows/caller.test.ts": ["docs/action.md yaml"],
  "test/e2e/adopt.test.ts": ["docs/adopt.md sh"],
  "test/e2e/deploy.test.ts": ["docs/deploying.md console"],
  "test/e2e/deploy-connect.test.ts": ["docs/local.md console"],
  "test/e2e/examples.test.ts": ["docs/tokens.md hcl"],
  "test/e2e/manual.test.ts": ["docs/tokens.md python"],
  "test/e2e/package.test.ts": [
    "README.md console",
    "docs/getting-started.md console",
    "docs/getting-started.md sh",
    "examples/constructs/README.md console",
  ],
};
/** What no test runs: a drawing, commands for a published release, and a language that is not installed. */
const NOT_RUN = ["ARCHITECTURE.md text", "SECURITY.md sh", "docs/backends.md java"];

describe("every code block", () => {
  const blocks = [...new Set(BLOCKS.map(({ page, language }) => `${page} ${language}`))].sort();

  test("has a test, or is known to have none", () => {
    expect([...Object.values(TESTED).flat(), ...NOT_RUN].sort()).toEqual(blocks);
    for (const file of Object.keys(TESTED)) expect(existsSync(join(ROOT, file))).toBe(true);
  });

  test("in a language that no test runs says so on its page", () => {
    expect(readPage("docs/backends.md")).toMatch(/No test runs [^\n]+\n+```java\n/);
  });
});

/** Runs a block as an async function. Its imports are `modules`, and `names` are what its reader has already. */
async function execute(code: string, names: Readonly<Record<string, unknown>>, modules: Record<string, unknown> = {}) {
  const body = code
    .replace(/^import (\w+) from "([^"]+)";$/gm, 'const $1 = modules["$2"];')
    .replace(/^import (\{[^}]*\}) from "([^"]+)";$/gm, 'const $1 = modules["$2"];');
  const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;
  return await new AsyncFunction("modules", ...Object.keys(names), body)(modules, ...Object.values(names));
}

/** A gateway whose clients need a token in one place. The backend gets the mapped parameters of the query string. */
const gatewayFor = (identitySource: string, parameters: readonly string[] = []) =>
  world({
    authorizer: { identitySource: [identitySource] },
    functions: { authorizer: allow },
    routes: {
      $connect: {
        ...CONNECT,
        route: {
          requestParameters: Object.fromEntries(
            ["stocks", ...parameters].map((name) => [`route.request.querystring.${name}`, { required: false }]),
          ),
        },
      },
    },
  });

/** Posts a message to the first connection. */
async function push({ port, received }: World, data: string): Promise<void> {
  const connectionId = received[0]?.query.get("connectionId") ?? "";
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const endpoint = `http://localhost:${port}/prod`;
  const answer = await postToConnection({ endpoint, connectionId, data, region: "eu-central-1", credentials });
  expect(answer).toEqual({ kind: "posted" });
}

describe("JavaScript", () => {
  const live = (code: string, address: string, { port }: World) => code.replace(address, `ws://localhost:${port}/prod`);

  test("docs/clients.md: a page connects, and shows what is pushed", async () => {
    const [code = ""] = blocksOf("docs/clients.md", "js");
    const served = await gatewayFor("route.request.querystring.token");
    let show = (_: unknown) => {};
    const shown = new Promise((resolve) => {
      show = resolve;
    });
    const run = `${live(code, "wss://ws.example.com/", served)}\nreturn socket;`;
    const socket = await execute(run, { WebSocket, getToken: async () => "a-token", show });
    atEnd(async () => socket.close());
    await once(socket, "open");
    await push(served, '{"price":12}');
    expect(await shown).toEqual({ price: 12 });
    expect(served.invoked[0]).toMatchObject({ queryStringParameters: { token: "a-token", stocks: "aapl" } });
  });

  test("docs/tokens.md: a client that is no browser sends its token in a header", async () => {
    const [code = ""] = blocksOf("docs/tokens.md", "js");
    const served = await gatewayFor("route.request.header.Authorization");
    const run = live(code, "wss://ws.example.com", served).replace("new WebSocket", "return new WebSocket");
    const socket = await execute(run, { token: "a-token" }, { ws: WebSocket });
    atEnd(async () => socket.close());
    await once(socket, "open");
    expect(served.invoked[0]).toMatchObject({ headers: { Authorization: "Bearer a-token" } });
  });

  test("examples/client: sends, shows what is pushed once, and knows the id of the last message", async () => {
    const [code = ""] = blocksOf("examples/client/README.md", "js");
    const served = await gatewayFor("route.request.querystring.token", ["since"]);
    // Node.js 20 has none.
    Object.assign(globalThis, { WebSocket });
    const shown: unknown[] = [];
    let received = () => {};
    const second = new Promise<void>((resolve) => {
      received = resolve;
    });
    const show = (text: unknown) => (shown.push(text) === 2 ? received() : undefined);
    const log = { log: () => {} };
    const module: unknown = await import(join(ROOT, "examples/client/client.mjs"));
    const run = `${live(code, "wss://ws.example.com/", served)}\nreturn client;`;
    const client = await execute(
      run,
      { getToken: async () => "a-token", show, console: log },
      { "./client.mjs": module },
    );
    atEnd(async () => client.close());
    await served.happened(({ type }) => type === "opened");
    for (const id of [1, 1, 2]) await push(served, `{"id":${id},"text":"message ${id}"}`);
    await second;
    expect(shown).toEqual(["message 1", "message 2"]);
  });

  test("examples/testing: starts a gateway, and rehearses a failure", async () => {
    const [code = ""] = blocksOf("examples/testing/README.md", "js");
    const backend = await world({});
    const here = join(ROOT, "examples/testing/gateway.yaml");
    const start = async (options: object) => {
      const given = { ...options, config: here, backend: `http://localhost:${backend.port}`, env: {} };
      const gateway = await startGateway(given);
      atEnd(gateway.close);
      return gateway;
    };
    const seen: unknown[] = [];
    class Client extends WebSocket {
      constructor(url: string) {
        super(url);
        seen.push(url);
        this.on("error", () => {});
      }
    }
    const modules = { "websocket-gateway/local": { startGateway: start }, ws: Client };
    await execute(code, {}, modules);
    expect(seen).toHaveLength(1);
  });
});

describe("JSON", () => {
  test.each(BLOCKS.filter(({ language }) => language === "json").map(({ page, code }) => [page, code]))(
    "%s has valid JSON",
    (_, code) => expect(() => JSON.parse(code)).not.toThrow(),
  );
});

describe("YAML", () => {
  const BASE = { name: "quotes", backend: "https://api.example.com" };
  const authorizer = { issuer: "https://login.example.com/", audience: "quotes" };

  test.each([
    ["docs/identity-providers.md", {}],
    ["examples/client/README.md", { authorizer }],
  ])("%s has settings that are valid in gateway.yaml", (page, others) => {
    const blocks = blocksOf(page, "yaml");
    expect(blocks).toHaveLength(1);
    for (const code of blocks) {
      const text = stringify({ ...BASE, ...others, ...parse(code) });
      expect(() => parseConfig(text, "gateway.yaml", () => "", { local: true })).not.toThrow();
    }
  });

  test("docs/when-a-deploy-fails.md gives the action inputs that it has, and reads outputs that it has", () => {
    const [code = ""] = blocksOf("docs/when-a-deploy-fails.md", "yaml");
    const { inputs, outputs } = parse(readPage("action/action.yml"));
    const [own] = parse(code);
    for (const name of Object.keys(own.with)) expect(inputs).toHaveProperty([name]);
    const read = [...code.matchAll(/steps\.gateway\.outputs\.([\w-]+)/g)];
    expect(read.length).toBeGreaterThan(0);
    for (const [, name = ""] of read) expect(outputs).toHaveProperty([name]);
  });
});

test.each(["oidc-role", "platform-team"])("the commands of examples/%s set variables that it has", (name) => {
  const declared = readdirSync(join(ROOT, "examples", name))
    .filter((file) => file.endsWith(".tf"))
    .flatMap((file) => [...readPage(`examples/${name}/${file}`).matchAll(/^variable "(\w+)"/gm)])
    .map(([, variable]) => variable);
  const [code = ""] = blocksOf(`examples/${name}/README.md`, "text");
  const given = [...code.matchAll(/-var (\w+)=/g)].map(([, variable]) => variable);
  expect(given.length).toBeGreaterThan(0);
  for (const variable of given) expect(declared).toContain(variable);
});
