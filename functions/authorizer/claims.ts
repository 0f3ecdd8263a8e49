/** Checks the claims of a token whose signature is valid (RFC 7519, RFC 8725). */
import { denyUnless } from "./errors";
import { type JsonObject, member } from "./json";
import type { AuthorizerSettings, ClaimRules } from "./settings";

export interface Identity {
  readonly subject: string;
  /** What mappings can send to the backend, as `$context.authorizer.*`. Strings only. */
  readonly context: Readonly<Record<string, string>>;
}

/** Control characters and lone surrogates, which are unsafe in a query string, a header or a log. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u;

const isText = (value: unknown): value is string => typeof value === "string" && !UNPRINTABLE.test(value);

/** `NumericDate` (RFC 7519 section 2): JSON's `1e999` is infinite. */
const isNumber = (value: unknown): value is number => Number.isFinite(value);

/** Whether a claim is a string, or a list of strings, that contains an accepted one. */
function names(claim: unknown, accepted: readonly string[]): boolean {
  const list: readonly unknown[] = Array.isArray(claim) ? claim : [claim];
  return list.every((name) => typeof name === "string") && list.some((name) => accepted.includes(name));
}

const mediaType = (type: string) => type.toLowerCase().replace(/^application\/(?=.)/, "");

/** RFC 7515 section 4.1.9: `typ` is a media type, compared without case; `application/` may be omitted. */
export function checkType({ typ = "" }: JsonObject, accepted: readonly string[]): void {
  denyUnless(
    typeof typ === "string" && (accepted.includes(typ) || accepted.map(mediaType).includes(mediaType(typ))),
    "type_refused",
  );
}

/** Checks the claims against the rules, and returns the subject and the context. `now` is in seconds. @throws {Denied} */
export function checkClaims(
  claims: JsonObject,
  rules: ClaimRules,
  { clockSkew, maxLifetime }: Pick<AuthorizerSettings, "clockSkew" | "maxLifetime">,
  now: number,
): Identity {
  const maxSubjectLength = 256;
  const { sub, exp, nbf = now, iat = now } = claims;
  denyUnless(isText(sub) && sub !== "" && sub.length <= maxSubjectLength, "subject_invalid");
  denyUnless(names(member(claims, rules.audienceClaim), rules.audiences), "audience_refused");
  for (const name in rules.requiredClaims) {
    denyUnless(names(member(claims, name), rules.requiredClaims[name] ?? []), "claim_refused");
  }
  denyUnless(isNumber(exp) && isNumber(iat) && isNumber(nbf), "time_invalid");
  denyUnless(exp > now - clockSkew, "expired");
  denyUnless(nbf <= now + clockSkew, "not_yet_valid");
  denyUnless(iat <= now + clockSkew, "issued_in_future");
  denyUnless(exp - iat <= maxLifetime, "lifetime_too_long");
  return { subject: sub, context: contextOf(claims, rules.context, exp) };
}

/** The context. API Gateway rejects objects and lists and sends all values as text, so they are converted here. */
function contextOf(claims: JsonObject, mapping: ClaimRules["context"], exp: number): Identity["context"] {
  /** The authorizer's whole answer may have 8 KB, of which the policy needs less than 1 KB. */
  const maxBytes = 6144;
  const context: Record<string, string> = {};
  let length = 0;
  for (const key in mapping) {
    const claim = member(claims, mapping[key] ?? "");
    if (claim === undefined) continue;
    denyUnless(isText(claim) || isNumber(claim) || typeof claim === "boolean", "context_invalid");
    context[key] = `${claim}`;
    length += key.length + context[key].length;
  }
  // A connection stays open after its token has expired, so the backend can get the expiry.
  context.exp = `${Math.floor(exp)}`;
  // A character has at most six bytes in JSON, and so has the punctuation around a pair, so less than 512 characters
  // always fit. Serializing a small context only to measure it would cost a microsecond.
  denyUnless(length < 512 || Buffer.byteLength(JSON.stringify(context)) <= maxBytes, "context_invalid");
  return context;
}
