/** Builds the part of `requestContext` that events for authorizers and for integrations share. */
import { requestTime } from "../clock";
import type { RouteEvent } from "../route-event";

export function requestContext(event: RouteEvent) {
  const { facts } = event.connection;
  return {
    routeKey: event.routeKey,
    eventType: event.type,
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
  };
}
