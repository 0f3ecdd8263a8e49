/**
 * Runs Lambda authorizers in API Gateway's order: identity sources, invocation, result, policy. Results are not cached, so
 * every handshake invokes the function.
 */

import { authorizerArn, executionArn, routeArn } from "../../../aws/arn";
import { parseIdentitySource } from "../../../aws/identity-source";
import type { Authorizer } from "../../api/types";
import { maskNamed } from "../../trace/masking";
import type { DecodedToken } from "../../trace/trace";
import { EXPIRED, withDeadline } from "../clock";
import { type ReadSource, readSource } from "../expressions/parameter-mapping";
import type { ClientRequest } from "../handshake/client-request";
import { type Refusal, refusal } from "../handshake/refusal";
import { TEXT } from "../limits";
import type { RouteEvent } from "../route-event";
import { functionArnOf, invokedFor, mayInvoke, type Services } from "../services";
import { isTraced, traceEvent, traceFault, tracePassed } from "../tracing";
import { authorizerEvent } from "./event";
import { evaluatePolicy, type Statement } from "./policy";
import { parseAuthorizerResult } from "./result";
import { decodeToken } from "./token";

/**
 * Authorizes a handshake. If it returns undefined, the client may connect and the connection has the authorizer's
 * context.
 */
export type Authorize = (event: RouteEvent, request: ClientRequest) => Promise<Refusal | undefined>;

export function compileAuthorizer(authorizer: Authorizer, services: Services): Authorize {
  const invocation = compileInvocation(authorizer);
  const sources = authorizer.identitySource.map((text) => ({ source: text, read: readIdentity(text) }));
  return async (event, request) => {
    const missing = sources.find(({ read }) => !isPresent(read, event));
    if (missing !== undefined) {
      event.outcome.authorizeStatus = 401;
      return refusal(401, TEXT.unauthorized, "identity-sources", `${missing.source} is missing or empty`);
    }
    tracePassed(services, event, "identity-sources");
    return invokeAuthorizer(invocation, services, event, request, () =>
      decodeToken(sources.map(({ read }) => read(event))),
    );
  };
}

/** Compiles an identity source. One that the control plane would reject has no value. */
function readIdentity(text: string): ReadSource {
  const source = parseIdentitySource(text);
  return "invalid" in source ? () => undefined : readSource(source);
}

function isPresent(read: ReadSource, event: RouteEvent): boolean {
  const value = read(event);
  return value !== undefined && value.length > 0;
}

interface Invocation {
  readonly functionArn: (stageVariables: Readonly<Record<string, string>>) => string;
  readonly authorizerId: string;
  readonly credentialsArn: string | undefined;
}

function compileInvocation(authorizer: Authorizer): Invocation {
  const { authorizerUri, authorizerId, authorizerCredentialsArn: credentialsArn } = authorizer;
  const fixed = authorizerUri.includes("${") ? undefined : (functionArnOf(authorizerUri, {}) ?? authorizerUri);
  return {
    functionArn: (stageVariables) => fixed ?? functionArnOf(authorizerUri, stageVariables) ?? authorizerUri,
    authorizerId,
    credentialsArn,
  };
}

async function invokeAuthorizer(
  authorizer: Invocation,
  services: Services,
  event: RouteEvent,
  request: ClientRequest,
  token: () => DecodedToken | undefined,
): Promise<Refusal | undefined> {
  const { store, clock, limits } = services;
  const { apiId, stageName } = event.connection.facts;
  const started = clock.now();
  const functionArn = authorizer.functionArn(event.stage.stageVariables);

  const failed = (detail: string): Refusal => {
    event.outcome.authorizerStatus = 500;
    event.outcome.authorizerError = detail;
    report("error", detail);
    return refusal(500, TEXT.internal, "authorizer", detail);
  };
  const report = (
    outcome: "allow" | "deny" | "unauthorized" | "error",
    detail: string,
    policy?: readonly Statement[],
  ): void => {
    event.outcome.authorizerLatency = clock.now() - started;
    if (!isTraced(services)) return;
    const { authorizer: result } = event.connection;
    const context =
      result && Object.entries(result.context).map(([key, value]) => [key, maskNamed(key, value)] as const);
    const decoded = token();
    traceEvent(services, event, {
      type: "authorizer",
      functionArn,
      outcome,
      durationMs: clock.now() - started,
      detail,
      ...(decoded && { token: decoded }),
      ...(policy && { policy }),
      ...(result && context && { principalId: result.principalId, context: Object.fromEntries(context) }),
    });
  };

  const fn = await services.findFunction(functionArn);
  if (fn === undefined) return failed(`the function ${functionArn} does not exist`);
  const apiArn = executionArn(store.account, apiId);
  const sourceArn = authorizerArn(apiArn, authorizer.authorizerId);
  if (!mayInvoke(fn, sourceArn, authorizer.credentialsArn)) {
    return failed(
      `the resource policy of ${fn.functionName} does not allow API Gateway to invoke it from ${sourceArn}`,
    );
  }
  const methodArn = routeArn(apiArn, stageName, event.routeKey);
  const payload = authorizerEvent(event, request, methodArn);
  const slow = services.faults.delay("slow-authorizer");
  if (slow !== undefined) traceFault(services, event.connection, "slow-authorizer");
  const invoke = () => services.invoke(fn, payload, invokedFor(event));
  const response = await withDeadline(
    slow === undefined ? invoke() : slow.then(invoke),
    limits.integrationTimeoutMs,
  ).catch((error: unknown) => ({ functionError: { errorType: "Runtime", errorMessage: String(error) } }));
  if (response === EXPIRED) return failed(`it did not respond within ${limits.integrationTimeoutMs} ms`);
  if ("functionError" in response) {
    // Only this message means 401. Any other error means 500.
    if (response.functionError.errorMessage !== TEXT.unauthorized) {
      return failed(`${response.functionError.errorType}: ${response.functionError.errorMessage}`);
    }
    event.outcome.authorizerStatus = 401;
    report("unauthorized", "it threw Unauthorized");
    return refusal(401, TEXT.unauthorized, "authorizer", "the authorizer threw Unauthorized");
  }
  const parsed = parseAuthorizerResult(response.payload, limits.authorizerResultBytes);
  if ("problem" in parsed) return failed(parsed.problem);

  event.connection.authorizer = parsed.result.authorizer;
  event.outcome.authorizerStatus = 200;
  const verdict = evaluatePolicy(parsed.result.statements, methodArn);
  event.outcome.authorizeStatus = verdict.allowed ? 200 : 403;
  report(verdict.allowed ? "allow" : "deny", verdict.detail, parsed.result.statements);
  return verdict.allowed ? undefined : refusal(403, TEXT.forbidden, "policy", verdict.detail);
}
