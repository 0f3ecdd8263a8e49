/** The Lambda function: a REQUEST authorizer for the `$connect` route of a WebSocket API. */
import { createAuthorizer } from "./authorizer";
import { objectOf } from "./json";
import { fs } from "./node";
import { JWKS_SNAPSHOT_FILE, SETTINGS_FILE, SETTINGS_VARIABLE } from "./settings";

/** Parses a file of the function. False if there is none. */
const read = (name: string) => {
  const file = `${import.meta.dirname}/${name}`;
  return fs.existsSync(file) && JSON.parse(fs.readFileSync(file, "utf8"));
};

export const handler = createAuthorizer(JSON.parse(process.env[SETTINGS_VARIABLE] ?? "null") ?? read(SETTINGS_FILE), {
  environment: process.env,
  // Without a packaged key set there is no file.
  snapshot: objectOf(read(JWKS_SNAPSHOT_FILE)),
  now: Date.now,
  log: (record) => console.log(JSON.stringify(record)),
});
