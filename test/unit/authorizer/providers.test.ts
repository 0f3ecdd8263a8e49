/**
 * The configurations of docs/identity-providers.md, through the local gateway: the built function fetches the keys over TLS, at
 * the real names of the providers, from a server of this test. A proxy leads there, and its certificates are of a private authority.
 */
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer, type IncomingMessage, type Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import WebSocket from "ws";
import { certificates } from "../../../harness/certificates";
import { type LocalServer, serve } from "../../../local/server/serve";
import { stackIn, synthesize } from "../../../local/session/synthesize";
import { Trace, type TraceEvent } from "../../../local/trace/trace";
import { door, NOW, SECRET } from "../../support/authorizer/door";
import * as subject from "../../support/authorizer/subject";
import { loadOne } from "../../support/config/load";
import { BACKEND, BASE, verify } from "../../support/config/option-case";
import { EVERY_TENANT, PROVIDERS, type Provider, tokenOf } from "./cases/providers";

interface Row {
  readonly provider: string;
  /** The lines below `authorizer:`. */
  readonly yaml: readonly string[];
  /** Context key to path of a claim. */
  readonly gets: Readonly<Record<string, string>>;
}

const codes = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);

/** The rows of the manual's table. */
const ROWS: readonly Row[] = readFileSync(resolve(__dirname, "../../../docs/identity-providers.md"), "utf8")
  .split("\n")
  .map((line) => line.split(" | "))
  .filter((cells) => cells.length === 4 && cells[1]?.startsWith("`") && cells[1].includes(": "))
  .map(([provider = "", yaml = "", gets = ""]) => {
    const pairs = codes(gets);
    const names: Record<string, string> = {};
    for (let at = 0; at < pairs.length; at += 2) names[pairs[at] ?? ""] = pairs[at + 1] ?? "";
    return { provider: provider.replace("| ", ""), yaml: codes(yaml), gets: names };
  });
const rowOf = ({ name }: Provider): Row => {
  const row = ROWS.find(({ provider }) => provider === name);
  if (!row) throw new Error(`docs/identity-providers.md has no row ${name}.`);
  return row;
};
const below = ({ yaml }: Row, indent: string) => yaml.map((line) => `${indent}${line}\n`).join("");

test("the manual's table has a row for each provider, and says what the backend gets", () => {
  expect(ROWS.map(({ provider }) => provider)).toEqual(PROVIDERS.map(({ name }) => name));
  for (const row of ROWS) {
    const { settings } = verify(loadOne(`${BASE}${BACKEND}authorizer:\n${below(row, "  ")}`)).function;
    for (const { context } of settings.issuers) expect({ ...row, gets: context }).toEqual(row);
  }
});

let folder = "";
let stacks = "";
let env: Readonly<Record<string, string>> = {};
const requests: string[] = [];
const received: URLSearchParams[] = [];
const servers: Server[] = [];
const sockets: Socket[] = [];

async function listen(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address() as AddressInfo;
  return address.port;
}

/** Tunnels to one port, regardless of the host. */
function proxyTo(port: number): Server {
  return createHttpServer().on("connect", (_request: IncomingMessage, client: Socket) => {
    const upstream = connect(port, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 OK\r\n\r\n");
      upstream.pipe(client).pipe(upstream);
    });
    for (const socket of [client, upstream]) sockets.push(socket.on("error", () => {}));
  });
}

let backendUrl = "";
beforeAll(async () => {
  const documents = Object.assign({}, ...PROVIDERS.map((provider) => provider.documents));
  const { ca, issue } = certificates();
  const hosts = Object.keys(documents).map((url) => new URL(url).host);
  const tls = await listen(
    createHttpsServer(issue(hosts), ({ headers: { host }, url }, response) => {
      const found = documents[`https://${host}${url}`];
      requests.push(`https://${host}${url}`);
      response.writeHead(found ? 200 : 404).end(JSON.stringify(found));
    }),
  );
  const backend = await listen(
    createHttpServer(({ url }, response) => {
      const { pathname, searchParams } = new URL(`${url}`, "http://backend");
      if (pathname === "/connect") received.push(searchParams);
      response.end();
    }),
  );
  backendUrl = `http://127.0.0.1:${backend}`;
  folder = mkdtempSync(join(tmpdir(), "providers-"));
  stacks = join(folder, "out");
  writeFileSync(join(folder, "ca.pem"), ca);
  env = {
    NODE_EXTRA_CA_CERTS: join(folder, "ca.pem"),
    HTTPS_PROXY: `http://127.0.0.1:${await listen(proxyTo(tls))}`,
    TF_VAR_hs256_secret: SECRET,
  };
  const environments = PROVIDERS.map((provider, at) => {
    const keys = Object.keys(provider.context).map((key) => `${key}: context.authorizer.${key}`);
    const routes = `routes: {$connect: {query: {${keys.join(", ")}}}}`;
    return `  p${at}:\n    authorizer:\n${below(rowOf(provider), "      ")}    ${routes}\n`;
  });
  const config = join(folder, "gateway.yaml");
  writeFileSync(config, `${BASE}${BACKEND}environments:\n${environments.join("")}`);
  await synthesize({ config, outdir: stacks });
});
afterAll(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(folder, { recursive: true, force: true });
});

/** Connects as a client does. Returns the status of the handshake. */
async function connectWith(server: LocalServer, token: string): Promise<number> {
  const socket = new WebSocket(`${server.entryPoints[0]?.url}?token=${token}`, { perMessageDeflate: false });
  return await new Promise((settle, reject) => {
    socket.on("open", () => {
      socket.terminate();
      settle(101);
    });
    socket.on("unexpected-response", (_request, response) => {
      response.resume();
      settle(response.statusCode ?? 0);
    });
    socket.on("error", reject);
  });
}

describe.each(PROVIDERS)("$name", (provider) => {
  const events: TraceEvent[] = [];
  /** The function's decisions, from its log. */
  const decisions = () =>
    events
      .flatMap((event) => (event.type === "function-log" ? [JSON.parse(event.line)] : []))
      .filter(({ decision }) => decision);
  let server: LocalServer;
  beforeAll(async () => {
    const trace = new Trace();
    trace.listen((event) => events.push(event));
    requests.length = 0;
    server = await serve({ env, trace });
    server.load(stackIn(stacks, `p${PROVIDERS.indexOf(provider)}`), new Map([["*", backendUrl]]));
  });
  afterAll(async () => await server.close());
  beforeEach(() => {
    events.length = 0;
    received.length = 0;
  });

  test.each([
    { name: "a standard token", signer: provider.signer },
    ...(provider.alternative
      ? [{ name: "a token that is signed in the other way", signer: provider.alternative }]
      : []),
  ])("$name connects, with the right identity", async ({ signer }) => {
    expect([await connectWith(server, tokenOf(provider, {}, signer)), decisions()]).toEqual([
      101,
      [expect.objectContaining({ decision: "allow", subject: provider.claims.sub })],
    ]);
    const { exp, ...context } = events.find((event) => event.type === "authorizer")?.context ?? {};
    expect(context).toEqual(provider.context);
    expect(exp).toMatch(/^\d+$/);
    expect(Object.fromEntries(received[0] ?? [])).toEqual(provider.context);
  });

  test.each(Object.entries(provider.neighbours))(
    "%s is rejected, and the log names the claim",
    async (_name, [changes, claim]) => {
      expect([await connectWith(server, tokenOf(provider, changes)), decisions()]).toEqual([
        403,
        [expect.objectContaining({ decision: "deny", claim, expected: expect.anything() })],
      ]);
      expect(received).toEqual([]);
    },
  );

  test("a token of another key is rejected", async () => {
    const { header, key } = provider.signer ?? { header: { alg: "RS256", kid: "rsa" }, key: "" };
    const forged = tokenOf(provider, {}, { header: { ...header, alg: "HS256" }, key: `${key}x`.padEnd(64, "x") });
    expect(await connectWith(server, forged)).toBe(403);
    expect(decisions()).toMatchObject([
      { decision: "deny", reason: expect.stringMatching(/algorithm_refused|key_unknown|signature_invalid/) },
    ]);
  });

  test("nothing but the provider's documents is fetched, each once", () => {
    expect([...requests].sort()).toEqual(Object.keys(provider.documents).sort());
  });
});

describe("Microsoft Entra ID, any tenant", () => {
  const { settings } = verify(
    loadOne(`${BASE}${BACKEND}authorizer: {entra: {tenant: any}, audience: ${EVERY_TENANT.claims.aud}}\n`),
  ).function;
  const urls: string[] = [];
  const { answer, log } = door(subject, {
    settings,
    snapshot: {},
    fetch: async (url) => {
      urls.push(url);
      return JSON.stringify({ keys: EVERY_TENANT.keys });
    },
  });
  const current = { iat: NOW - 10, exp: NOW + 300 };

  test("a standard token connects, with the right identity", async () => {
    const { context } = await answer(EVERY_TENANT.token(current));
    expect(context).toMatchObject({ userId: "user-1", orgId: EVERY_TENANT.claims.tid });
    expect(urls).toEqual(["https://login.microsoftonline.com/common/discovery/v2.0/keys"]);
  });

  test.each([
    ["another tenant's, under this issuer", { tid: "another" }, "rsa", "iss"],
    ["a token with the key of another tenant", {}, "personal", "kid"],
    ["another application's", { aud: "another" }, "rsa", "aud"],
  ])("%s is rejected, and the log names the claim", async (_name, changes, kid, claim) => {
    expect((await answer(EVERY_TENANT.token({ ...current, ...changes }, kid))).policyDocument.Statement[0].Effect).toBe(
      "Deny",
    );
    expect(log.at(-1)).toMatchObject({ decision: "deny", claim });
  });
});
