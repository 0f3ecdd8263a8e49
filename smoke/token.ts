/** Creates tokens for the test: a short-lived one signed with a shared secret, and forgeries of a valid one. */
import { randomUUID } from "node:crypto";
import { hs256Token, secretBytes, tokenPart } from "../contract/token";
import { OptionsError } from "./errors";

export interface TokenRequest {
  readonly issuer: string;
  readonly audience: string;
  /** Default: `smoke-test`. */
  readonly subject?: string | undefined;
  /** Other claims, such as the organisation's. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
  /** Default: 5 minutes. */
  readonly lifetimeSeconds?: number | undefined;
  /** Default: `JWT`. */
  readonly type?: string | undefined;
}

/** Creates a JSON Web Token signed with HS256. @throws OptionsError for a secret that no verifier should accept */
export function mintToken(secret: string, request: TokenRequest, now: () => number = Date.now): string {
  const least = secretBytes("HS256");
  if (Buffer.byteLength(secret) < least) {
    throw new OptionsError(
      `The HS256 secret is shorter than ${least} bytes (RFC 7518, section 3.2).`,
      "Use a longer one.",
    );
  }
  const issuedAt = Math.floor(now() / 1000);
  const claims = {
    ...request.claims,
    iss: request.issuer,
    aud: request.audience,
    sub: request.subject ?? "smoke-test",
    iat: issuedAt,
    exp: issuedAt + (request.lifetimeSeconds ?? 300),
    jti: randomUUID(),
  };
  return hs256Token(secret, claims, request.type);
}

export interface Forgery {
  readonly name: string;
  readonly token: string;
}

/**
 * Returns a valid token with a changed signature, and with `alg: none`. All claims are valid, so an authorizer that accepts
 * such a token does not verify the signature.
 */
export function forgeries(token: string): Forgery[] {
  const [header, payload, signature, ...more] = token.split(".");
  if (!header || !payload || !signature || more.length > 0)
    return [{ name: "a changed token", token: changeFirst(token) }];
  return [
    { name: "a changed signature", token: `${header}.${payload}.${changeFirst(signature)}` },
    { name: "alg none", token: `${tokenPart({ alg: "none", typ: "JWT" })}.${payload}.` },
  ];
}

/**
 * Changes the first character. It encodes six bits of the value, so the result is canonical base64url of another value.
 */
function changeFirst(text: string): string {
  return `${text.startsWith("A") ? "B" : "A"}${text.slice(1)}`;
}
