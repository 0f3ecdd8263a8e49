/** The command `token`: prints a token of any user for the configured authorizer, signed with its shared secret. */
import { randomUUID } from "node:crypto";
import { resolve } from "node:path";
import { ConfigError, type Environment, environmentNamed, formatProblems, loadConfig } from "../config";
import { findConfigFile } from "../contract/config-file";
import { hs256Token, secretBytes, withClaim } from "../contract/token";
import { type AuthorizerSettings, claimPath, type SecretIssuer } from "../functions/authorizer/settings";
import { withEnvFile } from "../terminal/env-file";
import { CodedError, explain } from "../terminal/error";
import { runCommand, type Shell } from "../terminal/shell";
import { UsageError } from "../terminal/values";
import { parseArguments, type Settings, tokenHelp } from "./options";

type Claims = Readonly<Record<string, unknown>>;

/** An error of the configuration or of the environment. */
class TokenError extends CodedError<"no-shared-secret" | "issuer-ambiguous" | "secret-unset" | "secret-short"> {
  override readonly name = "TokenError";
}

const explained = (error: unknown) => (error instanceof ConfigError ? formatProblems(error).trimEnd() : explain(error));

/** Runs the command. Returns the exit code. */
export async function tokenCommand(
  argv: readonly string[],
  shell: Shell,
  now: () => number = Date.now,
): Promise<number> {
  const run = { invocation: "npm run token --", failed: 1, explain: explained };
  return await runCommand(shell, run, async (invocation) => {
    const settings = parseArguments(argv);
    shell.out(settings.help ? tokenHelp(invocation) : `${tokenOf(settings, shell, now)}\n`);
    return 0;
  });
}

function tokenOf(options: Settings, { cwd, env: own }: Shell, now: () => number): string {
  const env = withEnvFile(own, cwd);
  const file = options.config ?? findConfigFile(cwd, env);
  const { environments } = loadConfig(resolve(cwd, file), { local: true });
  const rules = rulesOf(environmentNamed(environments, options.environment), file);
  const issuer = issuerOf(rules, file, options.issuer);
  if (options.ttl > rules.maxLifetime)
    throw new UsageError(
      `--ttl ${options.ttl}: the authorizer accepts tokens that are valid for at most ${rules.maxLifetime} seconds.`,
      "Choose a smaller --ttl, or change authorizer.maxLifetimeSeconds.",
    );
  const type = issuer.types.includes("JWT") ? "JWT" : issuer.types[0];
  return hs256Token(secretOf(issuer, options, env), claimsOf(issuer, options, Math.floor(now() / 1000)), type);
}

function rulesOf(environment: Environment, file: string): AuthorizerSettings {
  if (environment.authorizer.kind === "verify") return environment.authorizer.function.settings;
  const why = {
    lambda: "names an authorizer function of your own, which decides what a token is.",
    iam: "has `authorizer: iam`: clients sign the handshake, and send no token.",
    none: "has `authorizer: none`: clients connect without a token.",
  }[environment.authorizer.kind];
  throw new TokenError("no-shared-secret", `${file} ${why}`);
}

/** Returns the issuer that signs with HS256: the named one, or the only one. */
function issuerOf({ issuers }: AuthorizerSettings, file: string, wanted: string | undefined): SecretIssuer {
  const shared = issuers.flatMap((one) => (one.kind === "secret" && one.algorithms.includes("HS256") ? [one] : []));
  const [found, ...others] = wanted === undefined ? shared : shared.filter(({ issuer }) => issuer === wanted);
  if (found && others.length === 0) return found;
  const names = shared.map(({ issuer }) => issuer).join(", ");
  if (found)
    throw new TokenError(
      "issuer-ambiguous",
      `${file} has several issuers with a shared secret.`,
      `Choose one with --issuer: ${names}.`,
    );
  throw new TokenError(
    "no-shared-secret",
    `${wanted === undefined ? "No issuer" : `No issuer ${wanted}`} in ${file} has a shared secret (HS256), so only an identity provider can sign its tokens.`,
    names
      ? `Issuers with a shared secret: ${names}.`
      : "Use a token of the provider, or the one in the URL that the local gateway prints. Or add `secret: env` to an issuer.",
  );
}

/** Returns the newest secret that is set. */
function secretOf(
  { issuer, secrets: { from, names } }: SecretIssuer,
  { secretEnv }: Settings,
  env: Shell["env"],
): string {
  if (secretEnv === undefined && from === "ssm")
    throw new UsageError(
      `The secret of ${issuer} is in SSM (${names.join(", ")}).`,
      "Put it in an environment variable, and name that with --secret-env.",
    );
  const variables = secretEnv === undefined ? names.map((name) => `TF_VAR_${name.toLowerCase()}`) : [secretEnv];
  const name = variables.find((variable) => env[variable]) ?? variables[0] ?? "";
  const secret = env[name];
  if (!secret)
    throw new TokenError(
      "secret-unset",
      `The secret of ${issuer} is not set.`,
      `Set ${name} in the environment or in .env.`,
    );
  const [bytes, least] = [Buffer.byteLength(secret), secretBytes("HS256")];
  if (bytes >= least) return secret;
  throw new TokenError("secret-short", `${name} has ${bytes} bytes, and HS256 needs ${least}.`, "Use a longer secret.");
}

/** Returns claims that the issuer's rules accept, and those of the command line, which have precedence. */
function claimsOf(issuer: SecretIssuer, { sub, ttl, claims }: Settings, issuedAt: number): Claims {
  const required = Object.entries(issuer.requiredClaims).map(([path, [value]]) => [path, value] as const);
  const values = [[issuer.audienceClaim, issuer.audiences[0]] as const, ...required, ...claims];
  const base: Claims = { iss: issuer.issuer, sub, iat: issuedAt, exp: issuedAt + ttl, jti: randomUUID() };
  return values.reduce((all, [path, value]) => withClaim(all, claimPath(path), value), base);
}
