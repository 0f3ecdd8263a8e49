/** Requests that are refused before a connection exists: each leaves a line in the trace that says why. */
import { exchange, handshake, upgradeRequest } from "../../../support/local/client";
import { endWorlds, type Spec, world } from "../../../support/local/world";

afterEach(endWorlds);

const spec: Spec = { routes: { $connect: {} } };
const two = ["Authorization: a", "Authorization: b"];

test.each<[string, string, number, string, string]>([
  ["a bad key", upgradeRequest({ headers: { "Sec-WebSocket-Key": "short" } }), 400, "upgrade", "Sec-WebSocket-Key"],
  ["another version", upgradeRequest({ headers: { "Sec-WebSocket-Version": "8" } }), 400, "upgrade", "13"],
  [
    "extensions that cannot be read",
    upgradeRequest({ headers: { "Sec-WebSocket-Extensions": ";" } }),
    400,
    "upgrade",
    "Sec-WebSocket-Extensions",
  ],
  ["a stage that does not exist", upgradeRequest({ path: "/nope" }), 403, "stage", '"nope"'],
  ["no Host", upgradeRequest({ headers: { Host: undefined } }), 400, "request", "Host"],
  ["two Authorization headers", upgradeRequest({ extra: two }), 400, "request", "Authorization"],
  ["no upgrade", "GET /prod HTTP/1.1\r\nHost: localhost\r\n\r\n", 403, "upgrade", "Upgrade: websocket"],
  ["a path of no API", "POST /x/y HTTP/1.1\r\nHost: localhost\r\n\r\n", 403, "upgrade", "POST /x/y"],
  [
    "headers that are too large",
    `GET / HTTP/1.1\r\nHost: a\r\nx: ${"y".repeat(20_000)}\r\n\r\n`,
    431,
    "request",
    "headers",
  ],
  ["a tunnel of a proxy", "CONNECT example.com:443 HTTP/1.1\r\nHost: localhost\r\n\r\n", 405, "request", "no proxy"],
  ["HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "request", "HTTP/2 is not served"],
  ["what is not HTTP", "hello\r\n\r\n", 400, "request", "HTTP"],
])("%s", async (_, bytes, status, check, reason) => {
  const w = await world(spec);
  expect((await exchange(w.port, bytes)).status).toBe(status);
  const refused = await w.happened((event) => event.type === "refused");
  expect(refused).toMatchObject({ status, check, detail: expect.stringContaining(reason) });
});

test("which stage a handshake was for is in its line", async () => {
  const w = await world(spec);
  await handshake(w, { headers: { "Sec-WebSocket-Key": undefined } });
  expect(await w.happened((event) => event.type === "refused")).toMatchObject({ apiId: w.apiId, stage: "prod" });
});

test("secrets of the address are masked", async () => {
  const w = await world(spec);
  await exchange(w.port, "GET /prod?token=s3cret HTTP/1.1\r\nHost: localhost\r\n\r\n");
  expect(JSON.stringify(await w.happened((event) => event.type === "refused"))).not.toContain("s3cret");
});
