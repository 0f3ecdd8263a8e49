/**
 * Recognizes this project's authorizer in a deployment package. The gateway contains the same code, so it needs no process
 * for it. A package with one other character in it is a foreign function.
 */
import { readFileSync } from "node:fs";
import { unzipSync } from "fflate";
import { authorizerModules } from "../../contract/authorizer-bundle";
import { checkSettings } from "../../functions/authorizer/check-settings";
import { type JsonObject, objectOf } from "../../functions/authorizer/json";
import {
  type AuthorizerSettings,
  JWKS_SNAPSHOT_FILE,
  SETTINGS_FILE,
  SETTINGS_VARIABLE,
} from "../../functions/authorizer/settings";
import type { LambdaFunction } from "./types";

/** The authorizer's modules, its settings and a key set are smaller. */
const MAX_BYTES = 1024 * 1024;

/** What `functions/authorizer/index.ts` reads when the function is loaded. */
export interface OwnAuthorizer {
  readonly settings: AuthorizerSettings;
  readonly snapshot: JsonObject;
}

/** Undefined for every other function, and for one that could not be loaded: its process reports why. */
export function ownAuthorizer({ zipFile, handler, environmentVariables }: LambdaFunction): OwnAuthorizer | undefined {
  if (handler !== "index.handler") return undefined;
  try {
    const { [SETTINGS_FILE]: settingsText, [JWKS_SNAPSHOT_FILE]: jwks, ...modules } = filesIn(zipFile);
    const own = Object.entries(authorizerModules());
    if (Object.keys(modules).length !== own.length) return undefined;
    if (own.some(([name, text]) => modules[name] !== text)) return undefined;
    const settings: unknown =
      JSON.parse(environmentVariables[SETTINGS_VARIABLE] ?? "null") ?? JSON.parse(settingsText ?? "");
    checkSettings(settings);
    return { settings, snapshot: objectOf(JSON.parse(jwks ?? "null")) };
  } catch {
    return undefined;
  }
}

/** The texts of the files in a zip. Large files are not read, and have no text. */
function filesIn(zipFile: string): Readonly<Record<string, string>> {
  const files = unzipSync(readFileSync(zipFile), { filter: ({ originalSize }) => originalSize < MAX_BYTES });
  return Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, Buffer.from(bytes).toString()]));
}
