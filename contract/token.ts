/** Creates tokens that are signed with a shared secret, for smoke tests and development. */
import { createHmac } from "node:crypto";
import { jsonText } from "../aws/json";

/**
 * Returns the minimum size of a secret in bytes. It is the size of the algorithm's hash:
 * https://www.rfc-editor.org/rfc/rfc7518#section-3.2
 * The authorizer has its own copy of this rule (functions/authorizer/secrets.ts), because its bundle contains only its folder.
 *
 * @example secretBytes("HS256") // 32
 */
export const secretBytes = (algorithm: "HS256" | "HS384" | "HS512"): number => Number(algorithm.slice(2)) / 8;

/**
 * Creates a JSON Web Token signed with HS256: https://www.rfc-editor.org/rfc/rfc7519
 *
 * @param type value of the header `typ`
 * @example hs256Token(secret, { iss: "https://login.example.com", aud: "quotes", exp: 1893456000 })
 */
export function hs256Token(secret: string, claims: Readonly<Record<string, unknown>>, type = "JWT"): string {
  const signed = `${tokenPart({ alg: "HS256", typ: type })}.${tokenPart(claims)}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

/**
 * Adds a claim at the names that lead to it.
 * @example withClaim({ sub: "bob" }, ["realm_access", "roles"], "admin") // { sub: "bob", realm_access: { roles: "admin" } }
 */
export function withClaim(
  claims: Readonly<Record<string, unknown>>,
  [name, ...rest]: readonly string[],
  value: unknown,
): Readonly<Record<string, unknown>> {
  if (name === undefined) return claims;
  return { ...claims, [name]: rest.length === 0 ? value : withClaim(Object(claims[name]), rest, value) };
}

/** Where a client sends its token. The authorizer's settings have the same type. */
export type TokenPlace = { readonly query: string } | { readonly header: string } | { readonly cookie: string };

/** What a client adds to its handshake. */
export interface Carrier {
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Returns what a client adds to its handshake to send a token.
 *
 * @example carry(token, { header: "Authorization" }) // { query: {}, headers: { Authorization: `Bearer ${token}` } }
 */
export function carry(token: string, place: TokenPlace): Carrier {
  if ("query" in place) return { query: { [place.query]: token }, headers: {} };
  if ("cookie" in place) return { query: {}, headers: { Cookie: `${place.cookie}=${token}` } };
  // https://www.rfc-editor.org/rfc/rfc6750#section-2.1
  const isBearer = place.header.toLowerCase() === "authorization";
  return { query: {}, headers: { [place.header]: isBearer ? `Bearer ${token}` : token } };
}

/** Returns an origin that the list allows; undefined if every origin is allowed. */
export const originIn = (allowedOrigins: readonly string[] | undefined): string | undefined =>
  allowedOrigins?.[0]?.replace("*", "smoke-test");

/**
 * Encodes a token's header or claims as base64url. Numbers of `parseJson` keep their digits.
 *
 * @example tokenPart({ id: parseJson("9007199254740993") }) // base64url of {"id":9007199254740993}
 */
export const tokenPart = (value: object): string => Buffer.from(jsonText(value) ?? "").toString("base64url");

/** Issuer of the OIDC tokens of GitHub Actions: https://docs.github.com/en/actions/reference/security/oidc */
export const GITHUB_ISSUER = "https://token.actions.githubusercontent.com";
