/** The load: what clients and a backend do to a server, and what it costs the server. */
import { once } from "node:events";
import { Pool } from "undici";
import WebSocket from "ws";
import type { Addresses } from "./candidate";
import { cpuMicroseconds, memoryKilobytes } from "./cpu";
import { SIGNED } from "./signed";

export interface Target extends Addresses {
  readonly pid: number;
}

export interface Sizes {
  readonly warm: number;
  readonly sequential: number;
  readonly atOnce: number;
  readonly messages: number;
  readonly pushes: number;
  readonly idle: number;
  /** Whether the connections of one measurement are closed before the next. */
  readonly close: boolean;
}

/** Microseconds of the server's CPU an operation, operations a second, and latencies in milliseconds. */
export interface Cost {
  readonly cpu: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

export interface Result {
  readonly connectSequential: Cost;
  readonly connect64: Cost;
  readonly messagePushedBack: Cost;
  readonly connectionsPost: Cost;
  /** Connects like the others, with {@link Sizes.idle} open. */
  readonly connectWithIdle: Cost;
  readonly kilobytesPerIdleConnection: number;
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

/** Closes and waits until the server has nothing left to do: some call the backend for every client that leaves. */
async function closeAll(pid: number, sockets: readonly WebSocket[]): Promise<void> {
  const closed = sockets.map((socket) => once(socket, "close"));
  for (const socket of sockets) socket.close();
  await Promise.all(closed);
  for (let before = -1, now = cpuMicroseconds(pid); now - before > 20_000; now = cpuMicroseconds(pid)) {
    before = now;
    await new Promise((later) => setTimeout(later, 300));
  }
}

export async function run(target: Target, sizes: Sizes): Promise<Result> {
  // Warm: what the optimizing compiler does in the first second is nobody's daily cost.
  const warm = await connects(target, sizes.warm, 64);
  const echoes = warm.sockets.slice(0, 64);
  await messages(target, echoes, sizes.messages / 2);
  if (sizes.close) await closeAll(target.pid, warm.sockets);

  const sequential = await connects(target, sizes.sequential, 1);
  const together = await connects(target, sizes.atOnce, 64);
  const senders = together.sockets.slice(0, 64);
  const messagePushedBack = await messages(target, senders, sizes.messages);
  const connectionsPost = await pushes(target, senders, sizes.pushes);
  if (sizes.close) await closeAll(target.pid, [...sequential.sockets, ...together.sockets]);

  const before = memoryKilobytes(target.pid);
  await connects(target, sizes.idle, 64);
  const after = memoryKilobytes(target.pid);
  const late = await connects(target, sizes.atOnce, 64);
  return {
    connectSequential: sequential.cost,
    connect64: together.cost,
    messagePushedBack,
    connectionsPost,
    connectWithIdle: late.cost,
    kilobytesPerIdleConnection: (after - before) / sizes.idle,
  };
}

/** Every connection has one message on its way at a time: to the backend, and back by its push. */
async function messages({ pid }: Target, sockets: readonly WebSocket[], count: number): Promise<Cost> {
  const free = [...sockets];
  return await measure(pid, count, sockets.length, async (n) => {
    const socket = free.pop();
    if (!socket) throw new Error("There are more lanes than sockets.");
    const back = once(socket, "message");
    socket.send(`{"action":"bench","n":${n}}`);
    await back;
    free.push(socket);
  });
}

/** What a backend does to push to clients that it knows. */
async function pushes({ pid, connections }: Target, sockets: readonly WebSocket[], count: number): Promise<Cost> {
  const { origin, pathname } = new URL(connections);
  const pool = new Pool(origin, { connections: 16 });
  const ids = await idsOf(sockets);
  const cost = await measure(pid, count, 16, async (n) => {
    const at = n % sockets.length;
    const path = `${pathname}/${encodeURIComponent(ids[at] ?? "")}`;
    const answer = await pool.request({ path, method: "POST", headers: SIGNED, body: `{"n":${n}}` });
    await answer.body.dump();
    if (answer.statusCode >= 300) throw new Error(`@connections answered ${answer.statusCode}`);
  });
  await pool.close();
  return cost;
}

/** A connection's id is told to the backend only, which pushes it to whoever asks. */
async function idsOf(sockets: readonly WebSocket[]): Promise<string[]> {
  return await Promise.all(
    sockets.map(async (socket) => {
      const told = once(socket, "message");
      socket.send('{"action":"whoami"}');
      const [data] = await told;
      return String(JSON.parse(String(data)).connectionId);
    }),
  );
}
