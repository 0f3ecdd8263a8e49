/**
 * Returns the token for the test: from the command line, from a file or variable that other users cannot see, or signed
 * here.
 */
import type { TokenPlace } from "../../contract/token";
import { type Files, readFile } from "../../terminal/files";
import { requiredVariable, type Variables } from "../../terminal/shell";
import { UsageError } from "../../terminal/values";
import { mintToken } from "../token";
import { type Arguments, TOKEN_OPTIONS } from "./options";

const PLACE_OPTIONS = [
  "token-parameter",
  "token-header",
  "token-cookie",
] as const satisfies (keyof Arguments["values"])[];

/** Returns where the token is sent. @throws UsageError for more than one place */
export function tokenPlaceOf({ values, given }: Arguments): TokenPlace {
  const ways = PLACE_OPTIONS.filter((name) => given.has(name));
  if (ways.length > 1) {
    const list = ways.map((name) => `--${name}`).join(", ");
    throw new UsageError(`Send the token in one place, not in several: ${list}.`);
  }
  const { "token-header": header, "token-cookie": cookie, "token-parameter": query } = values;
  return header !== undefined ? { header } : cookie !== undefined ? { cookie } : { query };
}

/** Returns the token, or undefined if there is none. @throws UsageError for more than one token, or an empty one */
export function tokenOf({ values, given }: Arguments, env: Variables, files: Files): string | undefined {
  const ways = TOKEN_OPTIONS.filter((name) => given.has(name));
  const [way, ...others] = ways;
  if (way === undefined) return undefined;
  if (others.length > 0) {
    throw new UsageError(`Give the token in one way, not in several: ${ways.map((name) => `--${name}`).join(", ")}.`);
  }
  const value = values[way] ?? "";
  const token = {
    token: () => value,
    "token-env": () => requiredVariable(env, value),
    "token-file": () => readFile(files, value).trim(),
    "mint-secret-env": () => mint(values, requiredVariable(env, value)),
  }[way]();
  if (token === "") throw new UsageError(`--${way} gave an empty token.`);
  return token;
}

function mint(values: Arguments["values"], secret: string): string {
  const { "mint-issuer": issuer, "mint-audience": audience } = values;
  if (!issuer || !audience) throw new UsageError("--mint-secret-env needs --mint-issuer and --mint-audience.");
  const { sub, ...claims } = Object.fromEntries(values["mint-claim"]);
  return mintToken(secret, { issuer, audience, claims, subject: sub });
}
