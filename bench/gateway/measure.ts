/** Measures one candidate: starts it and a backend as processes, connects, and makes the load. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpus } from "node:os";
import { request } from "undici";
import WebSocket from "ws";
import type { Candidate, Launch } from "./candidate";
import { type Result, run, type Sizes } from "./load";

export interface Measured extends Result {
  /** Milliseconds from the start of the process to the first open connection. */
  readonly firstConnect: number;
}

/** For one candidate. Without a limit, a lost push would make the benchmark wait forever. */
const TIME_LIMIT_MS = 180_000;

/**
 * A command prefix that runs the server and its children on one core, and the load and the backend on another, so that
 * they do not disturb each other's measurements. Empty without `taskset`, or with one core.
 */
export const onItsOwnCore = pin();

/** Starts a candidate and a backend, measures the candidate, and stops both. */
export async function measure(candidate: Candidate, backendProgram: string, sizes: Sizes): Promise<Measured> {
  const backend = start({ command: [backendProgram] });
  const [backendUrl = ""] = await ready(backend);
  const launch = await candidate.launch(backendUrl);
  const begun = performance.now();
  const server = start(launch, onItsOwnCore);
  try {
    const [url = "", connections = ""] = launch.addresses ? Object.values(launch.addresses) : await ready(server);
    const first = await firstConnection(url);
    const firstConnect = performance.now() - begun;
    await fetch(`${backendUrl}/push-to`, { method: "POST", body: connections });
    if (candidate.isInspected) await openInspector(new URL(connections).origin);
    const result = await Promise.race([
      run({ pid: server.pid ?? 0, url, connections }, sizes, candidate.isTwoWay),
      after(TIME_LIMIT_MS),
    ]);
    first.terminate();
    return { firstConnect, ...result };
  } finally {
    backend.kill();
    server.kill("SIGTERM");
    const kill = setTimeout(() => server.kill("SIGKILL"), 5_000);
    if (server.exitCode === null && server.signalCode === null) await once(server, "exit");
    clearTimeout(kill);
  }
}

/** Receives the events as the inspector's page does, until the server ends. */
async function openInspector(origin: string): Promise<void> {
  const { body } = await request(`${origin}/_inspector/events`, { bodyTimeout: 0 });
  body.on("error", () => {}).resume();
}

async function after(milliseconds: number): Promise<never> {
  await new Promise((over) => setTimeout(over, milliseconds).unref());
  throw new Error(`not done after ${milliseconds / 1000} s`);
}

function pin(): readonly string[] {
  const load = ["-a", "-c", "-p", "0", String(process.pid)];
  return cpus().length > 1 && spawnSync("taskset", load).status === 0 ? ["taskset", "-c", "1"] : [];
}

function start({ command, cwd, environment }: Launch, prefix: readonly string[] = []) {
  const [program = process.execPath, ...args] = [...prefix, process.execPath, ...command];
  const child = spawn(program, args, { cwd, env: environment, stdio: ["ignore", "pipe", "ignore"] });
  child.stdout.setEncoding("utf8").resume();
  return child;
}

/** The words that a program prints after `ready`. */
function ready(child: ReturnType<typeof start>): Promise<string[]> {
  let text = "";
  return new Promise((done, failed) => {
    child.stdout.on("data", (chunk) => {
      text += chunk;
      const words = /^ready (.*)$/m.exec(text)?.[1];
      if (words !== undefined) done(words.split(" "));
    });
    child.once("close", () => failed(new Error("A program ended before it was ready.")));
  });
}

/** Tries to connect until it succeeds, for at most 30 s. */
async function firstConnection(url: string): Promise<WebSocket> {
  const over = performance.now() + 30_000;
  for (;;) {
    const socket = new WebSocket(url);
    try {
      await once(socket, "open");
      return socket;
    } catch (error) {
      if (performance.now() > over) throw error;
      await new Promise((later) => setTimeout(later, 20));
    }
  }
}
