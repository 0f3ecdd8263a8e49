/**
 * The event of a REQUEST authorizer.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
 */

import { requestContext } from "../expressions/request-context";
import type { ClientRequest } from "../handshake/client-request";
import type { RouteEvent } from "../route-event";

export function authorizerEvent(event: RouteEvent, request: ClientRequest, methodArn: string): unknown {
  const { single, multi } = request.query;
  return {
    type: "REQUEST",
    methodArn,
    ...request.headerMaps("authorizer"),
    queryStringParameters: single,
    multiValueQueryStringParameters: multi,
    stageVariables: event.stage.stageVariables,
    requestContext: requestContext(event),
  };
}
