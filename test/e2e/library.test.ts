/**
 * The example suites that test a backend with `startGateway`, each in a folder of its own with the packed library, as their
 * readers run them: the first test has passed within two seconds, and nothing is left running.
 */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { run } from "../../harness/programs";
import { ROOT, tool } from "../../harness/tools";
import { describeWith } from "../support/describe-with";

jest.setTimeout(180_000);

const FIRST_TEST_MS = 2_000;
let folder: string;

/** Below the project's folder, so that Node.js finds its packages. */
beforeAll(async () => {
  mkdirSync(join(ROOT, "build"), { recursive: true });
  folder = mkdtempSync(join(ROOT, "build/testing-"));
  cpSync(join(ROOT, "examples/testing"), folder, { recursive: true });
  const library = join(folder, "node_modules/websocket-gateway");
  mkdirSync(library, { recursive: true });
  writeFileSync(
    join(library, "package.json"),
    JSON.stringify({ name: "websocket-gateway", version: "0.0.0", exports: { "./local": "./local.cjs" } }),
  );
  await build({
    absWorkingDir: ROOT,
    entryPoints: ["local/index.ts"],
    outfile: join(library, "local.cjs"),
    bundle: true,
    platform: "node",
    target: "node20",
    external: ["esbuild"],
  });
  // The first synthesis builds the app's bundle.
  await run(process.execPath, [join(ROOT, "scripts/run.mjs"), "main.ts", "--help"]);
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Suite {
  readonly code: number | null;
  readonly output: string;
  /**
   * Milliseconds until the output has the first test that passed; or those of CPU for the whole suite, where they are
   * less. Other work on the machine makes the first larger than it is for a reader of the example.
   */
  readonly firstMs: number;
  readonly left: readonly string[];
}

/** Runs a command in a suite's folder. Its processes are known by a variable in their environment. */
async function suite(name: string, args: readonly string[], passed: RegExp): Promise<Suite> {
  const mark = `EXAMPLE_RUN=${randomUUID()}`;
  const [variable = "", value = ""] = mark.split("=");
  const { NODE_OPTIONS: _, JEST_WORKER_ID: __, NODE_ENV: ___, ...env } = process.env;
  const began = performance.now();
  const timed = ["-c", 'TIMEFORMAT="cpu %U %S"; time "$@"', "bash", process.execPath, ...args];
  const child = spawn("bash", timed, {
    cwd: join(folder, name),
    env: { ...env, [variable]: value, CI: "true", NO_COLOR: "1" },
  });
  let output = "";
  let firstMs = Number.POSITIVE_INFINITY;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (part: string) => {
      output += part;
      if (passed.test(output)) firstMs = Math.min(firstMs, performance.now() - began);
    });
  }
  const [code] = await once(child, "close");
  const [, user, system] = /^cpu ([\d.]+) ([\d.]+)$/m.exec(output) ?? [];
  const cpuMs = 1000 * (Number(user) + Number(system));
  return { code, output, firstMs: Math.min(firstMs, cpuMs), left: processesWith(mark) };
}

/** Command lines of processes whose environment has the text. Linux only; elsewhere none is found. */
function processesWith(text: string): string[] {
  const read = (file: string) => {
    try {
      return readFileSync(file, "utf8");
    } catch {
      return "";
    }
  };
  const ids = read("/proc/self/stat") === "" ? [] : readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return ids.filter((id) => read(`/proc/${id}/environ`).includes(text)).map((id) => read(`/proc/${id}/cmdline`));
}

const bin = (name: string, file: string) => join(ROOT, "node_modules", name, file);

test.each<[name: string, args: readonly string[], passed: RegExp]>([
  ["jest", [bin("jest", "bin/jest.js"), "--verbose", "--runInBand"], /✓ a client with an expired token is rejected/],
  [
    "vitest",
    [bin("vitest", "vitest.mjs"), "run", "--reporter=verbose"],
    /✓ .*a client with an expired token is rejected/,
  ],
  ["node-test", ["--test", "--test-reporter=tap"], /ok \d - a client with an expired token is rejected/],
])("%s: three tests pass, the first within two seconds, and nothing is left running", async (name, args, passed) => {
  let best: Suite | undefined;
  // Other work on the machine can only make a run slower.
  for (let attempt = 0; attempt < 3 && (best === undefined || best.firstMs > FIRST_TEST_MS); attempt++) {
    const result = await suite(name, args, passed);
    expect({ code: result.code, left: result.left, output: result.output }).toMatchObject({ code: 0, left: [] });
    if (best === undefined || result.firstMs < best.firstMs) best = result;
  }
  expect(best?.firstMs).toBeLessThan(FIRST_TEST_MS);
});

test("a program that only starts and closes gateways ends by itself", async () => {
  const script = `
    import { startGateway } from "websocket-gateway/local";
    const gateways = await Promise.all([1, 2, 3].map(() => startGateway({ config: "../gateway.yaml" })));
    await Promise.all(gateways.map((gateway) => gateway.close()));
    console.log("closed");`;
  // In a package of its own: in this project's, the name would be that of the project itself.
  writeFileSync(join(folder, "node-test/ends.mjs"), script);
  const { code, output, left } = await suite("node-test", ["ends.mjs"], /closed/);
  expect({ code, output, left }).toEqual({ code: 0, output: expect.stringMatching(/^closed\n/), left: [] });
});

describeWith(["pytest"], "pytest", () => {
  test("runs the gateway as a process", async () => {
    const command = `${process.execPath} ${join(ROOT, "scripts/run.mjs")} local/cli.ts`;
    const env = { ...process.env, GATEWAY_COMMAND: command };
    const args = ["-m", "pytest", "-q", "-p", "no:cacheprovider", join(folder, "pytest")];
    const { code, stdout, stderr } = await run(tool("pytest"), args, { cwd: folder, env });
    expect({ code, stdout, stderr }).toMatchObject({ code: 0, stdout: expect.stringContaining("2 passed") });
  });
});
