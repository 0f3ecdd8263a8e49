/** The token of the command line: given, read from where it is not seen, or minted. */
import { OptionsError } from "../errors";
import { mintToken } from "../token";
import type { Arguments } from "./options";
import { readFile, type Shell } from "./shell";

/** One way of giving a token at most. @throws OptionsError */
export function tokenOf(args: Arguments, shell: Shell): string | undefined {
  const ways = (["token", "token-env", "token-file", "mint-secret-env"] as const).filter(
    (name) => args.one(name) !== undefined,
  );
  const [way, ...others] = ways;
  if (way === undefined) return undefined;
  if (others.length > 0)
    throw new OptionsError(`Give the token in one way: ${ways.map((name) => `--${name}`).join(", ")}.`);
  const value = args.one(way) ?? "";
  const token = {
    token: () => value,
    "token-env": () => variable(shell, value),
    "token-file": () => readFile(shell, value).trim(),
    "mint-secret-env": () => mint(args, variable(shell, value)),
  }[way]();
  if (token === "") throw new OptionsError(`--${way} gave an empty token.`);
  return token;
}

function mint(args: Arguments, secret: string): string {
  const issuer = args.one("mint-issuer");
  const audience = args.one("mint-audience");
  if (!issuer || !audience) throw new OptionsError("--mint-secret-env needs --mint-issuer and --mint-audience.");
  const { sub, ...claims } = args.pairs("mint-claim", "=");
  return mintToken(secret, { issuer, audience, claims, subject: sub });
}

function variable(shell: Shell, name: string): string {
  const value = shell.env[name];
  if (!value) throw new OptionsError(`The environment variable ${name} is not set, or empty.`);
  return value;
}
