/**
 * `npm run bench:gateway`: measures the local gateway, a bare `ws` server that makes the same POST, and other local
 * gateways from npm, in one run. The server's CPU time per operation varies least between runs.
 * `-- --quick` makes fewer operations, `-- --no-peers` leaves out the gateways from npm, and `-- --before <checkout>`
 * measures the gateway of another checkout too.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { buildSync } from "esbuild";
import { request } from "undici";
import WebSocket from "ws";
import { parseDocument } from "yaml";
import { stackIn, synthesize } from "../local/session/synthesize";
import type { Candidate, Launch } from "./gateway/candidate";
import { type Cost, type Result, run, type Sizes } from "./gateway/load";
import { installPeers } from "./gateway/peers";

const root = process.cwd();
/**
 * Every candidate gets this load in every round. So many connects that each candidate's garbage collector runs among them:
 * with fewer, it ran among those of one candidate and between the phases of another, in each round.
 */
const SIZES: Sizes = {
  first: 1_000,
  sequential: 3_000,
  atOnce: 6_000,
  messages: 3_200,
  pushes: 3_200,
  idle: 10_000,
  fanOut: [1_000, 5_000],
};
const QUICK: Sizes = { ...SIZES, idle: 5_000 };
/** Rounds, and the time in milliseconds within which the last one must end. */
const ROUNDS = 3;
const RUN_MS = 1_500_000;

const BARE = "bare ws + POST";
/** The options of `npm start` and `npm run local`. */
const NODE_OPTIONS = ["--min-semi-space-size=16"];
/** Placeholder for the backend's URL in a command. */
const BACKEND = "{backend}";

interface Measured extends Result {
  /** Milliseconds from the start of the process to the first open connection. */
  readonly firstConnect: number;
}

async function main(args: readonly string[]): Promise<void> {
  const quick = args.includes("--quick");
  const begun = performance.now();
  const folder = mkdtempSync(join(tmpdir(), "bench-gateway-"));
  const before = optionOf(args, "--before");
  const programs = build({
    bare: "bench/gateway/bare.ts",
    backend: "bench/gateway/backend.ts",
    ours: "bench/gateway/ours.ts",
    ...(before ? { before: join(before, "bench/gateway/ours.ts") } : {}),
  });
  const config = resolve(root, "bench/gateway/gateway.yaml");
  const stack = await stackFor(config, join(folder, "stack"));
  const open = await stackFor(withoutAuthorizer(config, folder), join(folder, "open"));
  const own = (name: string, ...command: readonly string[]): Candidate => ({
    name,
    isPeer: false,
    isTwoWay: true,
    launch: async (backend) => ({ command: command.map((word) => (word === BACKEND ? backend : word)) }),
  });
  const candidates = [
    own(BARE, programs("bare"), BACKEND),
    own("local gateway", ...NODE_OPTIONS, programs("ours"), BACKEND, stack),
    ...(before
      ? [own("local gateway, before", ...NODE_OPTIONS, programs("before"), BACKEND, stackOf(before, folder))]
      : []),
    own("local gateway, no authorizer", ...NODE_OPTIONS, programs("ours"), BACKEND, open),
    {
      ...own("local gateway, inspector open", ...NODE_OPTIONS, programs("ours"), BACKEND, stack, "inspected"),
      isInspected: true,
    },
    ...(args.includes("--no-peers") ? [] : installPeers(folder)),
  ];
  const results = new Map<string, Measured[]>();
  try {
    // Alternately, so that changes in the machine's speed affect all candidates.
    for (let round = 1; round <= (quick ? 1 : ROUNDS); round += 1) {
      const isLate = (round / (round - 1)) * (performance.now() - begun) > RUN_MS;
      if (round > 1 && isLate) break;
      for (const candidate of candidates) {
        try {
          const measured = await measureOne(candidate, programs("backend"), quick ? QUICK : SIZES);
          results.set(candidate.name, [...(results.get(candidate.name) ?? []), measured]);
          process.stderr.write(`round ${round}: ${candidate.name}\n`);
        } catch (error) {
          if (!candidate.isPeer) throw error;
          process.stderr.write(`round ${round}: ${candidate.name} failed: ${error}\n`);
        }
      }
      // After every round, so that an interrupted run has results too.
      save(results, round);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  print(results);
}

async function stackFor(config: string, outdir: string): Promise<string> {
  await synthesize({ config, outdir });
  return stackIn(outdir, undefined);
}

/** The peers without an authorizer are compared with this. What the authorizer returns cannot be mapped then. */
function withoutAuthorizer(config: string, folder: string): string {
  const document = parseDocument(readFileSync(config, "utf8"));
  document.set("authorizer", "none");
  for (const name of ["userId", "orgId"]) document.deleteIn(["routes", "$connect", "query", name]);
  const file = join(folder, "gateway.yaml");
  writeFileSync(file, String(document));
  return file;
}

/** Synthesizes with another checkout, whose gateway may read only its own stacks. */
function stackOf(checkout: string, folder: string): string {
  const CDKTF_OUTDIR = join(folder, "before");
  const env = { ...process.env, CDKTF_OUTDIR, GATEWAY_CONFIG: join(checkout, "bench/gateway/gateway.yaml") };
  const { status, stderr } = spawnSync("npm", ["run", "synth"], { cwd: checkout, env, encoding: "utf8" });
  if (status !== 0) throw new Error(`${checkout}: ${stderr}`);
  return stackIn(CDKTF_OUTDIR, undefined);
}

/** Bundles the programs once, so that the measured start does not include the bundler. */
function build(entryPoints: Readonly<Record<string, string>>): (name: string) => string {
  const outdir = join(root, "build/bench");
  buildSync({
    entryPoints: { ...entryPoints },
    outdir,
    bundle: true,
    platform: "node",
    target: "node20",
    // It is needed to bundle the authorizer, which synthesis has done.
    external: ["esbuild"],
    logLevel: "warning",
  });
  return (name) => join(outdir, `${name}.js`);
}

function optionOf(args: readonly string[], name: string): string | undefined {
  return args.includes(name) ? args[args.indexOf(name) + 1] : undefined;
}

async function measureOne(candidate: Candidate, backendProgram: string, sizes: Sizes): Promise<Measured> {
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

/** For one candidate. A lost push would otherwise be waited for without end. */
const TIME_LIMIT_MS = 180_000;

async function after(milliseconds: number): Promise<never> {
  await new Promise((over) => setTimeout(over, milliseconds).unref());
  throw new Error(`not done after ${milliseconds / 1000} s`);
}

/**
 * A command prefix that runs the server and its children on one core, and the load and the backend on another, so that
 * they do not disturb each other's measurements. Empty without `taskset`, or with one core.
 */
const onItsOwnCore = pin();

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

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

type CostName = { [Name in keyof Result]: Result[Name] extends Cost | undefined ? Name : never }[keyof Result];
const COSTS: readonly CostName[] = [
  "connectFirst",
  "connect64",
  "connectSequential",
  "messagePushedBack",
  "twoWay",
  "connectionsPost",
  "delivery",
  "connectWithIdle",
  "fanOutSmall",
  "fanOutLarge",
];

/** The measured values; some servers do not support all operations. */
function costsOf(runs: readonly Measured[], cost: CostName): Cost[] {
  return runs.flatMap((one) => one[cost] ?? []);
}

function save(results: ReadonlyMap<string, readonly Measured[]>, rounds: number): void {
  const summary = [...results].map(([name, runs]) => ({
    name,
    ...Object.fromEntries(
      COSTS.filter((cost) => costsOf(runs, cost).length > 0).map((cost) => [
        cost,
        Object.fromEntries(
          (["cpu", "perSecond", "p50", "p99"] as const).map((key) => [
            key,
            median(costsOf(runs, cost).map((one) => one[key])),
          ]),
        ),
      ]),
    ),
    kilobytesPerIdleConnection: median(runs.map((one) => one.kilobytesPerIdleConnection)),
    idleMillisecondsPerSecond: median(runs.map((one) => one.idleMillisecondsPerSecond)),
    firstConnectMs: median(runs.map((one) => one.firstConnect)),
  }));
  const folder = join(root, "bench/results");
  mkdirSync(folder, { recursive: true });
  const pinned = onItsOwnCore.length > 0;
  const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, pinned };
  const statistics = "median of the rounds; every candidate gets the same load";
  writeFileSync(
    join(folder, "gateway.json"),
    `${JSON.stringify({ machine, rounds, statistics, results: summary }, undefined, 2)}\n`,
  );
}

function print(results: ReadonlyMap<string, readonly Measured[]>): void {
  const bare = results.get(BARE) ?? [];
  for (const [name, runs] of results) {
    const cells = COSTS.filter((cost) => costsOf(runs, cost).length > 0).map((cost) => {
      const cpu = median(costsOf(runs, cost).map((one) => one.cpu));
      const ratio = (key: "cpu" | "p99") =>
        median(costsOf(runs, cost).map((one) => one[key])) / median(costsOf(bare, cost).map((one) => one[key]));
      return `${cost} ${cpu.toFixed(0)} µs (${ratio("cpu").toFixed(2)}×, p99 ${ratio("p99").toFixed(2)}×)`;
    });
    const memory = median(runs.map((one) => one.kilobytesPerIdleConnection));
    const idle = median(runs.map((one) => one.idleMillisecondsPerSecond));
    const first = median(runs.map((one) => one.firstConnect));
    process.stdout.write(
      `${name}: ${cells.join(", ")}, ${memory.toFixed(1)} KB and ${idle.toFixed(1)} ms/s idle, first connect ${first.toFixed(0)} ms\n`,
    );
  }
}

void main(process.argv.slice(2));
