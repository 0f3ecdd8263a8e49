/**
 * The event of a REQUEST authorizer.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
 */

import { requestContext } from "../expressions/request-context";
import type { ClientRequest, HeaderMaps } from "../handshake/client-request";
import type { RouteEvent } from "../route-event";

export function authorizerEvent(event: RouteEvent, request: ClientRequest, methodArn: string): unknown {
  const { single, multi } = request.query;
  let maps: HeaderMaps | undefined;
  /** Only when they are read: this project's authorizer needs no headers unless its settings name one. */
  const headerMaps = (): HeaderMaps => (maps ??= request.headerMaps("authorizer"));
  return {
    type: "REQUEST",
    methodArn,
    get headers() {
      return headerMaps().headers;
    },
    get multiValueHeaders() {
      return headerMaps().multiValueHeaders;
    },
    queryStringParameters: single,
    multiValueQueryStringParameters: multi,
    stageVariables: event.stage.stageVariables,
    requestContext: requestContext(event),
  };
}
