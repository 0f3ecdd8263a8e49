/**
 * `npm run bench:authorizer`: measures size, cold start and warm time of the authorizer and of handlers with other
 * libraries, on every Node.js version of Lambda. A bare signature check and an empty handler show the lower limits.
 * Candidates are measured alternately; the results are ratios of medians. `-- --quick` makes fewer runs.
 */

import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { arch, cpus, platform, release, tmpdir, totalmem } from "node:os";
import { dirname, join, resolve } from "node:path";
import { Worker } from "node:worker_threads";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import type { AuthorizerSettings } from "../functions/authorizer/settings";
import { certificates } from "../harness/certificates";
import { messageOf } from "../terminal/error";
import {
  ALGORITHMS,
  type BenchAlgorithm,
  connect,
  ISSUER,
  jwks,
  manyIssuers,
  SECRET,
  settings,
  tokens,
} from "./authorizer/fixture";
import { findNodes, type Node } from "./authorizer/nodes";

const root = resolve(dirname(process.argv[1] ?? ""), "..");
const quick = process.argv.includes("--quick");
const COLD_RUNS = quick ? 7 : 93;
/** Number of processes, because compiler and allocator give each process different times; and rounds per process. */
const WARM_RUNS = quick ? 1 : 5;
const WARM_ROUNDS = quick ? 10 : 40;
const EVENTS = 128;

interface Candidate {
  readonly name: string;
  readonly entry: string;
  readonly peer: boolean;
  readonly without?: BenchAlgorithm;
  /** Beside the module, for the project's own authorizer. */
  readonly settings?: AuthorizerSettings;
}
const OURS = "this authorizer";
const MANY = `${OURS}, 200 issuers`;
const SHORT = "70 lines, few checks";
const CANDIDATES: readonly Candidate[] = [
  { name: "empty handler", entry: "bench/authorizer/candidates/empty.ts", peer: false },
  { name: "node:crypto, no checks", entry: "bench/authorizer/candidates/node-crypto.ts", peer: false },
  { name: SHORT, entry: "bench/authorizer/candidates/short.ts", peer: false },
  { name: OURS, entry: "functions/authorizer/index.ts", peer: false, settings },
  { name: MANY, entry: "functions/authorizer/index.ts", peer: false, settings: manyIssuers(200) },
  { name: "aws-jwt-verify", entry: "bench/authorizer/candidates/aws-jwt-verify.ts", peer: true, without: "HS256" },
  { name: "jose", entry: "bench/authorizer/candidates/jose.ts", peer: true },
  {
    name: "jsonwebtoken + jwks-rsa",
    entry: "bench/authorizer/candidates/jsonwebtoken.ts",
    peer: true,
    without: "EdDSA",
  },
];
type Measured = Candidate & { readonly module: string; readonly bytes: number; readonly gzip: number };

/** Milliseconds. */
interface Cold {
  readonly load: number;
  readonly first: number;
  readonly cpu: number;
}
/** Microseconds, and ratios to the bare signature check. */
interface Warm {
  readonly p50: number;
  readonly p99: number;
  readonly bare: number;
  readonly ratio: number;
  /** Ratio of the minimum times, which other programs on the machine influence least. */
  readonly leastRatio: number;
}

const say = (line: string) => process.stdout.write(`${line}\n`);
const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
const round = (value: number) => Number(value.toFixed(2));

/** Bundles a candidate to a separate folder, with the same options for all, and writes the key set beside it. */
async function bundle(candidate: Candidate, folder: string): Promise<Measured> {
  const outdir = join(folder, candidate.name.replace(/\W+/g, "-"));
  const needsRequire = candidate.peer && !/jose|aws/.test(candidate.name);
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: { index: candidate.entry },
    outdir,
    bundle: true,
    minify: true,
    splitting: true,
    chunkNames: "[name]",
    outExtension: { ".js": ".mjs" },
    platform: "node",
    target: "node20",
    format: "esm",
    legalComments: "none",
    write: false,
    ...(needsRequire && {
      banner: { js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);' },
    }),
  });
  mkdirSync(outdir, { recursive: true });
  for (const { path, contents } of outputFiles) writeFileSync(path, contents);
  writeFileSync(join(outdir, "jwks.json"), JSON.stringify({ [ISSUER]: jwks }));
  if (candidate.settings) writeFileSync(join(outdir, "settings.json"), JSON.stringify(candidate.settings));
  const module = join(outdir, "index.mjs");
  const contents = outputFiles.find(({ path }) => path === module)?.contents ?? new Uint8Array();
  return { ...candidate, module, bytes: contents.length, gzip: gzipSync(contents).length };
}

function run<T>(node: Node, mode: "cold" | "warm", module: string, file: string, env: Record<string, string> = {}): T {
  const { stdout, stderr, status } = spawnSync(
    node.program,
    [join(root, "bench/authorizer/runner.mjs"), mode, module, file],
    {
      encoding: "utf8",
      env: { HS256_SECRET: SECRET, ...env },
    },
  );
  if (status !== 0) throw new Error(`${module} fails on ${node.version}:\n${stderr}`);
  return JSON.parse(stdout);
}

function measureCold(node: Node, candidates: readonly Measured[], folder: string) {
  const file = join(folder, "event.json");
  const [token = ""] = tokens("RS256", 1);
  writeFileSync(file, JSON.stringify({ event: connect(token) }));
  const runs = new Map<string, Cold[]>(candidates.map(({ name }) => [name, []]));
  for (let n = -1; n < COLD_RUNS; n++) {
    for (const { name, module } of candidates) {
      const cold = run<Cold>(node, "cold", module, file);
      if (n >= 0) runs.get(name)?.push(cold);
    }
  }
  const total = (name: string) => median((runs.get(name) ?? []).map(({ load, first }) => load + first));
  const bestPeer = Math.min(...candidates.filter(({ peer }) => peer).map(({ name }) => total(name)));
  const load = (name: string) => median((runs.get(name) ?? []).map((one) => one.load));
  say(`  200 issuers add ${round(load(MANY) - load(OURS))} ms to the load.`);
  return candidates.map(({ name }) => ({
    name,
    loadMs: round(median((runs.get(name) ?? []).map(({ load }) => load))),
    firstMs: round(median((runs.get(name) ?? []).map(({ first }) => first))),
    totalMs: round(total(name)),
    toBestPeer: round(total(name) / bestPeer),
    toShort: round(total(name) / total(SHORT)),
  }));
}

/** Starts without packaged keys: what the issuer's discovery document costs, beside a configured key URL. */
async function measureDiscovery(node: Node, { module }: Measured, folder: string) {
  const { ca, issue } = certificates();
  const caFile = join(folder, "ca.pem");
  writeFileSync(caFile, ca);
  const requests = new Int32Array(new SharedArrayBuffer(4));
  const workerData = { tls: issue(["localhost"]), jwks, requests: requests.buffer };
  const server = new Worker(join(root, "bench/authorizer/key-server.mjs"), { workerData });
  const [port] = await once(server, "message");
  const issuer = `https://localhost:${port}`;
  const [one] = settings.issuers;
  if (one?.kind !== "jwks") throw new Error("The first issuer has published keys.");
  const { jwksUri: _, ...discovered } = { ...one, issuer };
  const file = join(folder, "fetched.json");
  const [token = ""] = tokens("RS256", 1, issuer);
  writeFileSync(file, JSON.stringify({ event: connect(token) }));
  const ways = { "key URL": { ...discovered, jwksUri: `${issuer}/keys` }, "discovery document": discovered };
  const runs = Object.entries(ways).map(([name, rules]) => ({ name, rules, all: [] as Cold[], requests: 0 }));
  for (let n = 0; n < COLD_RUNS; n++) {
    for (const way of runs) {
      Atomics.store(requests, 0, 0);
      const env = {
        NODE_EXTRA_CA_CERTS: caFile,
        AUTHORIZER_SETTINGS: JSON.stringify({ ...settings, issuers: [way.rules] }),
      };
      way.all.push(run<Cold>(node, "cold", module, file, env));
      way.requests = Atomics.load(requests, 0);
    }
  }
  await server.terminate();
  return runs.map(({ name, all, requests }) => ({
    name,
    requests,
    totalMs: round(median(all.map(({ load, first }) => load + first))),
    cpuMs: round(median(all.map(({ cpu }) => cpu))),
  }));
}

function measureWarm(node: Node, candidates: readonly Measured[], algorithm: BenchAlgorithm, folder: string) {
  const file = join(folder, `${algorithm}.json`);
  const events = tokens(algorithm, EVENTS).map(connect);
  const jwk = jwks.keys.find(({ kid }) => kid === algorithm);
  writeFileSync(file, JSON.stringify({ events, algorithm, jwk, secret: SECRET, rounds: WARM_ROUNDS }));
  const measured = candidates.filter(({ name, without }) => without !== algorithm && name !== "empty handler");
  const runs = Array.from({ length: WARM_RUNS }, () =>
    measured.map(({ module }) => run<Warm>(node, "warm", module, file)),
  );
  return measured.map(({ name }, at) => {
    const middle = (key: keyof Warm) => round(median(runs.map((one) => one[at]?.[key] ?? Number.NaN)));
    return {
      name,
      p50Us: middle("p50"),
      p99Us: middle("p99"),
      bareUs: middle("bare"),
      toBare: middle("ratio"),
      leastToBare: middle("leastRatio"),
    };
  });
}

function table(rows: readonly Readonly<Record<string, string | number>>[]): void {
  const names = Object.keys(rows[0] ?? {});
  const width = (name: string) => Math.max(name.length, ...rows.map((row) => String(row[name]).length));
  const line = (cells: readonly string[]) => say(`  ${cells.join("  ")}`);
  line(names.map((name, at) => (at ? name.padStart(width(name)) : name.padEnd(width(name)))));
  for (const row of rows) {
    line(
      names.map((name, at) => (at ? String(row[name]).padStart(width(name)) : String(row[name]).padEnd(width(name)))),
    );
  }
}

function versionOf(name: string): string {
  const { version }: { version: string } = createRequire(join(root, "package.json"))(
    join(root, "node_modules", name, "package.json"),
  );
  return version;
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "bench-authorizer-"));
  try {
    const candidates = await Promise.all(CANDIDATES.map((candidate) => bundle(candidate, folder)));
    const size = candidates.map(({ name, bytes, gzip }) => ({ name, bytes, gzip }));
    say("Bundle (ES module, minified)");
    table(size);
    const nodes = [];
    for (const node of findNodes([20, 22, 24], say)) {
      say(
        `\n${node.version}: load and first event, with local key set, RS256 (median of ${COLD_RUNS} fresh processes)`,
      );
      const cold = measureCold(node, candidates, folder);
      table(cold);
      const warm = Object.fromEntries(
        ALGORITHMS.map((algorithm) => {
          say(`\n${node.version}: warm ${algorithm}, whole handler compared with the bare signature check`);
          const rows = measureWarm(node, candidates, algorithm, folder);
          table(rows);
          return [algorithm, rows];
        }),
      );
      const ours = candidates.find(({ name }) => name === OURS);
      say(`\n${node.version}: load and first event, with keys that are fetched`);
      const fetched = ours ? await measureDiscovery(node, ours, folder) : [];
      table(fetched);
      nodes.push({ version: node.version, cold, fetched, warm });
    }
    const machine = {
      cpu: cpus()[0]?.model,
      cores: cpus().length,
      memoryGb: round(totalmem() / 2 ** 30),
      os: `${platform()} ${release()} ${arch()}`,
    };
    const versions = Object.fromEntries(
      ["aws-jwt-verify", "jose", "jsonwebtoken", "jwks-rsa", "esbuild"].map((name) => [name, versionOf(name)]),
    );
    const result = {
      date: new Date().toISOString(),
      machine,
      versions,
      coldRuns: COLD_RUNS,
      warmRuns: WARM_RUNS,
      warmRounds: WARM_ROUNDS,
      size,
      nodes,
    };
    const file = join(root, "bench/results/authorizer.json");
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(result, undefined, 2)}\n`);
    say(`\nWritten to ${file.slice(root.length + 1)}.`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
});
