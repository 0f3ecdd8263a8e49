/** The Lambda function: a REQUEST authorizer for the `$connect` route of a WebSocket API. */
import { createAuthorizer } from "./authorizer";
import { fs } from "./node";
import { JWKS_SNAPSHOT_FILE, SETTINGS_FILE, SETTINGS_VARIABLE } from "./settings";

/** Beside the handler. */
const file = (name: string) => `${import.meta.dirname}/${name}`;
const read = (name: string) => JSON.parse(fs.readFileSync(file(name), "utf8"));

export const handler = createAuthorizer(JSON.parse(process.env[SETTINGS_VARIABLE] ?? "null") ?? read(SETTINGS_FILE), {
  environment: process.env,
  // Without a packaged key set there is no file.
  snapshot: fs.existsSync(file(JWKS_SNAPSHOT_FILE)) ? read(JWKS_SNAPSHOT_FILE) : {},
  now: Date.now,
  log: (record) => console.log(JSON.stringify(record)),
});
