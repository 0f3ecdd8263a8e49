/** The authorizer's zip: the same bytes on every machine, for the same sources. */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import type { Construct } from "constructs";
import { strToU8, zipSync } from "fflate";
import { canonicalJson } from "../aws/canonical-json";
import { JWKS_SNAPSHOT_FILE } from "../functions/authorizer/settings";
import type { Modules } from "./authorizer-bundle";

/** The zip's bytes: fixed order, times and modes. */
export function zip(modules: Modules, jwks: Readonly<Record<string, unknown>>): Uint8Array {
  const snapshot = Object.keys(jwks).length === 0 ? {} : { [JWKS_SNAPSHOT_FILE]: canonicalJson(jwks) };
  const files = Object.entries({ ...modules, ...snapshot }).sort(([a], [b]) => (a < b ? -1 : 1));
  return zipSync(
    Object.fromEntries(files.map(([name, text]) => [name, strToU8(text)])),
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
