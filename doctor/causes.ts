/** The causes that `doctor` knows. Each looks at the evidence and returns a finding or nothing. */
import { findDefects } from "../adopt/findings/defects";
import { integrationOf, type LiveRoute } from "../adopt/read/live";
import { parseIdentitySource } from "../aws/identity-source";
import { adviceFor } from "../smoke/advice";
import type { Refusal } from "../smoke/index";
import type { Certainty, Evidence, Finding, Verdict } from "./evidence";

type Cause = (evidence: Evidence) => Finding | readonly Finding[] | undefined;

/** Returns what can be wrong, the likeliest cause first. Empty: the client connects, and its message has a route. */
export function diagnose(evidence: Evidence): readonly Finding[] {
  const order: readonly Certainty[] = ["certain", "likely", "possible"];
  const findings = CAUSES.flatMap((cause) => cause(evidence) ?? []);
  return order.flatMap((certainty) => findings.filter((one) => one.certainty === certainty));
}

const finding = (id: string, certainty: Certainty, cause: string, remedy: string): Finding => ({
  id,
  certainty,
  cause,
  remedy,
});

/** The rejection, if it has one of these statuses. */
const refusal = ({ answer }: Evidence, ...statuses: readonly number[]): Refusal | undefined =>
  answer.kind === "refused" && statuses.includes(answer.status) ? answer : undefined;

const live = ({ inside }: Evidence) => (inside?.kind === "read" ? inside.live : undefined);
const stage = ({ inside }: Evidence) => (inside?.kind === "read" ? inside.stage : undefined);
const connectRoute = (evidence: Evidence): LiveRoute | undefined =>
  live(evidence)?.routes.find(({ routeKey }) => routeKey === "$connect");

/** API Gateway rejected the request before it chose a connection id: the address is wrong, or nothing is deployed there. */
const isEarly = ({ headers }: Refusal, type: string): boolean => (headers["x-amzn-errortype"] ?? "").startsWith(type);
/** The answer is API Gateway's own and not one that a proxy integration passed on. */
const isGateways = ({ headers, body }: Refusal): boolean =>
  "x-amzn-errortype" in headers || ("x-amz-apigw-id" in headers && /"connectionId" ?:/.test(body));

const FROM_AWS = "Set AWS credentials that may read the API, and run doctor again: then it can decide.";

function managementUrl({ address: { path } }: Evidence) {
  if (!path.includes("@connections")) return undefined;
  return finding(
    "management-url",
    "certain",
    "The URL is the one to which a backend posts messages: it ends with /@connections.",
    `Clients connect to ${path[0] === "@connections" ? "wss://host/stage" : `the URL without /${path.slice(path.indexOf("@connections")).join("/")}`}. A backend gives WS_API_ENDPOINT to the SDK, which adds /@connections itself.`,
  );
}

function noAnswer({ answer, otherScheme, address }: Evidence) {
  if (answer.kind !== "failed") return undefined;
  const { failure } = answer;
  if (otherScheme !== undefined && otherScheme.kind !== "failed") {
    const other = address.url.protocol === "wss:" ? "ws:" : "wss:";
    return finding(
      other === "ws:" ? "plain-server" : "tls-server",
      "certain",
      other === "ws:" ? "The server on this port does not use TLS." : "The server on this port uses TLS.",
      `Connect to ${other}//${address.url.host}. API Gateway itself accepts wss: only.`,
    );
  }
  return finding(failure, "certain", `${answer.message.replace(/\.?$/, "")}.`, adviceFor(answer));
}

function otherServer({ answer }: Evidence) {
  if (answer.kind !== "refused" || isGateways(answer) || "x-amz-apigw-id" in answer.headers) return undefined;
  if (answer.status >= 300 && answer.status < 400)
    return finding(
      "redirect",
      "certain",
      "The server redirects, and WebSocket clients do not follow.",
      adviceFor(answer),
    );
  return finding(
    "not-api-gateway",
    "likely",
    `An HTTP server that is not API Gateway answered ${answer.status}.`,
    "Check the host. If it is right, a proxy or CDN in front of API Gateway does not pass the headers Upgrade and Connection on.",
  );
}

function wrongApi({ inside }: Evidence) {
  if (inside?.kind !== "no-api") return undefined;
  return inside.elsewhere === undefined
    ? finding(
        "no-api",
        "certain",
        `This account has no such API in ${inside.region}.`,
        "Check the API's id in the URL, the region, and the account of the credentials. If the API was replaced, clients need its new URL: see the output WS_URL.",
      )
    : finding(
        "wrong-region",
        "certain",
        `The URL names the region ${inside.region}, but the API is in ${inside.elsewhere}.`,
        `Use the host of ${inside.elsewhere} in the URL.`,
      );
}

function wrongAddress(evidence: Evidence) {
  const refused = refusal(evidence, 403);
  if (refused === undefined || !isEarly(refused, "ForbiddenException")) return undefined;
  const { path } = evidence.address;
  const known = live(evidence);
  const named = path.join("/") || "(none)";
  if (known?.api.disableExecuteApiEndpoint === true)
    return finding(
      "endpoint-disabled",
      "certain",
      "The API's own host name is disabled (disableExecuteApiEndpoint).",
      "Connect to its custom domain name, or enable the endpoint (`aws apigatewayv2 update-api --no-disable-execute-api-endpoint`) and deploy.",
    );
  if (known !== undefined) {
    const names = known.stages.map(({ stageName }) => stageName);
    const found = stage(evidence);
    if (found !== undefined && found.deploymentId === undefined && !found.autoDeploy)
      return finding(
        "not-deployed",
        "certain",
        `The stage ${found.stageName} has no deployment, so it serves nothing.`,
        "Deploy it: `cdktf deploy`, the action, or `aws apigatewayv2 create-deployment --stage-name`.",
      );
    const isStage = path.some((segment) => names.includes(segment));
    if (found === undefined || path.length > 1)
      return finding(
        isStage ? "path" : "no-stage",
        "certain",
        isStage ? `The path /${named} continues after the stage.` : `The API has no stage ${named}.`,
        `Its stages: ${names.join(", ") || "none"}. The path is the stage and nothing else.`,
      );
  }
  return [
    finding(
      path.length < 2 ? "no-stage" : "path",
      "likely",
      path.length === 0
        ? "The URL has no stage."
        : path.length === 1
          ? `There is no stage ${named}, or it has no deployment.`
          : `The path /${named} is not a stage.`,
      "The path is the stage and nothing else, such as /prod. Use the output WS_URL.",
    ),
    finding("not-deployed", "possible", "The stage has no deployment.", `Deploy it. ${FROM_AWS}`),
    finding("wrong-region", "possible", "The API is in another region or account, or was deleted.", FROM_AWS),
  ];
}

function signature(evidence: Evidence) {
  const refused = refusal(evidence, 403);
  if (refused === undefined || !isEarly(refused, "MissingAuthenticationToken")) return undefined;
  return finding(
    "not-signed",
    "certain",
    "The API wants requests that are signed by IAM (`authorizer: iam`), and this one is not.",
    "Sign the handshake with SigV4 for execute-api, with credentials that may execute-api:Invoke on $connect.",
  );
}

function missingParameter(evidence: Evidence) {
  const names = /Missing required request parameters: \[([^\]]*)\]/.exec(refusal(evidence, 400)?.body ?? "")?.[1];
  if (names === undefined) return undefined;
  return finding(
    "missing-parameter",
    "certain",
    `The request lacks what $connect requires: ${names}.`,
    "Add it to the URL, or make it optional under requestParameters.",
  );
}

function missingToken(evidence: Evidence) {
  if (refusal(evidence, 401) === undefined) return undefined;
  const { query, headers } = evidence.address;
  const route = connectRoute(evidence);
  const authorizer = live(evidence)?.authorizers.find(({ authorizerId }) => authorizerId === route?.authorizerId);
  const missing = authorizer?.identitySource.find((text) => {
    const source = parseIdentitySource(text);
    if ("invalid" in source || source.kind !== "request") return false;
    return source.location === "querystring" ? !query[source.name] : !headers[source.name.toLowerCase()];
  });
  if (missing !== undefined)
    return finding(
      "no-token",
      "certain",
      `The request lacks the authorizer's identity source ${missing}.`,
      "Send the token there. API Gateway answers 401 without it, and does not call the authorizer.",
    );
  return finding(
    "no-token",
    "likely",
    "The request has no token where the authorizer expects it, or the authorizer answered Unauthorized.",
    `The default is the query parameter token: wss://host/stage?token=…. ${authorizer === undefined ? FROM_AWS : "Its log has the reason."}`,
  );
}

function apiKey(evidence: Evidence) {
  if (refusal(evidence, 403) === undefined || connectRoute(evidence)?.apiKeyRequired !== true) return undefined;
  if (evidence.address.headers["x-api-key"]) return undefined;
  return finding(
    "api-key",
    "certain",
    "$connect requires an API key, and the request has none.",
    "Send it in the header x-api-key, or turn the requirement off.",
  );
}

function rejectedToken(evidence: Evidence) {
  const refused = refusal(evidence, 401, 403);
  if (refused === undefined || "x-amzn-errortype" in refused.headers) return undefined;
  const denial = evidence.inside?.kind === "read" ? evidence.inside.denial : undefined;
  if (denial !== undefined) return denied(denial, "certain", "the authorizer's log");
  const { verdict } = evidence;
  if (verdict?.decision === "deny") return denied(verdict, "certain", "gateway.yaml");
  if (refused.status === 401 || !isGateways(refused)) return undefined;
  return finding(
    "policy",
    verdict === undefined ? "likely" : "certain",
    verdict === undefined
      ? "The authorizer denied the token, or its policy does not cover this $connect."
      : "The token is valid by gateway.yaml, but the deployed authorizer denied it: it has other settings, or is another function.",
    verdict === undefined
      ? `Give --config gateway.yaml to see which claim, or look at the authorizer's log. ${evidence.inside ? "" : FROM_AWS}`.trim()
      : "Deploy gateway.yaml, or look at the authorizer's log.",
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
  token_missing: "The request has no token.",
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

function throttled(evidence: Evidence) {
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

function timedOut(evidence: Evidence) {
  if (refusal(evidence, 504) === undefined) return undefined;
  return finding(
    "backend-timeout",
    "certain",
    "The backend of $connect did not answer within the integration's timeout.",
    "Answer /connect at once and work later, or raise timeoutMs (29,000 at most).",
  );
}

function brokenAuthorizer(evidence: Evidence) {
  if (refusal(evidence, 500) === undefined) return undefined;
  const known = live(evidence);
  const found = stage(evidence);
  const defects = known && found ? findDefects(known, found) : [];
  const permission = defects.find(({ name }) => name === "permission");
  if (permission !== undefined)
    return finding(
      "authorizer-permission",
      "certain",
      permission.effect,
      "Deploy with this project, or add the permission with `aws lambda add-permission`.",
    );
  const denial = evidence.inside?.kind === "read" ? evidence.inside.denial : undefined;
  if (denial?.decision === "error")
    return finding(
      "authorizer-error",
      "certain",
      `The authorizer could not decide (${denial.reason}).`,
      denial.reason.startsWith("keys")
        ? "It cannot fetch the issuer's keys: check jwksUri or the issuer, and the function's network."
        : "Its log has the error.",
    );
  const route = connectRoute(evidence);
  if (known !== undefined && route?.authorizationType !== "CUSTOM") return undefined;
  const { badToken } = evidence;
  const fails = badToken?.kind === "refused" && badToken.status >= 500;
  if (badToken !== undefined && !fails) return undefined;
  return finding(
    "authorizer-error",
    fails ? "likely" : "possible",
    "The authorizer's function fails: it throws, times out, or API Gateway may not invoke it.",
    `Look at its log. ${known === undefined ? FROM_AWS : ""}`.trim(),
  );
}

function missingResponse(evidence: Evidence) {
  if (refusal(evidence, 500) === undefined) return undefined;
  const known = live(evidence);
  const route = connectRoute(evidence);
  const integration = known && route && integrationOf(known, route);
  if (known !== undefined && route?.target !== undefined && integration === undefined)
    return finding(
      "no-integration",
      "certain",
      "$connect points at an integration that does not exist.",
      "Deploy again.",
    );
  if (integration === undefined || /PROXY$/.test(integration.integrationType) || integration.responses.length > 0)
    return undefined;
  return finding(
    "missing-response",
    "certain",
    "The integration of $connect has no integration response, so API Gateway answers 500 to every client.",
    "Add the response $default. This project always creates it.",
  );
}

function unreachableBackend(evidence: Evidence) {
  if (refusal(evidence, 500, 502, 503, 504) === undefined) return undefined;
  return evidence.backends.flatMap(({ url, answer }) =>
    answer.kind === "failed" && answer.state !== "upgrading"
      ? finding(
          "backend-unreachable",
          "likely",
          `The backend ${url} cannot be reached from here either: ${answer.message}`,
          "Start it, or correct `backend`. API Gateway reaches public addresses only, or those behind a VPC link.",
        )
      : [],
  );
}

function failingBackend(evidence: Evidence) {
  const { answer } = evidence;
  if (answer.kind !== "refused" || isGateways(answer) || !("x-amz-apigw-id" in answer.headers)) return undefined;
  return finding(
    "backend-refuses",
    "certain",
    `The backend answered ${answer.status} to $connect, and API Gateway passed it on.`,
    "Look at the backend's log for POST /connect: does it check something that is not mapped?",
  );
}

function brokenIntegration(evidence: Evidence) {
  const refused = refusal(evidence, 500, 502, 503);
  if (refused === undefined || !isGateways(refused)) return undefined;
  if (refused.status === 502)
    return finding(
      "lambda-integration",
      "certain",
      "The Lambda function of $connect throws an error, answers in another form, or API Gateway may not invoke it.",
      "Look at its log, and allow apigateway.amazonaws.com to invoke it.",
    );
  const authorizerWorks = evidence.badToken?.kind === "refused" && evidence.badToken.status < 500;
  return finding(
    "backend-unreachable",
    authorizerWorks ? "likely" : "possible",
    "The integration of $connect fails: its backend cannot be reached from AWS, or no integration response matches.",
    `Check the backend's address and certificate. The stage's execution log has the error. ${evidence.inside ? "" : FROM_AWS}`.trim(),
  );
}

function noRoute(evidence: Evidence) {
  const { reply } = evidence;
  if (
    reply === undefined ||
    !/^\{"message": ?"(Forbidden|Internal server error|Endpoint request timed out)"/.test(reply)
  )
    return undefined;
  const known = live(evidence);
  if (!reply.includes("Forbidden"))
    return finding(
      "message-fails",
      "certain",
      "The client connects, but the integration of its message fails.",
      "Check the route's backend and its integration responses. The stage's execution log has the error.",
    );
  const keys = known?.routes.map(({ routeKey }) => routeKey).join(", ");
  return finding(
    "no-route",
    "certain",
    `The client connects, but no route takes its message${known ? `: ${known.api.routeSelectionExpression} selects none of ${keys}` : ""}.`,
    "Add a route with that key, or `$default`, and deploy: a route that is not deployed is not served.",
  );
}

const CAUSES: readonly Cause[] = [
  managementUrl,
  noAnswer,
  wrongApi,
  wrongAddress,
  signature,
  missingParameter,
  missingToken,
  apiKey,
  rejectedToken,
  throttled,
  timedOut,
  brokenAuthorizer,
  missingResponse,
  unreachableBackend,
  failingBackend,
  brokenIntegration,
  noRoute,
  otherServer,
];
