/** A token for the smoke test: given, minted with the HS256 secret, or GitHub's OIDC token, as the authorizer accepts. */
import { credentialsIn } from "../../aws/sigv4";
import { VARIABLES, variableIn } from "../../contract/names";
import { GITHUB_ISSUER, withClaim } from "../../contract/token";
import { claimPath } from "../../functions/authorizer/settings";
import { mintToken, OptionsError } from "../../smoke";
import { messageOf } from "../../terminal/error";
import { ActionFailure } from "./failure";
import type { Inputs } from "./inputs";
import type { Stack, TokenSettings } from "./stack";

export interface TokenSource {
  readonly kind: "given" | "minted" | "github" | "none";
  /** Called when the test begins: GitHub's tokens are valid for minutes, an apply may take longer. */
  readonly get: () => Promise<string>;
}

const LIFETIME_SECONDS = 300;

/**
 * Decides where the token will come from, before anything is changed.
 *
 * @throws ActionFailure `token-unavailable`; `credentials-rejected` if clients sign and there are no credentials
 */
export function tokenSource(
  inputs: Inputs,
  stack: Stack,
  env: NodeJS.ProcessEnv,
  idToken: (audience: string) => Promise<string>,
): TokenSource {
  const { token } = inputs.smoke;
  if (token) return { kind: "given", get: async () => token };
  if (stack.open) return { kind: "none", get: async () => "none" };
  if (stack.iam) {
    if (credentialsIn(env)) return { kind: "none", get: async () => "none" };
    throw new ActionFailure(
      "credentials-rejected",
      "There are no AWS credentials to sign the smoke test's handshake with.",
      {
        hint: "Run aws-actions/configure-aws-credentials in an earlier step.",
      },
    );
  }
  const issuers = stack.authorizer?.issuers ?? [];

  const secret = inputs.variables[VARIABLES.hs256Secret] ?? variableIn(env, VARIABLES.hs256Secret);
  const shared = issuers.find(({ kind, algorithms }) => kind === "secret" && algorithms.includes("HS256"));
  if (secret && shared) {
    const mint = () => minted(secret, shared, stack.authorizer?.maxLifetime ?? LIFETIME_SECONDS);
    mint(); // So that a secret that is too short fails before the deploy.
    return { kind: "minted", get: async () => mint() };
  }

  const github = issuers.find(({ issuer }) => issuer === GITHUB_ISSUER);
  const audience = github?.audiences[0];
  if (audience !== undefined && env.ACTIONS_ID_TOKEN_REQUEST_URL) {
    return { kind: "github", get: () => idToken(audience).catch(refused) };
  }
  throw new ActionFailure("token-unavailable", "There is no token for the smoke test.", {
    hint: github
      ? "The authorizer accepts GitHub's OIDC tokens: give the job `permissions: id-token: write`."
      : shared
        ? "Set `hs256-secret`, with which a token is minted, or `smoke-token`."
        : `Set \`smoke-token\`, or let the authorizer accept ${GITHUB_ISSUER} for this repository.`,
  });
}

function refused(cause: unknown): never {
  const message = messageOf(cause);
  throw new ActionFailure("token-unavailable", `GitHub issued no OIDC token: ${message}`, {
    hint: "Give the job `permissions: id-token: write`.",
    cause,
  });
}

type Issuer = TokenSettings["issuers"][number];

/** Registered claims, which `mintToken` sets itself. */
const REGISTERED = new Set(["iss", "sub", "aud", "exp", "nbf", "iat", "jti"]);

function minted(secret: string, rules: Issuer, maxLifetime: number): string {
  const [audience = ""] = rules.audiences;
  const context = Object.values(rules.context).filter((claim) => !REGISTERED.has(claim));
  const claims: readonly (readonly [path: string, value: unknown])[] = [
    ...context.map((path) => [path, "smoke-test"] as const),
    ...(rules.audienceClaim === "aud" ? [] : [[rules.audienceClaim, audience] as const]),
    ...Object.entries(rules.requiredClaims).map(([path, values]) => [path, values[0]] as const),
  ];
  const type = rules.types.find((accepted) => accepted !== "");
  try {
    return mintToken(secret, {
      issuer: rules.issuer,
      audience,
      claims: claims.reduce((all, [path, value]) => withClaim(all, claimPath(path), value), {}),
      lifetimeSeconds: Math.min(LIFETIME_SECONDS, maxLifetime),
      type,
    });
  } catch (cause) {
    if (!(cause instanceof OptionsError)) throw cause;
    throw new ActionFailure("token-unavailable", cause.message, { hint: "Change `hs256-secret`.", cause });
  }
}
