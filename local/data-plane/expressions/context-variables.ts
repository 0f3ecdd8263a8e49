/**
 * `$context`, one table for all who read it: parameter mappings, identity sources, templates and access logs.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-logging.html
 */
import { requestTime } from "../clock";
import type { RouteEvent } from "../route-event";

export type ContextValue = string | number | undefined;
type Read = (event: RouteEvent) => ContextValue;

const VARIABLES: Readonly<Record<string, Read>> = {
  apiId: (e) => e.connection.facts.apiId,
  connectedAt: (e) => e.connection.facts.connectedAt,
  connectionId: (e) => e.connection.facts.connectionId,
  // Not in the documented list, but printed by `$context` (https://stackoverflow.com/questions/70742479).
  disconnectReason: (e) => e.ending?.reason,
  disconnectStatusCode: (e) => e.ending?.code,
  domainName: (e) => e.connection.facts.domainName,
  eventType: (e) => e.type,
  extendedRequestId: (e) => e.requestId,
  messageDirection: () => "IN",
  messageId: (e) => e.messageId,
  requestId: (e) => e.requestId,
  requestTime: (e) => requestTime(e.at),
  requestTimeEpoch: (e) => e.at,
  routeKey: (e) => e.routeKey,
  stage: (e) => e.connection.facts.stageName,
  status: (e) => e.outcome.status,
  "identity.apiKey": (e) => e.connection.facts.apiKey,
  "identity.sourceIp": (e) => e.connection.facts.sourceIp,
  "identity.userAgent": (e) => e.connection.facts.userAgent,
  "error.message": (e) => e.outcome.errorMessage,
  "error.messageString": (e) =>
    e.outcome.errorMessage === undefined ? undefined : JSON.stringify(e.outcome.errorMessage),
  "error.responseType": (e) => e.outcome.errorResponseType,
  "error.validationErrorString": (e) => e.outcome.validationError,
  "authorize.status": (e) => e.outcome.authorizeStatus,
  "authorizer.error": (e) => e.outcome.authorizerError,
  "authorizer.latency": (e) => e.outcome.authorizerLatency,
  "authorizer.principalId": (e) => e.connection.authorizer?.principalId,
  "authorizer.status": (e) => e.outcome.authorizerStatus,
  "integration.error": (e) => e.outcome.integrationError,
  "integration.integrationStatus": (e) => e.outcome.integrationStatus,
  "integration.latency": (e) => e.outcome.integrationLatency,
  "integration.status": (e) => e.outcome.integrationStatus,
  integrationErrorMessage: (e) => e.outcome.integrationError,
  integrationLatency: (e) => e.outcome.integrationLatency,
  integrationStatus: (e) => e.outcome.integrationStatus,
};

const AUTHORIZER = "authorizer.";

/** Compiles the name of a variable, without `$context.`, to a function that reads it. Unknown names read as undefined. */
export function contextVariable(name: string): Read {
  const own = Object.hasOwn(VARIABLES, name) ? VARIABLES[name] : undefined;
  if (name.startsWith(AUTHORIZER)) {
    const key = name.slice(AUTHORIZER.length);
    // What the authorizer returned comes before what the gateway says of it.
    return (event) => {
      const context = event.connection.authorizer?.context;
      return context !== undefined && Object.hasOwn(context, key) ? context[key] : own?.(event);
    };
  }
  return own ?? (() => undefined);
}

/** All of `$context`, as a tree, for templates. Its authorizer part holds only what the authorizer returned. */
export function contextTree(event: RouteEvent): Record<string, unknown> {
  const tree: Record<string, unknown> = {};
  const groups: Record<string, Record<string, unknown>> = { identity: {}, error: {}, integration: {} };
  for (const [name, read] of Object.entries(VARIABLES)) {
    const value = read(event);
    if (value === undefined || name.startsWith(AUTHORIZER)) continue;
    const [group = "", key] = name.split(".");
    const target = groups[group];
    if (key === undefined) tree[name] = value;
    else if (target !== undefined) target[key] = value;
  }
  const { authorizer } = event.connection;
  return {
    ...tree,
    ...groups,
    authorizer: authorizer === undefined ? {} : { ...authorizer.context, principalId: authorizer.principalId },
  };
}
