/** The names of the configuration file. */
import { existsSync } from "node:fs";
import { join } from "node:path";

/** Names that are looked for, the first one first. JSON is valid YAML, so all have one parser. */
export const CONFIG_FILES = ["gateway.yaml", "gateway.yml", "gateway.json"] as const;

/**
 * Returns the path of the configuration: that in the variable GATEWAY_CONFIG, or else the name of the file in the folder.
 * If there is none, returns the first name, for the error message.
 */
export const findConfigFile = (folder: string, env: Readonly<Record<string, string | undefined>>): string =>
  env.GATEWAY_CONFIG || (CONFIG_FILES.find((name) => existsSync(join(folder, name))) ?? CONFIG_FILES[0]);
