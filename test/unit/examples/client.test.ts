/** The example client, at the change from one connection to the next. */
import { createServer } from "node:http";
import type { Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { WebSocket, WebSocketServer } from "ws";
import { listen } from "../../../harness/servers";
import { ROOT } from "../../../harness/tools";

/** Called with the number of a handshake, from 1. Rejects to refuse it. */
type Accept = (handshake: number) => Promise<void>;

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A client of a server, with a lifetime that passes at once, and the states that it has entered. */
async function start(accept: Accept) {
  let handshakes = 0;
  const server = createServer();
  const sockets = new WebSocketServer({
    server,
    verifyClient(_, done) {
      handshakes += 1;
      accept(handshakes).then(
        () => done(true),
        () => done(false),
      );
    },
  });
  const all: Socket[] = [];
  server.on("connection", (socket) => all.push(socket));
  const url = (await listen(server)).replace("http:", "ws:");
  // Node.js 20 has none.
  Object.assign(globalThis, { WebSocket: Client });
  const { connect } = await import(join(ROOT, "examples/client/client.mjs"));
  const states: string[] = [];
  const client = connect({
    url: () => url,
    onMessage: () => {},
    onState: (state: string) => states.push(state),
    lifetimeMs: 50,
    overlapMs: 10,
    firstDelayMs: 10,
  });
  ends.push(
    () => client.close(),
    () => server.close(),
    () => all.forEach((socket) => void socket.destroy()),
  );
  return { sockets, states, handshakes: () => handshakes };
}

/** Like a browser's: an error that has no listener ends nothing. */
class Client extends WebSocket {
  constructor(url: string) {
    super(url);
    this.on("error", () => {});
  }
}

/** Waits until it is true, for a time that is never needed. */
async function until(isTrue: () => boolean): Promise<void> {
  for (const end = Date.now() + 20_000; !isTrue(); await delay(5)) {
    if (Date.now() > end) throw new Error("It did not become true.");
  }
}

test("the next connection is tried again while the current one stays open", async () => {
  const { states, handshakes } = await start(async (handshake) => {
    if (handshake === 2) throw new Error("refused");
  });
  await until(() => handshakes() >= 3 && states.length >= 3);
  expect(states.slice(0, 3)).toEqual(["connecting", "open", "open"]);
});

test("a connection that is lost while the next one opens leaves no second one", async () => {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const never = new Promise<void>(() => {});
  const { sockets, states, handshakes } = await start((handshake) =>
    handshake === 2 ? released : handshake > 3 ? never : Promise.resolve(),
  );
  await until(() => handshakes() === 2);
  for (const socket of sockets.clients) socket.terminate();
  await until(() => handshakes() === 3 && sockets.clients.size === 1);
  release();
  await until(() => states.length === 5);
  expect(states).toEqual(["connecting", "open", "waiting", "open", "open"]);
  await until(() => sockets.clients.size === 1);
});
