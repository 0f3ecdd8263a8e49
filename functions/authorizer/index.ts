/** The Lambda function: a REQUEST authorizer for the `$connect` route of a WebSocket API. */
import { createAuthorizer } from "./authorizer";
import { type JsonObject, objectOf } from "./json";
import { log } from "./log";
import { fs } from "./node";
import { JWKS_SNAPSHOT_FILE, SETTINGS_FILE, SETTINGS_VARIABLE } from "./settings";

const read = (name: string) => fs.readFileSync(new URL(name, import.meta.url), "utf8");

/** Issuer to its key set. Empty if no key set is packaged with the function. */
function readSnapshot(): JsonObject {
  const file = new URL(JWKS_SNAPSHOT_FILE, import.meta.url);
  return fs.existsSync(file) ? objectOf(JSON.parse(read(JWKS_SNAPSHOT_FILE))) : {};
}

export const handler = createAuthorizer(JSON.parse(process.env[SETTINGS_VARIABLE] ?? read(SETTINGS_FILE)), {
  environment: process.env,
  snapshot: readSnapshot(),
  now: Date.now,
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  fetch: async (url, options) => (await import("./http")).fetchText(url, options),
  log,
});
