/** Reads `$context` variables from an event, for parameter mappings, templates and access logs. */
import { type ContextVariableName, contextVariables, isUsable } from "../../../aws/context-variables";
import { requestTime } from "../clock";
import type { RouteEvent } from "../route-event";

export type ContextValue = string | number | undefined;
type Read = (event: RouteEvent) => ContextValue;

/** For variables of Cognito and API key records, which the local gateway does not have. */
const never: Read = () => undefined;

const READ: Readonly<Record<ContextVariableName, Read>> = {
  apiId: (e) => e.connection.facts.apiId,
  connectedAt: (e) => e.connection.facts.connectedAt,
  connectionId: (e) => e.connection.facts.connectionId,
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
  "authorizer.status": (e) => e.outcome.authorizerStatus,
  "integration.error": (e) => e.outcome.integrationError,
  "integration.integrationStatus": (e) => e.outcome.integrationStatus,
  "integration.latency": (e) => e.outcome.integrationLatency,
  "integration.status": (e) => e.outcome.integrationStatus,
  integrationLatency: (e) => e.outcome.integrationLatency,
  "authenticate.error": never,
  "authenticate.latency": never,
  "authenticate.status": never,
  "authorize.error": never,
  "authorize.latency": never,
  "authorizer.integrationLatency": (e) => e.outcome.authorizerLatency,
  "authorizer.integrationStatus": (e) => e.outcome.authorizerStatus,
  "authorizer.requestId": never,
  "identity.accountId": (e) => e.connection.caller?.accountId,
  "identity.apiKeyId": never,
  "identity.caller": (e) => e.connection.caller?.user,
  "identity.cognitoAuthenticationProvider": never,
  "identity.cognitoAuthenticationType": never,
  "identity.cognitoIdentityId": never,
  "identity.cognitoIdentityPoolId": never,
  "identity.user": (e) => e.connection.caller?.user,
  "identity.userArn": (e) => e.connection.caller?.userArn,
  "integration.requestId": never,
};

/** Returns the function that reads a variable. */
export function readContext(name: ContextVariableName): Read {
  return READ[name];
}

/** Returns the function that reads a key of the authorizer's context, or its `principalId`. */
export function readAuthorizerKey(key: string): Read {
  return ({ connection: { authorizer } }) => {
    if (authorizer === undefined) return undefined;
    if (Object.hasOwn(authorizer.context, key)) return authorizer.context[key];
    return key === "principalId" ? authorizer.principalId : undefined;
  };
}

/**
 * Returns the function that reads a variable for an access log. The value is undefined if access logs do not have the
 * variable.
 *
 * @param name the text after `$context.`
 */
export function logVariable(name: string): Read {
  const own = isUsable(name, "log") ? READ[name] : undefined;
  if (!name.startsWith("authorizer.")) return own ?? never;
  const ofAuthorizer = readAuthorizerKey(name.slice("authorizer.".length));
  // A key of the authorizer's context has precedence over API Gateway's variable of that name.
  return own === undefined ? ofAuthorizer : (event) => ofAuthorizer(event) ?? own(event);
}

const IN_TEMPLATES = contextVariables("template").flatMap((name) => {
  const [group = "", key] = name.split(".");
  return READ[name] === never ? [] : [{ group, key, read: READ[name] }];
});

/** Builds the object `$context` for templates. */
export function contextTree(event: RouteEvent): Record<string, unknown> {
  const tree: Record<string, unknown> = {};
  const groups: Record<string, Record<string, unknown>> = { identity: {}, error: {} };
  for (const { group, key, read } of IN_TEMPLATES) {
    const value = read(event);
    if (value === undefined) continue;
    const target = groups[group];
    if (key === undefined) tree[group] = value;
    else if (target !== undefined) target[key] = value;
  }
  const { authorizer } = event.connection;
  return {
    ...tree,
    ...groups,
    authorizer: authorizer === undefined ? {} : { ...authorizer.context, principalId: authorizer.principalId },
  };
}
