/**
 * Returns the token for the test: from the command line, from a file or variable that other users cannot see, or signed
 * here.
 */
import { type Files, readFile } from "../../terminal/files";
import type { Environment } from "../../terminal/shell";
import { UsageError } from "../../terminal/values";
import { mintToken } from "../token";
import { type Arguments, TOKEN_OPTIONS } from "./options";

/** Returns the token, or undefined if there is none. @throws UsageError for more than one token, or an empty one */
export function tokenOf({ values, given }: Arguments, env: Environment, files: Files): string | undefined {
  const ways = TOKEN_OPTIONS.filter((name) => given.has(name));
  const [way, ...others] = ways;
  if (way === undefined) return undefined;
  if (others.length > 0) {
    throw new UsageError(`Give the token in one way, not in several: ${ways.map((name) => `--${name}`).join(", ")}.`);
  }
  const value = values[way] ?? "";
  const token = {
    token: () => value,
    "token-env": () => variable(env, value),
    "token-file": () => readFile(files, value).trim(),
    "mint-secret-env": () => mint(values, variable(env, value)),
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

function variable(env: Environment, name: string): string {
  const value = env[name];
  if (!value) throw new UsageError(`The environment variable ${name} is not set, or is empty.`);
  return value;
}
