/**
 * `npm run bench:gateway`: what the local gateway costs, beside a bare `ws` server that makes the same POST and the
 * other local gateways that npm has, in one run. The server's CPU time an operation is what noise moves least.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { buildSync } from "esbuild";
import WebSocket from "ws";
import { stackIn, synthesize } from "../local/synthesize";
import { type Cost, type Result, run, type Sizes } from "./gateway/load";

const root = process.cwd();
const SIZES: Sizes = { sequential: 500, atOnce: 2_000, messages: 6_400, pushes: 6_400, idle: 5_000 };
const QUICK: Sizes = { sequential: 200, atOnce: 1_000, messages: 3_200, pushes: 3_200, idle: 1_000 };

interface Candidate {
  readonly name: string;
  command(backend: string): readonly string[];
}

interface Measured extends Result {
  /** Milliseconds from the start of the process to the first open connection. */
  readonly firstConnect: number;
}

async function main(args: readonly string[]): Promise<void> {
  const quick = args.includes("--quick");
  const rounds = quick ? 1 : 3;
  const folder = mkdtempSync(join(tmpdir(), "bench-gateway-"));
  const programs = build();
  await synthesize({ config: resolve(root, "bench/gateway/gateway.yaml"), outdir: folder });
  const stack = stackIn(folder, undefined);
  const candidates: Candidate[] = [
    { name: "bare ws + POST", command: (backend) => [programs("bare"), backend] },
    { name: "local gateway", command: (backend) => [programs("ours"), backend, stack] },
    { name: "local gateway, inspected", command: (backend) => [programs("ours"), backend, stack, "inspected"] },
  ];
  const results = new Map<string, Measured[]>();
  try {
    // Interleaved, so that a slow minute is everybody's.
    for (let round = 0; round < rounds; round += 1) {
      for (const candidate of candidates) {
        const measured = await measureOne(candidate, programs("backend"), quick ? QUICK : SIZES);
        results.set(candidate.name, [...(results.get(candidate.name) ?? []), measured]);
        process.stderr.write(`round ${round + 1}: ${candidate.name}\n`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  report(results);
}

/** Bundled once, so that the start is the program's and not the bundler's. */
function build(): (name: string) => string {
  const outdir = join(root, "build/bench");
  const names = ["bare", "ours", "backend"];
  buildSync({
    entryPoints: names.map((name) => join(root, `bench/gateway/${name}.ts`)),
    outdir,
    bundle: true,
    platform: "node",
    target: "node20",
    logLevel: "warning",
  });
  return (name) => join(outdir, `${name}.js`);
}

async function measureOne(candidate: Candidate, backendProgram: string, sizes: Sizes): Promise<Measured> {
  const backend = await launch([backendProgram]);
  const start = performance.now();
  const server = await launch(candidate.command(backend.words[0] ?? ""));
  try {
    const [url = "", endpoint = ""] = server.words;
    const first = new WebSocket(url);
    await once(first, "open");
    const firstConnect = performance.now() - start;
    first.close();
    await fetch(`${backend.words[0]}/push-to`, { method: "POST", body: endpoint });
    return { firstConnect, ...(await run({ pid: server.child.pid ?? 0, url, endpoint }, sizes)) };
  } finally {
    server.child.kill();
    backend.child.kill();
  }
}

/** Starts a program and waits for `ready <words>`. */
async function launch(command: readonly string[]): Promise<{ child: ChildProcess; words: string[] }> {
  const child = spawn(process.execPath, command, { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  return await new Promise((ready, failed) => {
    child.stdout.setEncoding("utf8").on("data", (chunk) => {
      text += chunk;
      const words = /^ready (.*)$/m.exec(text)?.[1];
      if (words !== undefined) ready({ child, words: words.split(" ") });
    });
    child.once("close", () => failed(new Error(`${command.join(" ")} ended before it was ready.`)));
  });
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

type CostName = { [Name in keyof Result]: Result[Name] extends Cost ? Name : never }[keyof Result];
const COSTS: readonly CostName[] = [
  "connect64",
  "connectSequential",
  "messagePushedBack",
  "connectionsPost",
  "connectWithIdle",
];

function report(results: ReadonlyMap<string, readonly Measured[]>): void {
  const summary = [...results].map(([name, runs]) => ({
    name,
    ...Object.fromEntries(
      COSTS.map((cost) => [
        cost,
        Object.fromEntries(
          (["cpu", "perSecond", "p50", "p99"] as const).map((key) => [key, median(runs.map((one) => one[cost][key]))]),
        ),
      ]),
    ),
    kilobytesPerIdleConnection: median(runs.map((one) => one.kilobytesPerIdleConnection)),
    firstConnectMs: median(runs.map((one) => one.firstConnect)),
  }));
  const folder = join(root, "bench/results");
  mkdirSync(folder, { recursive: true });
  const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length };
  writeFileSync(join(folder, "gateway.json"), `${JSON.stringify({ machine, results: summary }, undefined, 2)}\n`);
  const bare = results.get("bare ws + POST") ?? [];
  for (const [name, runs] of results) {
    const cells = COSTS.map((cost) => {
      const cpu = median(runs.map((one) => one[cost].cpu));
      const ratio = cpu / median(bare.map((one) => one[cost].cpu));
      return `${cost} ${cpu.toFixed(0)} µs (${ratio.toFixed(2)}×)`;
    });
    const memory = median(runs.map((one) => one.kilobytesPerIdleConnection));
    const first = median(runs.map((one) => one.firstConnect));
    process.stdout.write(
      `${name}: ${cells.join(", ")}, ${memory.toFixed(1)} KB idle, first connect ${first.toFixed(0)} ms\n`,
    );
  }
}

void main(process.argv.slice(2));
