/** The API cannot serve the client: causes in the authorizer's function, the integration, the backend and the routes. */
import { findDefects } from "../../adopt/findings/defects";
import { integrationOf } from "../../adopt/read/live";
import type { Evidence } from "../evidence";
import { connectRoute, FROM_AWS, finding, isGateways, live, refusal, stage } from "./facts";

export function timedOut(evidence: Evidence) {
  if (refusal(evidence, 504) === undefined) return undefined;
  return finding(
    "backend-timeout",
    "certain",
    "The backend of $connect did not answer within the integration's timeout.",
    "Answer /connect at once and work later, or raise timeoutMs (29,000 at most).",
  );
}

export function brokenAuthorizer(evidence: Evidence) {
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

export function missingResponse(evidence: Evidence) {
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

export function unreachableBackend(evidence: Evidence) {
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

export function failingBackend(evidence: Evidence) {
  const { answer } = evidence;
  if (answer.kind !== "refused" || isGateways(answer) || !("x-amz-apigw-id" in answer.headers)) return undefined;
  return finding(
    "backend-refuses",
    "certain",
    `The backend answered ${answer.status} to $connect, and API Gateway passed it on.`,
    "Look at the backend's log for POST /connect: does it check something that is not mapped?",
  );
}

export function brokenIntegration(evidence: Evidence) {
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

export function noRoute(evidence: Evidence) {
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
