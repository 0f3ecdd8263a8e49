/**
 * `$context` of WebSocket APIs: the names, where each may be used, and in which event it has a value.
 *
 * - templates: variables of mapping templates, and of parameter mappings, which take the same ones.
 *   https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html
 *   https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-data-mapping.html
 * - logs: variables of access logs.
 *   https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-logging.html
 * - observed: in neither list, but in what a template prints for `$context`.
 *   https://stackoverflow.com/questions/70742479
 */
import type { EventType } from "./route-key";

export type ContextUse = "template" | "log";

export interface ContextVariable {
  readonly source: "both" | "templates" | "logs" | "observed";
  /** Has a value in this event only. Absent: in each. */
  readonly event?: EventType;
  /** Has a value in every handshake before the authorizer runs, so that it can identify a client. */
  readonly atHandshake?: true;
}

const always: ContextVariable = { source: "both", atHandshake: true };
/** Set only by what the client, IAM or an error brings about. */
const sometimes: ContextVariable = { source: "both" };
const logs: ContextVariable = { source: "logs" };

const VARIABLES = {
  apiId: always,
  connectedAt: always,
  connectionId: always,
  domainName: always,
  eventType: always,
  extendedRequestId: always,
  messageDirection: { source: "observed", atHandshake: true },
  requestId: always,
  requestTime: always,
  requestTimeEpoch: always,
  routeKey: always,
  stage: always,
  messageId: { source: "both", event: "MESSAGE" },
  disconnectReason: { source: "observed", event: "DISCONNECT" },
  disconnectStatusCode: { source: "observed", event: "DISCONNECT" },
  status: sometimes,
  "identity.accountId": sometimes,
  "identity.apiKey": sometimes,
  "identity.apiKeyId": sometimes,
  "identity.caller": sometimes,
  "identity.cognitoAuthenticationProvider": sometimes,
  "identity.cognitoAuthenticationType": sometimes,
  "identity.cognitoIdentityId": sometimes,
  "identity.cognitoIdentityPoolId": sometimes,
  "identity.sourceIp": always,
  "identity.user": sometimes,
  "identity.userAgent": always,
  "identity.userArn": sometimes,
  "error.message": logs,
  "error.messageString": sometimes,
  "error.responseType": logs,
  "error.validationErrorString": sometimes,
  "authenticate.error": logs,
  "authenticate.latency": logs,
  "authenticate.status": logs,
  "authorize.error": logs,
  "authorize.latency": logs,
  "authorize.status": logs,
  "authorizer.error": logs,
  "authorizer.integrationLatency": logs,
  "authorizer.integrationStatus": logs,
  "authorizer.latency": logs,
  "authorizer.requestId": logs,
  "authorizer.status": logs,
  "integration.error": logs,
  "integration.integrationStatus": logs,
  "integration.latency": logs,
  "integration.requestId": logs,
  "integration.status": logs,
  integrationLatency: logs,
} satisfies Readonly<Record<string, ContextVariable>>;

export type ContextVariableName = keyof typeof VARIABLES;

/** Name to what is known of it. `authorizer.<key>`, what the authorizer returned, is not in here: its keys are its own. */
export const CONTEXT_VARIABLES: Readonly<Record<ContextVariableName, ContextVariable>> = VARIABLES;

export function isContextVariable(name: string): name is ContextVariableName {
  return Object.hasOwn(CONTEXT_VARIABLES, name);
}

/**
 * Whether the variable may be used there. Mappings take what templates take.
 *
 * @example
 * isUsable("integrationLatency", "template"); // false: of access logs only
 */
export function isUsable(name: string, use: ContextUse): name is ContextVariableName {
  if (!isContextVariable(name)) return false;
  const { source } = CONTEXT_VARIABLES[name];
  return source === "both" || (use === "log" ? source === "logs" : source !== "logs");
}

/** Names that may be used there. */
export function contextVariables(use: ContextUse): readonly ContextVariableName[] {
  return Object.keys(CONTEXT_VARIABLES).filter((name) => isUsable(name, use));
}
