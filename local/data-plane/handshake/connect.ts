/**
 * Decides whether a WebSocket handshake on a deployed stage is accepted: API Gateway's checks, in the same order.
 */

import { formatArn } from "../../../aws/arn";
import { hasApiKey } from "../api-key";
import type { CompiledApi, CompiledRoute } from "../compiled-api";
import type { Connection } from "../connections/connection";
import type { IntegrationResult } from "../integration/result";
import { TEXT } from "../limits";
import type { RouteEvent } from "../route-event";
import type { Services } from "../services";
import type { Throttle } from "../throttle";
import { tracePassed } from "../tracing";
import type { ClientRequest } from "./client-request";
import { earlyRefusal, type Refusal, refusal } from "./refusal";
import { checkSignature } from "./signature";

/** Headers for the 101. */
export interface Accepted {
  readonly headers: readonly (readonly [string, string])[];
}

export type Decision = Accepted | { readonly refused: Refusal };

const ACCEPTED: Accepted = { headers: [] };

export async function decideConnect(
  services: Services,
  throttle: Throttle,
  compiled: CompiledApi,
  connection: Connection,
  event: RouteEvent,
  request: ClientRequest,
): Promise<Decision> {
  // AWS does not document where throttling is applied. Before the authorizer, it protects the function from floods.
  if (!throttle.allows(connection.facts.apiId, event.stage, event.routeKey)) {
    return { refused: earlyRefusal(429, TEXT.throttled, "throttle", "the stage's throttling limits are exceeded") };
  }
  tracePassed(services, event, "throttle");
  const route = compiled.routes.get(event.routeKey);
  // The `$connect` route is optional.
  if (route === undefined) return ACCEPTED;

  const refused =
    checkIam(route, request, services, event) ??
    (await route.authorize?.(event, request)) ??
    checkApiKey(route, compiled, services, connection, event) ??
    checkParameters(route, services, event);
  if (refused !== undefined) return { refused };
  if (route.integrate === undefined) return ACCEPTED;
  return decideByIntegration(await route.integrate(event, true), services, event);
}

function checkIam(
  { route }: CompiledRoute,
  request: ClientRequest,
  services: Services,
  event: RouteEvent,
): Refusal | undefined {
  if (route.authorizationType !== "AWS_IAM") return undefined;
  const found = checkSignature({
    authorization: request.header("authorization"),
    date: request.header("x-amz-date"),
    query: request.rawQuery,
    signed: {
      method: "GET",
      path: request.rawPath,
      credentials: services.credentials,
      now: services.clock.now(),
      header: (name) => request.header(name),
    },
  });
  if ("errorType" in found) {
    return { ...earlyRefusal(403, found.message, "signature", found.message), errorType: found.errorType };
  }
  const { account } = services.store;
  const { accountId } = account;
  const userArn = formatArn({ ...account, service: "iam", region: "", resource: `user/${found.accessKeyId}` });
  event.connection.caller = { accountId, user: found.accessKeyId, userArn };
  tracePassed(services, event, "signature");
  return undefined;
}

function checkApiKey(
  { route }: CompiledRoute,
  compiled: CompiledApi,
  services: Services,
  connection: Connection,
  event: RouteEvent,
): Refusal | undefined {
  if (!route.apiKeyRequired) return undefined;
  if (!hasApiKey(connection, compiled.api.apiKeySelectionExpression, services)) {
    return refusal(
      403,
      TEXT.forbidden,
      "api-key",
      `the request has no valid API key in ${compiled.api.apiKeySelectionExpression}`,
    );
  }
  tracePassed(services, event, "api-key");
  return undefined;
}

function checkParameters({ required }: CompiledRoute, services: Services, event: RouteEvent): Refusal | undefined {
  if (required.length === 0 || services.switches.requiredParameters === "ignored") return undefined;
  const missing = required.filter(({ read }) => !read(event)?.length).map(({ name }) => name);
  if (missing.length > 0) {
    const message = `Missing required request parameters: [${missing.join(", ")}]`;
    return refusal(400, message, "request-parameters", message);
  }
  tracePassed(services, event, "request-parameters");
  return undefined;
}

function decideByIntegration(result: IntegrationResult, services: Services, event: RouteEvent): Decision {
  if (result.kind === "failure") {
    return { refused: refusal(result.status, result.message, "integration", result.detail) };
  }
  const { status, headers, body } = result;
  if (status >= 200 && status < 300) {
    tracePassed(services, event, "integration");
    // A 101 has no body, so headers that describe one are dropped.
    return { headers: headers.filter(([name]) => !name.toLowerCase().startsWith("content-")) };
  }
  const refused = refusal(status, "", "integration", `the integration responded with ${status}`);
  return { refused: { ...refused, answer: { headers, body } } };
}
