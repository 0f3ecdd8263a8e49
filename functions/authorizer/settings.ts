/**
 * The authorizer's settings: JSON in a file beside its code. The configuration sets the defaults, and check-settings.ts
 * checks them when they are made, so the function does not.
 */

/** JWS algorithms (RFC 7518 section 3.1, RFC 8037) signed with a private key. */
export const ASYMMETRIC_ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
] as const;
/** JWS algorithms keyed with a shared secret. */
export const SYMMETRIC_ALGORITHMS = ["HS256", "HS384", "HS512"] as const;

export type AsymmetricAlgorithm = (typeof ASYMMETRIC_ALGORITHMS)[number];
export type SymmetricAlgorithm = (typeof SYMMETRIC_ALGORITHMS)[number];
export type Algorithm = AsymmetricAlgorithm | SymmetricAlgorithm;

/** What a required claim is compared with. Numbers are safe integers. */
export type ClaimValue = string | number | boolean;

/** Rules for the claims of one issuer's tokens. See {@link claimPath} for paths. */
export interface ClaimRules {
  /**
   * The exact `iss` claim. It also selects which entry of the settings a token is checked against. `{tid}` stands for the
   * token's claim `tid`.
   */
  readonly issuer: string;
  /** The token's audience must name at least one of these. */
  readonly audiences: readonly string[];
  /** Path of the claim with the audience: `client_id` for Amazon Cognito access tokens, which have no `aud`. */
  readonly audienceClaim: string;
  /** Path of each claim that must be present, with the values of which it must have one, such as `token_use: ["access"]`. */
  readonly requiredClaims: Readonly<Record<string, readonly ClaimValue[]>>;
  /** Accepted `typ` headers, compared without case and without `application/`. `""` accepts a token that has none. */
  readonly types: readonly string[];
  /** Authorizer context key to path of a claim, such as `{ userId: "sub", orgId: "org_id" }`. Absent claims are left out. */
  readonly context: Readonly<Record<string, string>>;
}

/** An issuer whose public keys are published as a JSON Web Key Set (RFC 7517). */
export interface JwksIssuer extends ClaimRules {
  readonly kind: "jwks";
  readonly algorithms: readonly AsymmetricAlgorithm[];
  /** https, or {@link isLoopback}. It is never fetched for a key that is already known. Absent: the issuer's discovery document names it. */
  readonly jwksUri?: string;
}

/** An issuer that shares a secret with the authorizer. */
export interface SecretIssuer extends ClaimRules {
  readonly kind: "secret";
  readonly algorithms: readonly SymmetricAlgorithm[];
  /**
   * The names of the secrets, newest first, at most two, so that one can be rotated.
   * `env`: names of environment variables; `ssm`: names of SSM SecureString parameters.
   * An unset or empty variable is ignored if there is another secret.
   */
  readonly secrets: { readonly from: "env" | "ssm"; readonly names: readonly string[] };
}

export type Issuer = JwksIssuer | SecretIssuer;

/**
 * Where a client may send its token: in a query parameter, in a header, or in a cookie. The header `Authorization` has
 * the token after `Bearer`; another header has only the token.
 */
export type TokenPlace = { readonly query: string } | { readonly header: string } | { readonly cookie: string };

export interface AuthorizerSettings {
  /** One issuer may have two entries: one with published keys, one with a secret. */
  readonly issuers: readonly Issuer[];
  /** Name of the query parameter with the token. Absent if there is `tokenPlaces`. */
  readonly tokenParameter?: string;
  /** Where the token may be, if not only in a query parameter. A request has it in exactly one of these places. */
  readonly tokenPlaces?: readonly TokenPlace[];
  /**
   * Origins of web pages that may connect, such as `https://app.example.com`, or `https://*.example.com` for all
   * subdomains. Required if the token may be in a cookie, which a browser sends from every page. A request without
   * `Origin` does not come from a page, and is accepted unless its token is in a cookie. Absent: pages of all origins.
   */
  readonly allowedOrigins?: readonly string[];
  /** 403: answer a Deny policy. 401: throw `Unauthorized`, which AWS counts as a Lambda error. */
  readonly invalidToken: 401 | 403;
  /** Tolerance for `exp`, `nbf` and `iat`, in seconds. */
  readonly clockSkew: number;
  /** Maximum of `exp - iat` (or `exp - now` if there is no `iat`), in seconds. */
  readonly maxLifetime: number;
  /** Milliseconds in which an event must have its keys. Absent: {@link FETCH_BUDGET_MS}. */
  readonly fetchBudgetMs?: number;
  /** Whether the log shows what a rejected token has in place of the expected value. Only for tests on one's own machine. */
  readonly explain?: boolean;
}

/** Whether a URL is one of this machine. Only there may an issuer use http, because no network is on the way. */
export const isLoopback = (url: string): boolean =>
  /^https?:\/\/(([\w-]+\.)*localhost|127(\.\d+){3}|\[::1\])(:\d+)?(\/|$)/.test(url);

/** Fits into the default timeout of the function, 5 seconds. */
export const FETCH_BUDGET_MS = 4500;

/**
 * Returns the names that lead to a claim. A dot leads into an object; `\\.` is a dot of a name. A URL is one name, unless it has
 * a `\\.` itself.
 *
 * @example
 * claimPath("realm_access.roles"); // ["realm_access", "roles"]
 * claimPath("https://example.com/roles"); // ["https://example.com/roles"]
 * claimPath("resource_access.my\\.app.roles"); // ["resource_access", "my.app", "roles"]
 */
export const claimPath = (text: string): readonly string[] =>
  /^\w+:\/\/[^\\]*$/.test(text) ? [text] : text.split(/(?<!\\)\./).map((name) => name.replaceAll("\\.", "."));

/** File beside the handler in the function's zip: {@link AuthorizerSettings} as JSON. */
export const SETTINGS_FILE = "settings.json";
/** Environment variable whose settings take the place of the file: the local gateway adds its own issuer there. */
export const SETTINGS_VARIABLE = "AUTHORIZER_SETTINGS";
/**
 * Optional file beside the handler in the function's zip: issuer to JSON Web Key Set. With it, a cold start fetches no
 * keys.
 */
export const JWKS_SNAPSHOT_FILE = "jwks.json";
