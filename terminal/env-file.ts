/** Reads environment variables from the file `.env`, for commands that run on a developer's machine. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { CodedError, codeOf, messageOf } from "./error";
import type { Variables } from "./shell";

/**
 * Returns the variables together with those of `.env` in the folder. A variable that is set already is not replaced. The
 * format is that of `node --env-file`: https://nodejs.org/api/environment_variables.html#dotenv
 *
 * @throws CodedError `env-file-unreadable`
 * @example
 * withEnvFile({ TF_VAR_hs256_secret: "a" }, process.cwd()); // with TF_VAR_origin_secret of .env
 */
export function withEnvFile(env: Variables, folder: string): Variables {
  const own = Object.entries(env).filter(([, value]) => value !== undefined);
  return { ...variablesOf(join(folder, ".env")), ...Object.fromEntries(own) };
}

function variablesOf(file: string): Variables {
  try {
    return parseEnv(textOf(readFileSync(file)));
  } catch (error) {
    if (codeOf(error) === "ENOENT") return {};
    throw new CodedError(
      "env-file-unreadable",
      `${file} cannot be read: ${messageOf(error)}.`,
      "Correct or remove it.",
    );
  }
}

/** Editors and PowerShell on Windows write a byte order mark, PowerShell also UTF-16. */
const textOf = (bytes: Buffer): string =>
  new TextDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : "utf-8").decode(bytes);
