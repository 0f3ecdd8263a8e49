/** Thousands of clients at once, and clients that read slowly or send faster than the backend answers. */
import {
  Client,
  exchange,
  frame,
  handshake,
  management,
  type RawSocket,
  upgradeRequest,
} from "../support/local/client";
import { echo, http } from "../support/local/echo";
import { allow, CONNECT, endWorlds, type Spec, STAGE, world } from "../support/local/world";

afterEach(endWorlds);

test("5,000 idle connections are held and receive pushes; when all are dropped at once, $disconnect runs for each", async () => {
  const count = 5000;
  const w = await world({ ...echo, untraced: true, options: { limits: { shutdownTimeoutMs: 20_000 } } });
  const sockets: RawSocket[] = [];
  for (let i = 0; i < count; i += 250) {
    const batch = Array.from({ length: 250 }, () => exchange(w.port, upgradeRequest({})));
    for (const { status, socket } of await Promise.all(batch)) {
      expect(status).toBe(101);
      sockets.push(socket);
    }
  }
  expect(w.gateway.dataPlane.size).toBe(count);
  const ids = w.received.map(({ query }) => query.get("connectionId") ?? "");
  for (const id of [ids[0], ids[count / 2], ids[count - 1]]) {
    expect((await management(w, "POST", id ?? "", { body: "push" })).status).toBe(200);
  }
  for (const { socket } of sockets) socket.destroy();
  await w.backendCalls(2 * count);
  const gone = w.received.slice(count).map(({ query }) => query.get("connectionId"));
  expect(new Set(gone)).toEqual(new Set(ids));
  expect(w.gateway.dataPlane.size).toBe(0);
}, 120_000);

test("1,000 connects at once are all accepted, and none waits for the backend's answer to another", async () => {
  const waiting: ((answer: object) => void)[] = [];
  const backend = () =>
    new Promise<object>((resolve) => {
      waiting.push(resolve);
      if (waiting.length === 1000) for (const answer of waiting) answer({});
    });
  const spec: Spec = { authorizer: {}, routes: { $connect: CONNECT }, functions: { authorizer: allow }, backend };
  const w = await world(spec);
  const statuses = await Promise.all(
    Array.from({ length: 1000 }, async (_, i) => {
      const { status } = await exchange(w.port, upgradeRequest({ path: `/${STAGE}?token=t&stocks=s${i}` }));
      return status;
    }),
  );
  expect(statuses.filter((status) => status === 101)).toHaveLength(1000);
  expect(new Set(w.received.map(({ query }) => query.get("connectionId"))).size).toBe(1000);
  expect(w.gateway.dataPlane.size).toBe(1000);
}, 30_000);

describe("a slow reader", () => {
  test("costs bounded memory, gets 429 and then every message, and does not delay other clients", async () => {
    const w = await world(echo);
    const { socket } = await handshake(w);
    const id = w.received[0]?.query.get("connectionId") ?? "";
    socket.socket.pause();
    let sent = 0;
    while ((await management(w, "POST", id, { body: "x".repeat(100_000) })).status === 200) sent++;
    const other = await Client.connect(w);
    other.send("not delayed");
    expect(await other.next()).toBe("not delayed");
    socket.socket.resume();
    let bytes = 0;
    while (bytes < sent * 100_000) bytes += (await socket.frame())?.payload.length ?? 0;
    expect(bytes).toBe(sent * 100_000);
    expect((await management(w, "POST", id, { body: "again" })).status).toBe(200);
  });

  test("of its own replies: the gateway does not read from it until it reads", async () => {
    const w = await world({ ...echo, options: { limits: { clientBufferBytes: 64 * 1024, messagesInFlight: 4 } } });
    const { socket } = await handshake(w);
    socket.socket.pause();
    const text = "x".repeat(30_000);
    const count = 600;
    for (let i = 0; i < count; i++) socket.write(frame(text));
    const [entry] = w.gateway.dataPlane.connections;
    await w.happened(
      (event) => event.type === "frame" && event.direction === "out" && (entry?.socket.isPaused ?? false),
    );
    expect(entry?.socket.bufferedAmount).toBeLessThan(64 * 1024 + 6 * 31_000);
    socket.socket.resume();
    for (let i = 0; i < count; i++) expect((await socket.frame())?.payload.length).toBe(30_000);
  }, 30_000);
});

test("messages faster than the backend answers: at most as many as the limit are in flight, and none is lost", async () => {
  const waiting: (() => void)[] = [];
  let most = 0;
  const w = await world({
    routes: { $connect: {}, $default: { integration: http("echo"), twoWay: true } },
    backend: ({ body }) =>
      new Promise((resolve) => {
        waiting.push(() => resolve({ body }));
        most = Math.max(most, waiting.length);
        // The backend answers once as many messages as the limit are in flight.
        if (waiting.length === 8) for (const answer of waiting.splice(0)) answer();
      }),
    options: { limits: { messagesInFlight: 8 } },
  });
  const { socket } = await handshake(w);
  const count = 800;
  for (let i = 0; i < count; i++) socket.write(frame(`message ${i}`));
  const texts = new Set<string>();
  for (let i = 0; i < count; i++) texts.add((await socket.frame())?.payload.toString() ?? "");
  expect([texts.size, most]).toEqual([count, 8]);
});
