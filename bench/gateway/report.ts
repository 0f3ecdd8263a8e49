/** The results of `npm run bench:gateway`: medians of the rounds, as a file and for the terminal. */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import type { Cost, Result } from "./load";
import { type Measured, onItsOwnCore } from "./measure";

/** Name of the candidate with which the others are compared. */
export const BARE = "bare ws + POST";

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

/** Writes the medians to `gateway.json` in a folder. */
export function save(results: ReadonlyMap<string, readonly Measured[]>, rounds: number, folder: string): void {
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
  mkdirSync(folder, { recursive: true });
  const pinned = onItsOwnCore.length > 0;
  const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, pinned };
  const statistics = "median of the rounds; every candidate gets the same load";
  writeFileSync(
    join(folder, "gateway.json"),
    `${JSON.stringify({ machine, rounds, statistics, results: summary }, undefined, 2)}\n`,
  );
}

/** Prints a line for each candidate, with its costs relative to those of the bare server. */
export function print(results: ReadonlyMap<string, readonly Measured[]>): void {
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
