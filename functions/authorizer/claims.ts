/** The claims of a token whose signature holds (RFC 7519, RFC 8725): who, for whom, until when. Pure. */
import { insist } from "./errors";
import { type JsonObject, member } from "./json";
import type { AuthorizerSettings, ClaimRules } from "./settings";

export interface Identity {
  readonly subject: string;
  /** What the gateway hands on to the backend, as `$context.authorizer.*`. Strings only. */
  readonly context: Readonly<Record<string, string>>;
}

/** Control characters and lone surrogates: they have no business in a query string, a header or a log. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u;

const isText = (value: unknown): value is string => typeof value === "string" && !UNPRINTABLE.test(value);

/** `NumericDate` (RFC 7519 section 2): JSON's `1e999` is infinite. */
const isNumber = (value: unknown): value is number => Number.isFinite(value);

/** Whether a claim, a string or a list of strings, names one of those that are accepted. */
function names(claim: unknown, accepted: readonly string[]): boolean {
  const list: readonly unknown[] = Array.isArray(claim) ? claim : [claim];
  return list.every((name) => typeof name === "string") && list.some((name) => accepted.includes(name));
}

const mediaType = (type: string) => type.toLowerCase().replace(/^application\/(?=.)/, "");

/** RFC 7515 section 4.1.9: a media type, in any case, whose `application/` may be left out. */
export function checkType({ typ = "" }: JsonObject, accepted: readonly string[]): void {
  insist(
    typeof typ === "string" && (accepted.includes(typ) || accepted.map(mediaType).includes(mediaType(typ))),
    "type_refused",
  );
}

/** Refuses claims that the rules do not want, and makes the rest into what the backend learns. `now` in seconds. */
export function checkClaims(
  claims: JsonObject,
  rules: ClaimRules,
  { clockSkew, maxLifetime }: Pick<AuthorizerSettings, "clockSkew" | "maxLifetime">,
  now: number,
): Identity {
  const maxSubjectLength = 256;
  const { sub, exp, nbf = now, iat = now } = claims;
  insist(isText(sub) && sub !== "" && sub.length <= maxSubjectLength, "subject_invalid");
  insist(names(member(claims, rules.audienceClaim), rules.audiences), "audience_refused");
  for (const name in rules.requiredClaims) {
    insist(names(member(claims, name), rules.requiredClaims[name] ?? []), "claim_refused");
  }
  insist(isNumber(exp) && isNumber(iat) && isNumber(nbf), "time_invalid");
  insist(exp > now - clockSkew, "expired");
  insist(nbf <= now + clockSkew, "not_yet_valid");
  insist(iat <= now + clockSkew, "issued_in_future");
  insist(exp - iat <= maxLifetime, "lifetime_too_long");
  return { subject: sub, context: contextOf(claims, rules.context, exp) };
}

/** API Gateway refuses objects and lists, and shows the backend everything as text: it becomes text here. */
function contextOf(claims: JsonObject, mapping: ClaimRules["context"], exp: number): Identity["context"] {
  /** The authorizer's whole answer may have 8 KB; the policy takes less than one. */
  const maxBytes = 6144;
  const context: Record<string, string> = {};
  let length = 0;
  for (const key in mapping) {
    const claim = member(claims, mapping[key] ?? "");
    if (claim === undefined) continue;
    insist(isText(claim) || isNumber(claim) || typeof claim === "boolean", "context_invalid");
    context[key] = `${claim}`;
    length += key.length + context[key].length;
  }
  // The connection outlives its token, so the backend is told when that ends.
  context.exp = `${Math.floor(exp)}`;
  // A character takes six bytes at most, and so do the signs around a pair: 512 of either are within bounds. To write
  // everything out only to see that it is small would cost a microsecond.
  insist(length < 512 || Buffer.byteLength(JSON.stringify(context)) <= maxBytes, "context_invalid");
  return context;
}
