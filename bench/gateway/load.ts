/** The load: clients and a backend use a server, and its cost is measured. */
import { once } from "node:events";
import { Pool } from "undici";
import WebSocket from "ws";
import type { Addresses } from "./candidate";
import { cpuMicroseconds, residentKilobytes } from "./cpu";
import { SIGNED } from "./signed";

export interface Target extends Addresses {
  readonly pid: number;
}

/** Numbers of operations. They are the same for every server, because the first thousands of operations cost more. */
export interface Sizes {
  /** Connects of a new process. */
  readonly first: number;
  readonly sequential: number;
  readonly atOnce: number;
  readonly messages: number;
  readonly pushes: number;
  /** Open connections. */
  readonly idle: number;
  /** Connections to which one message is pushed each. */
  readonly fanOut: readonly [small: number, large: number];
}

/** Microseconds of the server's CPU time per operation, operations per second, and latencies in milliseconds. */
export interface Cost {
  readonly cpu: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

export interface Result {
  /** The first connects of the process, 64 at once. */
  readonly connectFirst: Cost;
  readonly connectSequential: Cost;
  readonly connect64: Cost;
  readonly messagePushedBack: Cost;
  /** Undefined: the server does not support it. */
  readonly twoWay: Cost | undefined;
  readonly connectionsPost: Cost;
  /** One `@connections` POST at a time; the latency ends when the client has received the message. */
  readonly delivery: Cost;
  /** Connects while {@link Sizes.idle} connections are open. */
  readonly connectWithIdle: Cost;
  readonly fanOutSmall: Cost;
  readonly fanOutLarge: Cost;
  readonly kilobytesPerIdleConnection: number;
  /** CPU time while {@link Sizes.idle} connections are idle. */
  readonly idleMillisecondsPerSecond: number;
}

const OPEN: WebSocket.ClientOptions = { perMessageDeflate: false };

async function connect(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url, OPEN);
  await once(socket, "open");
  return socket;
}

/** Runs `count` operations, `lanes` at a time. */
async function measure(
  pid: number,
  count: number,
  lanes: number,
  operation: (n: number) => Promise<void>,
): Promise<Cost> {
  const latencies: number[] = [];
  let next = 0;
  const cpu = cpuMicroseconds(pid);
  const start = performance.now();
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      while (next < count) {
        const n = next++;
        const before = performance.now();
        await operation(n);
        latencies.push(performance.now() - before);
      }
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))] ?? 0;
  return { cpu: (cpuMicroseconds(pid) - cpu) / count, perSecond: count / seconds, p50: at(0.5), p99: at(0.99) };
}

async function connects(target: Target, count: number, lanes: number): Promise<{ cost: Cost; sockets: WebSocket[] }> {
  const sockets: WebSocket[] = [];
  const cost = await measure(target.pid, count, lanes, async () => void sockets.push(await connect(target.url)));
  return { cost, sockets };
}

/**
 * Closes the connections, 64 at a time, and waits until the server is idle: some servers call the backend for each closed
 * connection, and end when hundreds close at once.
 */
async function closeAll(pid: number, sockets: readonly WebSocket[]): Promise<void> {
  await inLanes(sockets, 64, async (socket) => {
    const closed = once(socket, "close");
    socket.close();
    await closed;
  });
  await quiet(pid);
  // Then the server closes unused connections to the backend, which must not be part of a later measurement.
  await pause(KEEP_ALIVE_MS);
}

async function inLanes<T, R>(items: readonly T[], lanes: number, operation: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const left = items.entries();
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (const [at, item] of left) results[at] = await operation(item);
    }),
  );
  return results;
}

/** Waits until the server uses almost no CPU time. */
async function quiet(pid: number): Promise<void> {
  for (let before = -1, now = cpuMicroseconds(pid); now - before > 20_000; now = cpuMicroseconds(pid)) {
    before = now;
    await pause(300);
  }
}

const pause = (milliseconds: number) => new Promise((later) => setTimeout(later, milliseconds));
/** Longer than Node's servers and undici keep an idle connection. */
const KEEP_ALIVE_MS = 6_000;

export async function run(target: Target, sizes: Sizes, isTwoWay: boolean): Promise<Result> {
  const { pid } = target;
  const first = await connects(target, sizes.first, 64);
  // At the start of the process, because later connections can use memory that closed ones have freed.
  const before = residentKilobytes(pid);
  const idle = await connects(target, sizes.idle, 64);
  await quiet(pid);
  await pause(1_000);
  const kilobytesPerIdleConnection = (residentKilobytes(pid) - before) / sizes.idle;
  const cpuBefore = cpuMicroseconds(pid);
  await pause(1_000 * IDLE_SECONDS);
  const idleMillisecondsPerSecond = (cpuMicroseconds(pid) - cpuBefore) / 1_000 / IDLE_SECONDS;

  // Now connects have been optimized by the compiler.
  const late = await connects(target, sizes.atOnce, 64);
  const [small, large] = sizes.fanOut;
  const fanOutSmall = await pushes(target, idle.sockets.slice(0, small), small, 64);
  const fanOutLarge = await pushes(target, idle.sockets.slice(0, large), large, 64);
  const warm = idle.sockets.slice(0, 64);
  await messages(target, warm, sizes.messages / 2, "bench");
  if (isTwoWay) await messages(target, warm, sizes.messages / 2, "ask");
  await pushes(target, warm, sizes.pushes / 2, 16);
  await closeAll(pid, [...first.sockets, ...idle.sockets, ...late.sockets]);

  const sequential = await connects(target, sizes.sequential, 1);
  const together = await connects(target, sizes.atOnce, 64);
  const senders = together.sockets.slice(0, 64);
  const messagePushedBack = await messages(target, senders, sizes.messages, "bench");
  return {
    connectFirst: first.cost,
    connectSequential: sequential.cost,
    connect64: together.cost,
    messagePushedBack,
    twoWay: isTwoWay ? await messages(target, senders, sizes.messages, "ask") : undefined,
    connectionsPost: await pushes(target, senders, sizes.pushes, 16),
    delivery: await pushes(target, senders, sizes.sequential, 1),
    connectWithIdle: late.cost,
    fanOutSmall,
    fanOutLarge,
    kilobytesPerIdleConnection,
    idleMillisecondsPerSecond,
  };
}

/** How long the idle server is measured. */
const IDLE_SECONDS = 3;

/** Each connection has one message in flight at a time: to the backend, and back as a push. */
async function messages(
  { pid }: Target,
  sockets: readonly WebSocket[],
  count: number,
  action: "bench" | "ask",
): Promise<Cost> {
  const free = [...sockets];
  return await measure(pid, count, sockets.length, async (n) => {
    const socket = free.pop();
    if (!socket) throw new Error("There are more lanes than sockets.");
    const back = once(socket, "message");
    socket.send(`{"action":"${action}","n":${n}}`);
    await back;
    free.push(socket);
  });
}

/** Pushes to known connections. A push ends when the client has the message and the backend has the answer. */
async function pushes(
  { pid, connections }: Target,
  sockets: readonly WebSocket[],
  count: number,
  lanes: number,
): Promise<Cost> {
  const { origin, pathname } = new URL(connections);
  const pool = new Pool(origin, { connections: lanes });
  const ids = await idsOf(sockets);
  // Some servers are still ending the processes that have sent the ids.
  await quiet(pid);
  const free = sockets.map((socket, at) => ({ socket, path: `${pathname}/${encodeURIComponent(ids[at] ?? "")}` }));
  const cost = await measure(pid, count, lanes, async (n) => {
    const one = free.pop();
    if (!one) throw new Error("There are more lanes than sockets.");
    const arrived = once(one.socket, "message");
    const answer = await pool.request({ path: one.path, method: "POST", headers: SIGNED, body: `{"n":${n}}` });
    await answer.body.dump();
    if (answer.statusCode >= 300) throw new Error(`@connections answered ${answer.statusCode}`);
    await arrived;
    free.push(one);
  });
  await pool.close();
  return cost;
}

/** The ids of connections. Only the backend knows them, and pushes a client's id to it on request. */
function idsOf(sockets: readonly WebSocket[]): Promise<string[]> {
  return inLanes(sockets, 64, async (socket) => {
    const answer = once(socket, "message");
    socket.send('{"action":"whoami"}');
    const [data] = await answer;
    return String(JSON.parse(String(data)).connectionId);
  });
}
