/** Checks the claims of a token whose signature is valid (RFC 7519, RFC 8725). */
import { type DenyReason, denyUnless } from "./errors";
import { isObject, type JsonObject, listOf, member, objectOf, withDigits } from "./json";
import { type AuthorizerSettings, type ClaimRules, type ClaimValue, claimPath } from "./settings";

export interface Identity {
  readonly subject: string;
  /** What mappings can send to the backend, as `$context.authorizer.*`. Strings only. */
  readonly context: Readonly<Record<string, string>>;
}

/** Matches a control character. A pattern with `\p{Cc}` would add half a millisecond to the first event. */
const CONTROL = /[^ -~\xa0-\uffff]/;

/** Returns whether a value is a text, and safe in a query string, a header or a log. Lone surrogates are not. */
const isText = (value: unknown): value is string =>
  typeof value === "string" && value.isWellFormed() && !CONTROL.test(value);

/** Returns the claim at a path, or undefined. */
const claimAt = (claims: unknown, path: string): unknown =>
  path.includes(".")
    ? claimPath(path).reduce((value, name) => member(objectOf(value), name), claims)
    : member(objectOf(claims), path);

const mediaType = (type: string) => type.toLowerCase().replace(/^application\/(?=.)/, "");

/** RFC 7515 section 4.1.9: `typ` is a media type, compared without case; `application/` may be omitted. */
export function checkType({ typ = "" }: JsonObject, accepted: readonly string[]): void {
  denyUnless(
    typeof typ === "string" && (accepted.includes(typ) || accepted.map(mediaType).includes(mediaType(typ))),
    "type_refused",
    "typ",
    accepted,
    typ,
  );
}

/** Checks the claims against the rules, and returns the subject and the context. `now` is in seconds. @throws {Denied} */
export function checkClaims(
  claims: JsonObject,
  payload: Buffer,
  rules: ClaimRules,
  { clockSkew, maxLifetime }: Pick<AuthorizerSettings, "clockSkew" | "maxLifetime">,
  now: number,
): Identity {
  const { sub } = claims;
  let exact: unknown;
  const digitsAt = (path: string) => {
    exact ??= withDigits(claims, `${payload}`);
    return claimAt(exact, path);
  };
  denyUnless(isText(sub) && sub !== "", "subject_invalid", "sub", "text", sub);
  const { audienceClaim, audiences, requiredClaims } = rules;
  /** The claim must be an accepted value, or a list of values of its type that contains one. */
  const check = (reason: DenyReason, path: string, accepted: readonly ClaimValue[]) => {
    const claim = claimAt(claims, path);
    // Scopes may be a text, with spaces between them (RFC 9068 section 2.2.3).
    const items: readonly unknown[] =
      typeof claim === "string" && (path === "scope" || path === "scp") ? claim.split(" ") : [claim].flat();
    const isAccepted = (value: ClaimValue) =>
      items.every((item) => typeof item === typeof value) &&
      items.includes(value) &&
      // Other digits may become the same number.
      (typeof value !== "number" || [digitsAt(path)].flat().map(String).includes(`${value}`));
    denyUnless(accepted.some(isAccepted), reason, path, accepted, claim);
  };
  check("audience_refused", audienceClaim, audiences);
  for (const path in requiredClaims) check("claim_refused", path, requiredClaims[path] ?? []);
  const time = (name: string, absent?: number): number => {
    const { [name]: value = absent } = claims;
    // `NumericDate` (RFC 7519 section 2): JSON's `1e999` is infinite.
    denyUnless(Number.isFinite(value), "time_invalid", name, "number", value);
    return Number(value);
  };
  const exp = time("exp");
  const iat = time("iat", now);
  const nbf = time("nbf", now);
  denyUnless(exp > now - clockSkew, "expired", "exp", now, exp);
  denyUnless(nbf <= now + clockSkew, "not_yet_valid", "nbf", now, nbf);
  denyUnless(iat <= now + clockSkew, "issued_in_future", "iat", now, iat);
  denyUnless(exp - iat <= maxLifetime, "lifetime_too_long", "exp", maxLifetime, exp - iat);
  return { subject: sub, context: contextOf(claims, digitsAt, rules.context, sub, exp) };
}

/** Returns JSON with the digits of the token. */
const jsonOf = (value: unknown, digits: unknown): string =>
  typeof value === "number"
    ? `${digits}`
    : Array.isArray(value)
      ? `[${value.map((item, at) => jsonOf(item, listOf(digits)[at]))}]`
      : isObject(value)
        ? `{${Object.keys(value).map((name) => `${JSON.stringify(name)}:${jsonOf(value[name], objectOf(digits)[name])}`)}}`
        : JSON.stringify(value);

/**
 * Returns the text form of a claim: a number has the digits of the token, an object is JSON, and a list is written as API
 * Gateway's HTTP APIs write it, `[a b]`. An object or a list in a list is JSON. White space, brackets and `%` in an item are
 * percent-encoded, so that an item cannot look like two.
 */
const textOf = (value: unknown, digits: unknown): string =>
  Array.isArray(value)
    ? `[${value
        .flatMap((item, at) =>
          item === null
            ? []
            : (typeof item === "string" ? item : jsonOf(item, listOf(digits)[at])).replace(
                /[\s%[\]]/g,
                encodeURIComponent,
              ),
        )
        .join(" ")}]`
    : jsonOf(value, digits);

/** The context. API Gateway rejects objects and lists and sends all values as text, so they are converted here. */
function contextOf(
  claims: JsonObject,
  digitsAt: (path: string) => unknown,
  mapping: ClaimRules["context"],
  sub: string,
  exp: number,
): Identity["context"] {
  /** The authorizer's whole answer may have 8 KB, of which the policy needs less than 1 KB. */
  const maxBytes = 6144;
  const context: Record<string, string> = {};
  let length = 0;
  for (const key in mapping) {
    const path = mapping[key] ?? "";
    const claim = claimAt(claims, path);
    // Issuers write null for what a user does not have.
    if (claim === undefined || claim === null) continue;
    const text = typeof claim === "string" ? claim : textOf(claim, digitsAt(path));
    denyUnless(isText(text), "context_invalid", path, "printable", claim);
    context[key] = text;
    length += key.length + text.length;
  }
  // A connection stays open after its token has expired, so the backend can get the expiry.
  context.exp = `${Math.floor(exp)}`;
  // A character has at most six bytes in JSON, and so has the punctuation around a pair, so less than 512 characters
  // always fit beside a subject, which has at most half of the bytes. Serializing a small context only to measure it would
  // cost a microsecond.
  denyUnless(
    length < 512 || Buffer.byteLength(JSON.stringify([sub, context])) <= maxBytes,
    "context_invalid",
    "context",
    `<= ${maxBytes} bytes`,
  );
  return context;
}
