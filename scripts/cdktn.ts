/**
 * Checks that the project also works with CDK Terrain, the successor of cdktf (https://github.com/open-constructs/cdk-terrain):
 * installs it under cdktf's names in a copy of the sources, synthesizes with both, and compares all values.
 * Usage: npm run cdktn [-- --keep]
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, relative } from "node:path";
import { isDeepStrictEqual } from "node:util";

const ALIASES = {
  cdktf: "npm:cdktn@0.24.0",
  cdktn: "0.24.0",
  "@cdktf/provider-aws": "npm:@cdktn/provider-aws@25.7.0",
} as const;
/** Folders without sources. */
const NOT_COPIED = [".git", "build", "cdktf.out", "dist", "node_modules"];
/** A configuration with all options, so that every construct is compared. */
const CONFIGURATION = join("test", "support", "stacks", "everything.yaml");

const root = process.cwd();
const copy = mkdtempSync(join(tmpdir(), "cdktn-"));

try {
  cpSync(root, copy, { recursive: true, filter: (path) => !NOT_COPIED.includes(basename(path)) });
  install();
  checkTypes();
  const version = JSON.parse(readFileSync(join(copy, "node_modules/cdktf/package.json"), "utf8"));
  const here = synthesize(root, "cdktf");
  const there = synthesize(copy, "cdktn");
  const different = [...new Set([...here.keys(), ...there.keys()])].filter(
    (file) => !isDeepStrictEqual(here.get(file), there.get(file)),
  );
  for (const file of different) console.error(`${file} differs`);
  console.log(
    different.length === 0
      ? `${version.name} ${version.version} synthesizes the same ${here.size} files as cdktf.`
      : `${version.name} ${version.version} synthesizes something else. Compare the folders with --keep.`,
  );
  process.exitCode = different.length === 0 ? 0 : 1;
} finally {
  if (process.argv.includes("--keep")) console.log(copy);
  else rmSync(copy, { recursive: true, force: true });
}

function install(): void {
  const manifest = (folder: string) => JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
  const { constructs, typescript, "@types/node": node } = manifest(".").devDependencies;
  const run = manifest("scripts").dependencies;
  const dependencies = { ...run, constructs, typescript, "@types/node": node, ...ALIASES };
  writeFileSync(join(copy, "package.json"), JSON.stringify({ private: true, dependencies }));
  execFileSync("npm", ["install", "--no-audit", "--no-fund", "--no-package-lock"], { cwd: copy, stdio: "inherit" });
}

/** Compiles the sources with CDK Terrain's types. */
function checkTypes(): void {
  const config = { extends: "./tsconfig.json", compilerOptions: { types: ["node"] }, include: ["main.ts"] };
  writeFileSync(join(copy, "tsconfig.cdktn.json"), JSON.stringify(config));
  const tsc = join(copy, "node_modules/typescript/bin/tsc");
  execFileSync(process.execPath, [tsc, "-p", "tsconfig.cdktn.json"], { cwd: copy, stdio: "inherit" });
}

/** Synthesizes and returns the files by name: JSON without cdktf's metadata (`//`), other files as bytes. */
function synthesize(project: string, name: string): ReadonlyMap<string, unknown> {
  const outdir = join(copy, `${name}.out`);
  execFileSync(process.execPath, [join(project, "scripts/run.mjs"), "main.ts"], {
    cwd: project,
    env: { ...process.env, GATEWAY_CONFIG: CONFIGURATION, CDKTF_OUTDIR: outdir },
    stdio: "inherit",
  });
  const files = readdirSync(join(outdir, "stacks"), { recursive: true, withFileTypes: true });
  return new Map(
    files
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        return [relative(outdir, path), content(path)];
      }),
  );
}

function content(path: string): unknown {
  if (!path.endsWith(".json")) return readFileSync(path).toString("base64");
  return JSON.parse(readFileSync(path, "utf8"), (key, value: unknown) => (key === "//" ? undefined : value));
}
