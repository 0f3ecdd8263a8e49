/** The format of access logs: one JSON line per handshake, message and disconnect. */
import type { ContextVariableName } from "../aws/context-variables";

type LogVariable = `$context.${ContextVariableName | "authorizer.principalId"}`;

/**
 * Field to `$context` variable (https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-logging.html).
 * API Gateway requires the request id. The query string is left out because it contains the token.
 */
const FIELDS = {
  requestTime: "$context.requestTime",
  requestId: "$context.requestId",
  connectionId: "$context.connectionId",
  messageId: "$context.messageId",
  eventType: "$context.eventType",
  routeKey: "$context.routeKey",
  status: "$context.status",
  sourceIp: "$context.identity.sourceIp",
  userAgent: "$context.identity.userAgent",
  principalId: "$context.authorizer.principalId",
  error: "$context.error.message",
  errorType: "$context.error.responseType",
  authorizerStatus: "$context.authorizer.status",
  authorizerLatency: "$context.authorizer.latency",
  authorizerError: "$context.authorizer.error",
  integrationStatus: "$context.integration.status",
  integrationLatency: "$context.integration.latency",
  integrationError: "$context.integration.error",
} as const satisfies Readonly<Record<string, LogVariable>>;

export const ACCESS_LOG_FORMAT = JSON.stringify(FIELDS);

/** Variables with the query string or a part of it. */
const QUERY_STRING = /\$(context\.(requestOverride\.)?(path|querystring|rawQueryString)\b|input\b)|querystring/i;

/** Returns whether a log of this format contains the query string, in which browsers must send the token. */
export const logsQueryString = (format: string): boolean => QUERY_STRING.test(format);
