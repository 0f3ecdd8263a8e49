/**
 * `npm run bench:gateway`: measures the local gateway, a bare `ws` server that makes the same POST, and other local
 * gateways from npm, in one run. The server's CPU time per operation varies least between runs.
 * `-- --quick` makes fewer operations, `-- --no-peers` leaves out the gateways from npm, and `-- --before <checkout>`
 * measures the gateway of another checkout too.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { buildSync } from "esbuild";
import { parseDocument } from "yaml";
import { stackIn, synthesize } from "../local/session/synthesize";
import type { Candidate } from "./gateway/candidate";
import type { Sizes } from "./gateway/load";
import { type Measured, measure } from "./gateway/measure";
import { installPeers } from "./gateway/peers";
import { BARE, print, save } from "./gateway/report";

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

/** The options of `npm start` and `npm run local`. */
const NODE_OPTIONS = ["--min-semi-space-size=16"];
/** Placeholder for the backend's URL in a command. */
const BACKEND = "{backend}";

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
          const measured = await measure(candidate, programs("backend"), quick ? QUICK : SIZES);
          results.set(candidate.name, [...(results.get(candidate.name) ?? []), measured]);
          process.stderr.write(`round ${round}: ${candidate.name}\n`);
        } catch (error) {
          if (!candidate.isPeer) throw error;
          process.stderr.write(`round ${round}: ${candidate.name} failed: ${error}\n`);
        }
      }
      // After every round, so that an interrupted run has results too.
      save(results, round, join(root, "bench/results"));
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

void main(process.argv.slice(2));
