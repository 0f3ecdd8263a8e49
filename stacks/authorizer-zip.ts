/** The authorizer's zip. The same sources make the same bytes on every machine. */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import type { Construct } from "constructs";
import { strToU8, zipSync } from "fflate";
import { canonicalJson } from "../aws/canonical-json";
import type { Modules } from "../contract/authorizer-bundle";
import { type AuthorizerSettings, JWKS_SNAPSHOT_FILE, SETTINGS_FILE } from "../functions/authorizer/settings";

/** The bytes of the zip, with fixed order, times and modes. */
export function zip(
  modules: Modules,
  settings: AuthorizerSettings,
  jwks: Readonly<Record<string, unknown>>,
): Uint8Array {
  const data = {
    [SETTINGS_FILE]: JSON.stringify(settings),
    ...(Object.keys(jwks).length === 0 ? {} : { [JWKS_SNAPSHOT_FILE]: canonicalJson(jwks) }),
  };
  const files = Object.entries({ ...modules, ...data }).sort(([a], [b]) => (a < b ? -1 : 1));
  return zipSync(
    Object.fromEntries(files.map(([name, text]) => [name, strToU8(text)])),
    // The earliest time that a zip can store (zips use local time); regular files, readable by all.
    { level: 9, mtime: new Date(1980, 0, 1), os: 3, attrs: 0o100644 << 16 },
  );
}

/** Writes the zip to the app's output folder, in a folder named by its hash, for a `TerraformAsset`. */
export function writeZip(scope: Construct, bytes: Uint8Array): string {
  const hash = createHash("sha256").update(bytes).digest("hex");
  const folder = join(App.of(scope).outdir, "functions", hash.slice(0, 32));
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "authorizer.zip");
  writeFileSync(file, bytes);
  return file;
}
