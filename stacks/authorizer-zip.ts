/** The authorizer's zip: the same bytes on every machine, for the same sources. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { App } from "cdktf";
import type { Construct } from "constructs";
import type { BuildOptions } from "esbuild";
import { strToU8, zipSync } from "fflate";
import { JWKS_SNAPSHOT_FILE } from "../functions/authorizer/settings";
import { canonicalJson } from "./canonical";

const ENTRY = join("functions", "authorizer", "index.ts");
/** Stands beside the bundled app where the authorizer has been bundled already. */
export const PREBUILT = "authorizer.mjs";

/** How the function is bundled: one ES module, for the oldest Node.js that still runs it. */
export const BUNDLE_OPTIONS = {
  bundle: true,
  minify: true,
  platform: "node",
  target: "node20",
  format: "esm",
  legalComments: "none",
  charset: "utf8",
} as const satisfies BuildOptions;

let bundled: string | undefined;

/** The handler as one module: prebuilt where there is one, else bundled now. */
export function authorizerModule(): string {
  bundled ??= bundle();
  return bundled;
}

function bundle(): string {
  const prebuilt = join(__dirname, PREBUILT);
  if (existsSync(prebuilt)) return readFileSync(prebuilt, "utf8");
  const { buildSync }: typeof import("esbuild") = require("esbuild");
  const root = folderAbove(__dirname, ENTRY);
  const result = buildSync({ ...BUNDLE_OPTIONS, absWorkingDir: root, entryPoints: [ENTRY], write: false });
  return result.outputFiles.map((file) => file.text).join("");
}

function folderAbove(folder: string, file: string): string {
  if (existsSync(join(folder, file)) || dirname(folder) === folder) return folder;
  return folderAbove(dirname(folder), file);
}

/** The zip's bytes: fixed names, order, times and modes. */
export function zip(module: string, jwks: Readonly<Record<string, unknown>>): Uint8Array {
  const hasKeys = Object.keys(jwks).length > 0;
  return zipSync(
    { "index.mjs": strToU8(module), ...(hasKeys ? { [JWKS_SNAPSHOT_FILE]: strToU8(canonicalJson(jwks)) } : {}) },
    // The first moment that a zip can name, in local time because zips know no other; regular files, readable by all.
    { level: 9, mtime: new Date(1980, 0, 1), os: 3, attrs: 0o100644 << 16 },
  );
}

/** Puts bytes where an asset can be copied from, named by their hash, inside the app's own output. */
export function writeZip(scope: Construct, bytes: Uint8Array): string {
  const hash = createHash("sha256").update(bytes).digest("hex");
  const folder = join(App.of(scope).outdir, "functions", hash.slice(0, 32));
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "authorizer.zip");
  writeFileSync(file, bytes);
  return file;
}
