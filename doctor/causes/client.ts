/** API Gateway or the authorizer rejects the client: causes in its request, or in the limits for it. */
import { connectAuthorizer } from "../../adopt/read/live";
import { parseIdentitySource } from "../../aws/identity-source";
import type { Certainty, Evidence, Finding, Verdict } from "../evidence";
import { connectRoute, FROM_AWS, finding, isEarly, isGateways, live, refusal, stage } from "./facts";

export function signature(evidence: Evidence) {
  const refused = refusal(evidence, 403);
  if (refused === undefined || !isEarly(refused, "MissingAuthenticationToken")) return undefined;
  return finding(
    "not-signed",
    "certain",
    "The API accepts only requests that are signed with SigV4 (`authorizer: iam`), and this one is not signed.",
    "Sign the handshake with SigV4 for execute-api, with credentials that may execute-api:Invoke on $connect.",
  );
}

export function missingParameter(evidence: Evidence) {
  const names = /Missing required request parameters: \[([^\]]*)\]/.exec(refusal(evidence, 400)?.body ?? "")?.[1];
  if (names === undefined) return undefined;
  return finding(
    "missing-parameter",
    "certain",
    `The request lacks what $connect requires: ${names}.`,
    "Add it to the URL, or make it optional under requestParameters.",
  );
}

/** The authorizer of $connect in the AWS account. */
function authorizerOf(evidence: Evidence) {
  const known = live(evidence);
  return known && connectAuthorizer(known);
}

/** The identity source of the authorizer that the request lacks. API Gateway then answers 401. */
function missingSource(evidence: Evidence): string | undefined {
  if (refusal(evidence, 401) === undefined) return undefined;
  const { query, headers } = evidence.address;
  return authorizerOf(evidence)?.identitySource.find((text) => {
    const source = parseIdentitySource(text);
    if ("invalid" in source || source.kind !== "request") return false;
    return source.location === "querystring" ? !query[source.name] : !headers[source.name.toLowerCase()];
  });
}

export function missingToken(evidence: Evidence) {
  if (refusal(evidence, 401) === undefined) return undefined;
  const missing = missingSource(evidence);
  if (missing !== undefined)
    return finding(
      "no-token",
      "certain",
      `The request lacks the authorizer's identity source ${missing}.`,
      "Send the token there. API Gateway answers 401 without it, and does not call the authorizer.",
    );
  if (evidence.verdict?.decision === "deny") return undefined;
  return finding(
    "no-token",
    "likely",
    "The request has no token where the authorizer expects it, or the authorizer answered Unauthorized.",
    `The default is the query parameter token: wss://host/stage?token=…. ${authorizerOf(evidence) === undefined ? FROM_AWS : "Its log has the reason."}`,
  );
}

export function apiKey(evidence: Evidence) {
  if (refusal(evidence, 403) === undefined || connectRoute(evidence)?.apiKeyRequired !== true) return undefined;
  if (evidence.address.headers["x-api-key"]) return undefined;
  return finding(
    "api-key",
    "certain",
    "$connect requires an API key, and the request has none.",
    "Send it in the header x-api-key, or turn the requirement off.",
  );
}

export function rejectedToken(evidence: Evidence) {
  const refused = refusal(evidence, 401, 403);
  if (refused === undefined || "x-amzn-errortype" in refused.headers || missingSource(evidence)) return undefined;
  const denial = evidence.inside?.kind === "read" ? evidence.inside.denial : undefined;
  if (denial !== undefined) return denied(denial, "certain", "the authorizer's log");
  const { verdict } = evidence;
  if (verdict?.decision === "deny") return denied(verdict, "certain", "gateway.yaml");
  if (refused.status === 401 || !isGateways(refused)) return undefined;
  if (verdict?.decision === "allow")
    return finding(
      "policy",
      "certain",
      "The token is valid by gateway.yaml, but the deployed authorizer denied it: it has other settings, or is another function.",
      "Deploy gateway.yaml, or look at the authorizer's log.",
    );
  const claim =
    verdict?.decision === "unknown"
      ? `doctor cannot check the claims by gateway.yaml, because ${verdict.why}.`
      : "Give --config gateway.yaml to see which claim.";
  return finding(
    "policy",
    "likely",
    "The authorizer denied the token or the Origin, or its policy does not cover this $connect.",
    `Its log has the reason. ${claim} ${evidence.inside ? "" : FROM_AWS}`.trim(),
  );
}

/** What each reason means for the user; the claim is named beside it. */
const ABOUT: Readonly<Record<string, string>> = {
  expired: "The token has expired. Get a new one.",
  not_yet_valid: "The token is not valid yet. Compare the clocks of both machines.",
  issued_in_future: "The token was issued in the future. Compare the clocks of both machines.",
  audience_refused: "The token is for another audience. Request it for this one, or change `audience`.",
  issuer_unknown:
    "The token is from another issuer. Check the environment of the identity provider, and a / at the end.",
  key_unknown: "No key of the issuer has the token's key id. Is it a token of another tenant or pool?",
  signature_invalid: "The signature does not fit the issuer's keys. Was the token signed with another secret or key?",
  claim_refused:
    "A claim that gateway.yaml requires is missing or different. An id token in place of an access token has this sign too.",
  type_refused: "The token is of another type. Send an access token, not an id token.",
  token_missing: "Send one: by default in the query parameter token, as wss://host/stage?token=….",
  token_malformed: "The value is not a JSON Web Token. Was it cut off, or is it an opaque token?",
  origin_not_allowed: "The page's Origin is not in allowedOrigins.",
};

function denied(verdict: Verdict, certainty: Certainty, source: string): Finding {
  if (verdict.decision === "allow") return finding("policy", certainty, "The authorizer allowed the token.", "");
  const { reason, claim, expected, received } = verdict;
  const values = [
    expected === undefined ? "" : `expected ${JSON.stringify(expected)}`,
    received === undefined ? "" : `received ${received}`,
  ].filter(Boolean);
  const detail = claim === undefined ? "" : `: ${claim}${values.length > 0 ? `, ${values.join(", ")}` : ""}`;
  return finding(
    `token-${reason.replaceAll("_", "-")}`,
    certainty,
    `By ${source}, the authorizer rejects the token (${reason}${detail}).`,
    ABOUT[reason] ?? "Compare the token's claims with the issuer in gateway.yaml.",
  );
}

export function throttled(evidence: Evidence) {
  if (refusal(evidence, 429) === undefined) return undefined;
  const found = stage(evidence);
  const zero = [
    ["the stage", found?.defaultRouteSettings] as const,
    ["$connect", found?.routeSettings.$connect] as const,
  ].find(([, settings]) => settings?.throttlingBurstLimit === 0 || settings?.throttlingRateLimit === 0);
  if (zero !== undefined)
    return finding(
      "throttle-zero",
      "certain",
      `A throttling limit of ${zero[0]} is 0, so API Gateway rejects every client.`,
      "Set both limits, `throttle: { burst, rate }`: where only one is given, AWS stores 0 for the other.",
    );
  return finding(
    "throttled",
    found === undefined ? "likely" : "certain",
    found === undefined
      ? "A throttling limit is 0, or clients use it up."
      : "Clients use up the stage's limits or the account's quota.",
    `Raise \`throttle\`, or ask AWS for a higher quota. ${found === undefined ? FROM_AWS : ""}`.trim(),
  );
}
