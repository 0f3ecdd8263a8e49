/**
 * Builds the event of an AWS_PROXY integration: payload format 1.0 of a WebSocket API.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-integration-requests.html
 * Empty members are left out, as in published sample events.
 */
import { requestContext } from "../expressions/request-context";
import type { RouteEvent } from "../route-event";

/** Observed: a DISCONNECT event has these headers. */
const disconnectHeaders = (host: string): Record<string, string> => ({
  Host: host,
  "x-api-key": "",
  "X-Forwarded-For": "",
  "x-restapi": "",
});

export function lambdaProxyEvent(event: RouteEvent): unknown {
  const { authorizer } = event.connection;
  const context = {
    ...requestContext(event),
    ...(authorizer && {
      authorizer: {
        ...authorizer.context,
        principalId: authorizer.principalId,
        ...(event.type === "CONNECT" && { integrationLatency: event.outcome.authorizerLatency ?? 0 }),
      },
    }),
    ...(event.ending && { disconnectStatusCode: event.ending.code, disconnectReason: event.ending.reason }),
    ...(event.messageId !== undefined && { messageId: event.messageId }),
  };
  const { stageVariables } = event.stage;
  return {
    ...parts(event),
    ...(Object.keys(stageVariables).length > 0 && { stageVariables }),
    requestContext: context,
    ...(event.type === "MESSAGE" && { body: event.body }),
    isBase64Encoded: false,
  };
}

function parts(event: RouteEvent): Record<string, unknown> {
  const { request } = event;
  if (request !== undefined) {
    const { single, multi, empty } = request.query;
    return {
      ...request.headerMaps("integration"),
      ...(!empty && { queryStringParameters: single, multiValueQueryStringParameters: multi }),
    };
  }
  if (event.type !== "DISCONNECT") return {};
  const headers = disconnectHeaders(event.connection.facts.domainName);
  const multiValueHeaders = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
  return { headers, multiValueHeaders };
}
