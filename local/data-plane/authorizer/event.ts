/**
 * The event of a REQUEST authorizer.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
 */
import type { ClientRequest } from "../client-request";
import { requestTime } from "../clock";
import type { RouteEvent } from "../route-event";

export function authorizerEvent(event: RouteEvent, request: ClientRequest, methodArn: string): unknown {
  const { facts } = event.connection;
  const { single, multi } = request.query;
  return {
    type: "REQUEST",
    methodArn,
    ...request.headerMaps("authorizer"),
    queryStringParameters: single,
    multiValueQueryStringParameters: multi,
    stageVariables: event.stage.stageVariables,
    requestContext: {
      routeKey: event.routeKey,
      eventType: "CONNECT",
      extendedRequestId: event.requestId,
      requestTime: requestTime(event.at),
      messageDirection: "IN",
      stage: facts.stageName,
      connectedAt: facts.connectedAt,
      requestTimeEpoch: event.at,
      identity: { userAgent: facts.userAgent, sourceIp: facts.sourceIp },
      requestId: event.requestId,
      domainName: facts.domainName,
      connectionId: facts.connectionId,
      apiId: facts.apiId,
    },
  };
}
