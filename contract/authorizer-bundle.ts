/**
 * Bundles and minifies the authorizer's modules for the upload. The local gateway recognizes them in a deployment package.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { BuildOptions } from "esbuild";
import { CodedError } from "../terminal/error";

/** Texts by file name. `index.mjs` is the handler. It loads the other modules only if the settings need them. */
export type Modules = Readonly<Record<string, string>>;

const SOURCES = join("functions", "authorizer");
/** Folder beside the bundled app with the bundled authorizer (scripts/build-action.mjs). */
const PREBUILT = "authorizer";

/** The target is the oldest Node.js that the project supports. */
const OPTIONS = {
  entryPoints: { index: join(SOURCES, "index.ts") },
  outdir: PREBUILT,
  bundle: true,
  splitting: true,
  chunkNames: "[name]",
  outExtension: { ".js": ".mjs" },
  minify: true,
  platform: "node",
  target: "node20",
  format: "esm",
  legalComments: "none",
  charset: "utf8",
} as const satisfies BuildOptions;

let bundled: Modules | undefined;

/** Returns the prebuilt modules, or those of the last run if no source has changed, or a new bundle. */
export function authorizerModules(): Modules {
  bundled ??= prebuilt() ?? fromSources();
  return bundled;
}

function prebuilt(): Modules | undefined {
  const folder = join(__dirname, PREBUILT);
  return existsSync(join(folder, "index.mjs")) ? filesIn(folder) : undefined;
}

function fromSources(): Modules {
  const root = folderAbove(__dirname, join(SOURCES, "index.ts"));
  const { version }: { readonly version: string } = require("esbuild/package.json");
  const key = hash(JSON.stringify([version, OPTIONS, filesIn(join(root, SOURCES))]));
  const kept = join(root, "build", "authorizer", key);
  if (existsSync(kept)) return filesIn(kept);

  const { buildSync }: typeof import("esbuild") = require("esbuild");
  const build = buildSync({ ...OPTIONS, absWorkingDir: root, metafile: true, write: false });
  const modules = Object.fromEntries(build.outputFiles.map(({ path, text }) => [basename(path), text]));
  // The key is a hash of the function's folder only, so a bundle with files from elsewhere is not kept.
  const inside = Object.keys(build.metafile.inputs).every((input) => dirname(input) === SOURCES);
  if (inside) keep(kept, modules);
  return modules;
}

/** Writes to a temporary folder and renames it, because another run may do the same at the same time. */
function keep(folder: string, modules: Modules): void {
  const half = `${folder}.${process.pid}`;
  mkdirSync(half, { recursive: true });
  for (const [name, text] of Object.entries(modules)) writeFileSync(join(half, name), text);
  try {
    renameSync(half, folder);
  } catch (error) {
    rmSync(half, { recursive: true });
    // A folder cannot replace one that is not empty: the other run was first, and has kept the same.
    if (!existsSync(folder)) throw error;
  }
}

function filesIn(folder: string): Modules {
  return Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((name) => [name, readFileSync(join(folder, name), "utf8")]),
  );
}

function folderAbove(folder: string, file: string): string {
  if (existsSync(join(folder, file))) return folder;
  if (dirname(folder) !== folder) return folderAbove(dirname(folder), file);
  throw new CodedError("authorizer-not-found", "The authorizer's code is missing.", "Install the project again.");
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}
