// Runs a TypeScript program: bundles it with esbuild, or takes the last bundle while no source has changed, and executes
// it in this process.
// Usage: node scripts/run.mjs <file.ts> [arguments]
// Stack traces point into the bundle, because reading its source map takes longer than most runs;
// NODE_OPTIONS=--enable-source-maps makes them point into the sources.
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import module, { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [file, ...args] = process.argv.slice(2);
const entry = resolve(root, file);
const outfile = join(root, "build", file.replace(/\.ts$/, ".cjs"));
const sources = `${outfile}.sources.json`;

if (!isFresh()) await bundle();
module.enableCompileCache?.(join(root, "build", "compiled")); // Node.js 22 and later.
process.argv = [process.argv[0], entry, ...args];
createRequire(import.meta.url)(outfile);

async function bundle() {
  const { build } = await import("esbuild");
  const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    sourcemap: "linked",
    // What only development needs stays in node_modules; everything else becomes one file that loads at once.
    external: Object.keys(devDependencies),
    logLevel: "warning",
    metafile: true,
    write: false,
  });
  const inputs = ["package.json", "scripts/run.mjs", ...Object.keys(metafile.inputs)];
  for (const { path, contents } of outputFiles) replace(path, contents);
  replace(sources, JSON.stringify(Object.fromEntries(inputs.map((input) => [input, version(input)]))));
}

/** Whether every source is as it was when the bundle was made. */
function isFresh() {
  try {
    const versions = Object.entries(JSON.parse(readFileSync(sources, "utf8")));
    return statSync(outfile).isFile() && versions.every(([input, seen]) => version(input) === seen);
  } catch {
    return false; // Never bundled, or a source is gone.
  }
}

function version(input) {
  const { mtimeMs, size } = statSync(join(root, input));
  return `${mtimeMs} ${size}`;
}

/** Another run may be reading or writing the same file: it sees the old one or the new one, never a part. */
function replace(path, contents) {
  mkdirSync(dirname(path), { recursive: true });
  const half = `${path}.${process.pid}`;
  writeFileSync(half, contents);
  renameSync(half, path);
}
