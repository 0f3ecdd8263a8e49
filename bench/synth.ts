/**
 * `npm run bench:synth`: measures the time to synthesize, also with 298 routes (API Gateway's quota is 300). For
 * comparison: loading cdktf only, and the TypeScript template of `cdktf init` (`npx ts-node main.ts`), with its empty
 * stack and with this project's app. Candidates are measured alternately; the results are medians.
 * `-- --quick` makes fewer runs. The template's packages are installed to a temporary folder.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { arch, cpus, platform, release, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { parseDocument } from "yaml";

const root = process.cwd();
const ROUNDS = process.argv.includes("--quick") ? 3 : 11;
const TEMPLATE = join(root, "node_modules/cdktf-cli/bundle/templates/typescript");
/** The packages that the template installs (.hooks.sscaff.js), and those that this app needs. */
const TEMPLATE_TOOLS = ["ts-node@10.9.2", "typescript@5.9.3", "@types/node@20"];
const APP = ["main.ts", "aws", "contract", "terminal", "config", "stacks", "synth", "functions", "gateway.yaml"];
const APP_PACKAGES = ["@cdktf/provider-aws", "cdktf", "constructs", "esbuild", "fflate", "yaml", "zod"];
/** Options with which ts-node can compile the app, which is written for a bundler. */
const COMPILER_OPTIONS = {
  moduleResolution: "node10",
  esModuleInterop: true,
  target: "es2022",
  lib: ["es2023"],
  types: ["node"],
};

interface Candidate {
  readonly name: string;
  readonly cwd: string;
  readonly command: readonly [string, ...string[]];
  readonly env?: NodeJS.ProcessEnv;
  /** Runs before each measurement. */
  readonly before?: () => void;
}

function run({ command: [program, ...args], cwd, env, before }: Candidate): number {
  before?.();
  const start = performance.now();
  const { status, stderr } = spawnSync(program, args, { cwd, env: { ...process.env, ...env }, encoding: "utf8" });
  const elapsed = performance.now() - start;
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${status}\n${stderr}`);
  return elapsed;
}

function install(folder: string, packages: readonly string[]): void {
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
  run({ name: "install", cwd: folder, command: ["npm", "install", "--no-audit", "--no-fund", ...packages] });
}

/** Creates the template as `cdktf init` does. */
function template(folder: string): string {
  mkdirSync(folder);
  const main = readFileSync(join(TEMPLATE, "main.ts"), "utf8").replace("{{ $base }}", "quotes");
  writeFileSync(join(folder, "main.ts"), main);
  cpSync(join(TEMPLATE, "tsconfig.json"), join(folder, "tsconfig.json"));
  install(folder, [`cdktf@${version("cdktf")}`, `constructs@${version("constructs")}`, ...TEMPLATE_TOOLS]);
  return folder;
}

/** Replaces the template's app with this project's app. */
function appInTemplate(folder: string): string {
  mkdirSync(folder);
  for (const source of APP) cpSync(join(root, source), join(folder, source), { recursive: true });
  cpSync(join(TEMPLATE, "tsconfig.json"), join(folder, "tsconfig.json"));
  install(folder, [...APP_PACKAGES.map((name) => `${name}@${version(name)}`), ...TEMPLATE_TOOLS]);
  return folder;
}

/** gateway.yaml with 296 more routes, each with an integration. */
function manyRoutes(file: string): string {
  const document = parseDocument(readFileSync(join(root, "gateway.yaml"), "utf8"));
  for (let index = 0; index < 296; index++) {
    document.setIn(["routes", `action${index}`, "query"], { connectionId: "context.connectionId" });
  }
  writeFileSync(file, document.toString());
  return file;
}

function version(name: string): string {
  return JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8")).version;
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

const temporary = mkdtempSync(join(tmpdir(), "bench-synth-"));
try {
  const outdir = { CDKTF_OUTDIR: join(temporary, "out") };
  const floor: Candidate = {
    name: "node -e \"require('cdktf')\"",
    cwd: root,
    command: ["node", "-e", "require('cdktf')"],
  };
  const candidates: readonly Candidate[] = [
    floor,
    { name: "npm run synth", cwd: root, command: ["npm", "run", "synth"], env: outdir },
    {
      name: "npm run synth, after a change",
      cwd: root,
      command: ["npm", "run", "synth"],
      env: outdir,
      before: () => rmSync(join(root, "build/main.cjs.sources.json"), { force: true }),
    },
    {
      name: "npm run synth, 298 routes",
      cwd: root,
      command: ["npm", "run", "synth"],
      env: { ...outdir, GATEWAY_CONFIG: manyRoutes(join(temporary, "gateway.yaml")) },
    },
    {
      name: "cdktf init's template, empty stack: npx ts-node main.ts",
      cwd: template(join(temporary, "template")),
      command: ["npx", "ts-node", "main.ts"],
    },
    {
      name: "this app, run as the template is: npx ts-node main.ts",
      cwd: appInTemplate(join(temporary, "app")),
      command: ["npx", "ts-node", "main.ts"],
      env: { TS_NODE_COMPILER_OPTIONS: JSON.stringify(COMPILER_OPTIONS) },
    },
  ];
  const times = new Map(candidates.map((candidate) => [candidate, [] as number[]]));
  for (const candidate of candidates) run(candidate); // Fills the page cache and build/.
  for (let round = 0; round < ROUNDS; round++) {
    for (const [candidate, measured] of times) measured.push(run(candidate));
  }
  const base = median(times.get(floor) ?? []);
  const limit = 1.5 * base + 300;
  const results = [...times].map(([{ name }, measured]) => ({
    name,
    median: Math.round(median(measured)),
    ratio: Number((median(measured) / base).toFixed(2)),
  }));
  for (const { name, median, ratio } of results)
    console.log(`${String(median).padStart(6)} ms  ${ratio.toFixed(2).padStart(6)}  ${name}`);
  console.log(`The limit for \`npm run synth\` is ${Math.round(limit)} ms.`);

  const machine = {
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    memory: totalmem(),
    os: `${platform()} ${release()} ${arch()}`,
  };
  const versions = { node: process.version, cdktf: version("cdktf"), esbuild: version("esbuild"), "ts-node": "10.9.2" };
  mkdirSync(join(root, "bench/results"), { recursive: true });
  const report = { machine, versions, rounds: ROUNDS, unit: "ms, wall clock", limit: Math.round(limit), results };
  writeFileSync(join(root, "bench/results/synth.json"), `${JSON.stringify(report, undefined, 2)}\n`);
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
