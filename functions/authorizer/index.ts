/** The Lambda function: a REQUEST authorizer for the `$connect` route of a WebSocket API. */
import { createAuthorizer } from "./authorizer";
import { fetchText } from "./http";
import { type JsonObject, objectOf } from "./json";
import { log } from "./log";
import { fs } from "./node";
import { parseSettings } from "./parse-settings";
import { JWKS_SNAPSHOT_FILE, SETTINGS_VARIABLE } from "./settings";

/** Issuer to its key set. Empty if no key set is packaged with the function. */
function readSnapshot(): JsonObject {
  const file = new URL(JWKS_SNAPSHOT_FILE, import.meta.url);
  return fs.existsSync(file) ? objectOf(JSON.parse(fs.readFileSync(file, "utf8"))) : {};
}

export const handler = createAuthorizer(parseSettings(process.env[SETTINGS_VARIABLE]), {
  environment: process.env,
  snapshot: readSnapshot(),
  now: Date.now,
  fetch: fetchText,
  log,
});
