/**
 * `npm run bench:action`: measures deploys with the action and with `cdktf deploy`, of the same stack to the same
 * endpoints (moto and the local gateway), cold and without a change. Also measured: the action's time without Terraform
 * and the smoke test, a changed header by each strategy, with the steps of the verified one, and the time from a fresh
 * checkout to a plan. The results are medians; both are measured
 * alternately. `-- --quick` makes one round.
 */

import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { arch, cpus, platform, release } from "node:os";
import { join } from "node:path";
import { runJob } from "../harness/action/job";
import { startWorld, type World } from "../harness/action/world";
import { run } from "../harness/programs";
import { messageOf } from "../terminal/error";

const root = process.cwd();
const DIST = join(root, "action", "dist");
const ROUNDS = process.argv.includes("--quick") ? 1 : 3;

interface Sample {
  readonly totalMs: number;
  readonly ownMs?: number;
  readonly steps?: readonly { readonly name: string; readonly durationMs: number }[];
}

const configuration = (name: string, backend: string, version = "1") => `name: ${name}
backend: ${backend}
authorizer:
  issuer: https://login.example.com/
  audience: quotes
  secret: env
routes:
  $connect:
    headers: { x-version: "'${version}'" }
`;

async function byAction(world: World, workspace: string, inputs: Record<string, string>): Promise<Sample> {
  const started = performance.now();
  const { code, outputs, log } = await runJob(DIST, {
    workspace,
    env: world.env,
    inputs: { "allow-local-state": "true", "hs256-secret": "0123456789abcdef0123456789abcdef", ...inputs },
  });
  const totalMs = performance.now() - started;
  if (code !== 0) throw new Error(`the action failed\n${log}`);
  const report = JSON.parse(readFileSync(outputs["report-json"] ?? "", "utf8"));
  return { totalMs, ownMs: totalMs - report.terraformMs - (report.smokeMs ?? 0), steps: report.steps };
}

async function byCdktf(world: World, workspace: string, command: readonly string[]): Promise<Sample> {
  const started = performance.now();
  const cli = join(root, "node_modules", ".bin", "cdktf");
  const env = { ...world.env, TF_VAR_hs256_secret: "0123456789abcdef0123456789abcdef" };
  const { code, stdout, stderr } = await run(cli, command, { cwd: workspace, env });
  if (code !== 0) throw new Error(`cdktf failed\n${stdout}${stderr}`);
  return { totalMs: performance.now() - started };
}

/** One round, with a new folder and a different name for each deploy. */
async function round(world: World, index: number, record: (what: string, sample: Sample) => void): Promise<void> {
  const ours = world.project(`action-${index}`, {
    "gateway.yaml": configuration(`action-${index}`, world.backend.url),
  });
  const theirs = world.project(`cdktf-${index}`, {
    "gateway.yaml": configuration(`cdktf-${index}`, world.backend.url),
    "cdktf.json": JSON.stringify({ language: "typescript", app: `node ${join(DIST, "main.js")}`, projectId: "bench" }),
  });
  const deploy = ["deploy", "--auto-approve", "--skip-provider-lock"];
  record("plan, action", await byAction(world, ours, { mode: "plan" }));
  record("plan, cdktf diff", await byCdktf(world, theirs, ["diff", "--skip-provider-lock"]));
  for (const folder of [ours, theirs]) rmSync(join(folder, "cdktf.out"), { recursive: true });
  record("cold, action", await byAction(world, ours, { "smoke-test": "false" }));
  record("cold, cdktf", await byCdktf(world, theirs, deploy));
  record("no change, action", await byAction(world, ours, { "smoke-test": "false" }));
  record("no change, cdktf", await byCdktf(world, theirs, deploy));
  record("no change and smoke test, action", await byAction(world, ours, {}));
  for (const [version, strategy] of ["direct", "verified"].entries()) {
    const text = configuration(`action-${index}`, world.backend.url, `changed ${version}`);
    writeFileSync(join(ours, "gateway.yaml"), text);
    const { steps = [], ...sample } = await byAction(world, ours, { strategy });
    record(`change, ${strategy}`, sample);
    for (const { name, durationMs } of steps) record(`change, ${strategy}: ${name}`, { totalMs: durationMs });
  }
}

/** `npm ci` of this project in a new folder: `cdktf diff` needs it, the action does not. */
function install(dir: string): { ms: number; bytes: number } {
  const folder = join(dir, "install");
  mkdirSync(folder);
  for (const file of ["package.json", "package-lock.json"]) cpSync(join(root, file), join(folder, file));
  const started = performance.now();
  const { status, stderr } = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Error(`npm ci failed\n${stderr}`);
  return { ms: performance.now() - started, bytes: sizeOf(join(folder, "node_modules")) };
}

function sizeOf(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

async function main(): Promise<void> {
  const world = await startWorld();
  const samples = new Map<string, Sample[]>();
  try {
    for (let index = 0; index < ROUNDS; index++) {
      await round(world, index, (what, sample) => samples.set(what, [...(samples.get(what) ?? []), sample]));
    }
    const rows = [...samples].map(([what, all]) => {
      const own = all.flatMap(({ ownMs }) => (ownMs === undefined ? [] : [ownMs]));
      const totalMs = Math.round(median(all.map((sample) => sample.totalMs)));
      return { what, totalMs, ...(own.length > 0 ? { ownMs: Math.round(median(own)) } : {}) };
    });
    console.table(rows);
    const npm = install(world.dir);
    const megabytes = (bytes: number) => Math.round(bytes / 100_000) / 10;
    const before = { actionMb: megabytes(sizeOf(DIST)), npmCiMs: Math.round(npm.ms), npmCiMb: megabytes(npm.bytes) };
    console.table(before);
    const machine = {
      node: process.version,
      platform: platform(),
      release: release(),
      arch: arch(),
      cpu: cpus()[0]?.model,
    };
    const result = { takenAt: new Date().toISOString(), machine, rounds: ROUNDS, rows, before };
    mkdirSync(join(root, "bench", "results"), { recursive: true });
    writeFileSync(join(root, "bench", "results", "action.json"), `${JSON.stringify(result, null, 2)}\n`);
  } finally {
    await world.close();
  }
}

main().catch((error: unknown) => {
  console.error(messageOf(error));
  process.exitCode = 1;
});
