/**
 * The `$context` variables of WebSocket APIs: their names, where each may be used, and in which events it has a value.
 *
 * - templates: variables of mapping templates. Parameter mappings accept the same ones.
 *   https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html
 *   https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-data-mapping.html
 * - logs: variables of access logs.
 *   https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-logging.html
 * - observed: in neither list, but present when a template prints `$context`.
 *   https://stackoverflow.com/questions/70742479
 */
import type { EventType } from "./route-key";

/** Where a variable is used. `template` includes parameter mappings. */
export type ContextUse = "template" | "log";

/** Properties of a `$context` variable. */
export interface ContextVariable {
  /** Which of the lists above contains the variable. */
  readonly source: "both" | "templates" | "logs" | "observed";
  /** The only event in which the variable has a value. Undefined if it has one in every event. */
  readonly event?: EventType;
  /** The variable has a value in every handshake before the authorizer runs. It can therefore be an identity source. */
  readonly atHandshake?: true;
}

const always: ContextVariable = { source: "both", atHandshake: true };
/** Has a value only if the client, IAM or an error provides one. */
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

/** Name of a variable without `$context.`, such as `identity.sourceIp`. */
export type ContextVariableName = keyof typeof VARIABLES;

/** Every variable by name. `authorizer.<key>` is missing, because the authorizer chooses the keys of its context. */
export const CONTEXT_VARIABLES: Readonly<Record<ContextVariableName, ContextVariable>> = VARIABLES;

/** Returns whether a `$context` variable of this name exists. */
export function isContextVariable(name: string): name is ContextVariableName {
  return Object.hasOwn(CONTEXT_VARIABLES, name);
}

/**
 * Returns whether the variable exists and may be used there.
 *
 * @example
 * isUsable("integrationLatency", "template"); // false: only access logs have it
 */
export function isUsable(name: string, use: ContextUse): name is ContextVariableName {
  if (!isContextVariable(name)) return false;
  const { source } = CONTEXT_VARIABLES[name];
  return source === "both" || (use === "log" ? source === "logs" : source !== "logs");
}

/** Returns the names of the variables that may be used there. */
export function contextVariables(use: ContextUse): readonly ContextVariableName[] {
  return Object.keys(CONTEXT_VARIABLES).filter((name) => isUsable(name, use));
}
