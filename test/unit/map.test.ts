/** The map of ARCHITECTURE.md: its import rules reject what goes against an arrow, and it names every folder. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as z from "zod/mini";

const ROOT = join(__dirname, "../..");
const report = z.object({
  summary: z.object({
    violations: z.array(z.object({ from: z.string(), to: z.string(), rule: z.object({ name: z.string() }) })),
  }),
});

/** Which rules a project of these files breaks, as `rule: from > to`. */
function broken(files: Readonly<Record<string, string>>): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "map-"));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const cruiser = join(ROOT, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
    const config = join(ROOT, ".dependency-cruiser.cjs");
    const run = spawnSync(process.execPath, [cruiser, ".", "--config", config, "--output-type", "json"], {
      cwd: folder,
      encoding: "utf8",
    });
    if (run.stderr !== "") throw new Error(run.stderr);
    const { violations } = report.parse(JSON.parse(run.stdout)).summary;
    return violations.map(({ rule, from, to }) => `${rule.name}: ${from} > ${to}`).sort();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("accepts arrows of the map, packages and Node.js", () => {
  const files = {
    "main.ts": 'import "./synth/app";',
    "synth/app.ts": 'import "../config/index"; import "../stacks/index"; import "constructs";',
    "cli/main.ts": 'import "../synth/app"; import "../config/index";',
    "config/index.ts": 'import "./model"; import "../aws/quotas"; import "node:fs";',
    "config/model.ts": 'import type { Settings } from "../functions/authorizer/settings"; export type A = Settings;',
    "stacks/index.ts": 'import "../config/model"; import "constructs"; import "../aws/quotas";',
    "aws/quotas.ts": "export const ROUTES = 300;",
    "functions/authorizer/index.ts": 'import "./settings";',
    "functions/authorizer/settings.ts": "export interface Settings {}",
    "node_modules/constructs/package.json": '{"name": "constructs", "main": "index.js"}',
    "node_modules/constructs/index.js": "",
  };
  expect(broken(files)).toEqual([]);
});

test("rejects every import that goes against an arrow, also of a type", () => {
  const files = {
    "main.ts": 'import "./config/index"; import "./config/model"; import "./aws/quotas"; import "./contract/names";',
    "aws/quotas.ts": 'import "../contract/names";',
    "contract/names.ts": "export {};",
    "config/index.ts": 'import "../stacks/index"; import "constructs";',
    "config/model.ts": 'import type { A } from "../stacks/a"; export type B = A;',
    "stacks/index.ts": 'import "../config/index"; import "./a";',
    "stacks/a.ts": "export type A = 1;",
    "local/cli.ts": 'import "../smoke/cli"; import "../config/model"; import "./data-plane/index";',
    "local/data-plane/index.ts": 'import "../../smoke/index"; import "../api/store"; import "../terraform/index";',
    "local/api/store.ts": "",
    "local/terraform/index.ts": "",
    "smoke/index.ts": "",
    "smoke/cli.ts": 'import "./index"; import "../local/cli";',
    "action/src/index.ts": 'import "../../local/cli"; import "../../smoke/index";',
    "functions/authorizer/index.ts":
      'import "constructs"; import "../../contract/names"; import "../../test/support/a";',
    "test/support/a.ts": "",
    "test/a.test.ts": 'import "./support/a";',
    "node_modules/constructs/package.json": '{"name": "constructs", "main": "index.js"}',
    "node_modules/constructs/index.js": "",
  };
  const constructs = "node_modules/constructs/index.js";
  expect(broken(files)).toEqual([
    "action-imports: action/src/index.ts > local/cli.ts",
    "aws-imports: aws/quotas.ts > contract/names.ts",
    `cdktf-users: config/index.ts > ${constructs}`,
    `cdktf-users: functions/authorizer/index.ts > ${constructs}`,
    "config-imports: config/index.ts > stacks/index.ts",
    "config-imports: config/model.ts > stacks/a.ts",
    `functions-have-no-packages: functions/authorizer/index.ts > ${constructs}`,
    "functions-imports: functions/authorizer/index.ts > contract/names.ts",
    "functions-imports: functions/authorizer/index.ts > test/support/a.ts",
    "local-imports: local/cli.ts > config/model.ts",
    "local-imports: local/cli.ts > smoke/cli.ts",
    "local/data-plane-imports: local/data-plane/index.ts > local/terraform/index.ts",
    "local/data-plane-imports: local/data-plane/index.ts > smoke/index.ts",
    "no-circle: config/index.ts > stacks/index.ts",
    "no-circle: local/cli.ts > smoke/cli.ts",
    "no-tests: functions/authorizer/index.ts > test/support/a.ts",
    "smoke-imports: smoke/cli.ts > local/cli.ts",
    "stacks-imports: stacks/index.ts > config/index.ts",
  ]);
});

test("rejects files that no program and no test reaches", () => {
  const files = {
    "main.ts": 'import "./config/index";',
    "config/index.ts": "",
    "config/forgotten.ts": 'import "./index";',
    "test/unit/a.test.ts": "",
    "test/support/forgotten.ts": "",
  };
  expect(broken(files)).toEqual([
    "no-dead-file: config/forgotten.ts > config/forgotten.ts",
    "no-dead-support: test/support/forgotten.ts > test/support/forgotten.ts",
  ]);
});

test("names every folder of the project", () => {
  const { stdout } = spawnSync("git", ["ls-tree", "-d", "--name-only", "HEAD"], { cwd: ROOT, encoding: "utf8" });
  const folders = stdout.split("\n").filter((name) => name !== "" && !name.startsWith("."));
  const map = readFileSync(join(ROOT, "ARCHITECTURE.md"), "utf8");
  expect(folders.filter((name) => !map.includes(`\n| \`${name}/`))).toEqual([]);
});
