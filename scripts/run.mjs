// Runs a TypeScript program in this process: bundles it with esbuild, or uses the last bundle if no source has changed.
// Usage: node scripts/run.mjs <file.ts> [arguments]
// Stack traces point into the bundle, because reading its source map takes longer than most runs;
// NODE_OPTIONS=--enable-source-maps makes them point into the sources.
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import module, { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** Packages that are loaded from node_modules: tools, and what programs are compared with. */
const NOT_BUNDLED = ["@aws-sdk/*", "aws-jwt-verify", "esbuild", "jose", "jsonwebtoken", "jwks-rsa", "playwright-core"];
const [file, ...args] = process.argv.slice(2);
const entry = resolve(root, file);
const outfile = join(root, "build", file.replace(/\.ts$/, ".cjs"));
const sources = `${outfile}.sources.json`;

if (!isFresh()) await bundle().catch(explainMissing);
module.enableCompileCache?.(join(root, "build", "compiled")); // Node.js 22 and later.
process.argv = [process.argv[0], entry, ...args];
createRequire(import.meta.url)(outfile);

async function bundle() {
  const { build } = await import("esbuild");
  const { inspectorPage } = await import("../local/inspector/build-page.mjs");
  const pageInputs = [];
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    sourcemap: "linked",
    // What a program is made of is bundled in one file, which loads faster.
    external: NOT_BUNDLED,
    plugins: [inspectorPage(({ inputs }) => pageInputs.push(...inputs))],
    logLevel: "warning",
    metafile: true,
    write: false,
  });
  const inputs = ["package.json", "scripts/run.mjs", ...Object.keys(metafile.inputs), ...pageInputs];
  for (const { path, contents } of outputFiles) replace(path, contents);
  replace(sources, JSON.stringify(Object.fromEntries(inputs.map((input) => [input, version(input)]))));
}

/** Names the command that installs a missing package. Other errors are thrown. */
function explainMissing(error) {
  const [, name] = /(?:Cannot find package '|Could not resolve ")((?:@[\w.-]+\/)?\w[\w.-]*)/.exec(error.message) ?? [];
  if (name === undefined) throw error;
  console.error(
    `The package ${name} is not installed. Run in ${root}: npm ci (npm start alone needs: npm ci -w scripts)`,
  );
  process.exit(1);
}

/** Returns whether no source has changed since the bundle was built. */
function isFresh() {
  try {
    const versions = Object.entries(JSON.parse(readFileSync(sources, "utf8")));
    return statSync(outfile).isFile() && versions.every(([input, seen]) => version(input) === seen);
  } catch {
    return false; // There is no bundle, or a source was deleted.
  }
}

function version(input) {
  const { mtimeMs, size } = statSync(join(root, input));
  return `${mtimeMs} ${size}`;
}

/** Replaces a file by renaming, so that a concurrent run reads either the old or the new file as a whole. */
function replace(path, contents) {
  mkdirSync(dirname(path), { recursive: true });
  const half = `${path}.${process.pid}`;
  writeFileSync(half, contents);
  renameSync(half, path);
}
