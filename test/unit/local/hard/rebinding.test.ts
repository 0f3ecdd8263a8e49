/** A page of another site, or of a name that it resolved to this machine, byte by byte: it can do nothing. */
import { createControlPlane } from "../../../../local/control-plane";
import { exchange, handshake, SIGNED } from "../../../support/local/client";
import { endWorlds, STAGE, type World, world } from "../../../support/local/world";

afterEach(endWorlds);

async function started(): Promise<World> {
  let handle: ReturnType<typeof createControlPlane> | undefined;
  const requestHandlers: NonNullable<Parameters<typeof world>[0]["options"]>["requestHandlers"] = [
    (request, response) => handle?.(request, response) ?? false,
  ];
  const w = await world({ routes: { $connect: {} }, options: { requestHandlers } });
  handle = createControlPlane(w.store);
  return w;
}

const signed = Object.entries(SIGNED).map(([name, value]) => `${name}: ${value}`);

function ask(w: World, path: string, headers: readonly string[], method = "GET") {
  return exchange(w.port, `${[`${method} ${path} HTTP/1.1`, ...signed, ...headers].join("\r\n")}\r\n\r\n`);
}

const TARGETS = ["/v2/apis", `/${STAGE}/@connections/abcdefghijklmno%3D`, `/${STAGE}`] as const;

const PAGES: readonly [string, readonly string[]][] = [
  ["of a name that was resolved to this machine", ["Host: evil.example:3000"]],
  ["of a name that begins like ours", ["Host: localhost.evil.example"]],
  ["of a name that ends like ours", ["Host: evil-localhost.example"]],
  ["of another site", ["Host: localhost:3000", "Sec-Fetch-Site: cross-site"]],
  ["of another port", ["Host: localhost:3000", "Sec-Fetch-Site: same-site"]],
  ["of another origin, in an old browser", ["Host: localhost:3000", "Origin: https://evil.example"]],
  ["in a sandbox", ["Host: localhost:3000", "Origin: null"]],
];

test.each(PAGES)("a page %s is refused everywhere, and the trace says so", async (_, headers) => {
  const w = await started();
  for (const path of TARGETS) {
    const { status, body } = await ask(w, path, headers);
    expect([path, status]).toEqual([path, 403]);
    expect(body).toMatch(/this gateway/);
  }
  expect(w.traced.filter((event) => event.type === "refused" && event.check === "request")).toHaveLength(3);
});

test("a page of a name that was resolved to this machine opens no WebSocket", async () => {
  const w = await started();
  const { status } = await handshake(w, { host: "evil.example", headers: { Host: "evil.example" } });
  expect(status).toBe(403);
  expect(await w.happened((event) => event.type === "refused")).toMatchObject({ check: "request" });
});

test("a page of any origin opens a WebSocket, as on AWS", async () => {
  const headers = { Origin: "https://app.example", "Sec-Fetch-Site": "cross-site" };
  expect((await handshake(await started(), { headers })).status).toBe(101);
});

test.each([
  "localhost:3000",
  "127.0.0.1:3000",
  "127.0.0.2",
  "[::1]:3000",
  "api.localhost:3000",
  "gateway:3000",
  "host.docker.internal:3000",
  "192.168.1.7:3000",
])("a program uses %s", async (host) => {
  const w = await started();
  expect((await ask(w, "/v2/apis", [`Host: ${host}`])).status).toBe(200);
  expect((await ask(w, TARGETS[1], [`Host: ${host}`])).status).toBe(410);
  expect((await handshake(w, { headers: { Host: host } })).status).toBe(101);
});

test("a program uses the host name of an API, and a custom domain name", async () => {
  const w = await started();
  w.store.domainNameCollection().create({ domainName: "ws.example.com", domainNameConfigurations: [{}] });
  w.store.apiMappings("ws.example.com").create({ apiId: w.apiId, stage: STAGE });
  expect((await handshake(w, { path: "/", headers: { Host: "ws.example.com" } })).status).toBe(101);
  const own = `${w.apiId}.execute-api.eu-central-1.amazonaws.com`;
  expect((await handshake(w, { headers: { Host: own } })).status).toBe(101);
});

test("the gateway's own page", async () => {
  const own = ["Host: localhost:3000", "Origin: http://localhost:3000", "Sec-Fetch-Site: same-origin"];
  expect((await ask(await started(), "/v2/apis", own)).status).toBe(200);
});
