// Runs a TypeScript program: bundles it with esbuild (about 0.1 s) and executes it in this process.
// Usage: node scripts/run.mjs <file.ts> [arguments]
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [file, ...args] = process.argv.slice(2);
const entry = resolve(root, file);
const outfile = join(root, "build", file.replace(/\.ts$/, ".cjs"));
const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

buildSync({
  entryPoints: [entry],
  outfile,
  bundle: true,
  platform: "node",
  target: "node20",
  sourcemap: "linked",
  // What only development needs stays in node_modules; everything else becomes one file that loads at once.
  external: Object.keys(devDependencies),
  logLevel: "warning",
});
process.setSourceMapsEnabled(true);
process.argv = [process.argv[0], entry, ...args];
createRequire(import.meta.url)(outfile);
