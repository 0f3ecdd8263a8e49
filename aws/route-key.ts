/**
 * Route keys and the events that they handle.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-develop-routes.html
 */

/** Type of an event, as in `$context.eventType`. */
export type EventType = "CONNECT" | "MESSAGE" | "DISCONNECT";

/** Predefined keys. AWS reserves the prefix `$` for them. */
export const PREDEFINED_ROUTE_KEYS = ["$connect", "$disconnect", "$default"] as const;

/** A parsed route key. */
export interface RouteKey {
  readonly text: string;
  readonly event: EventType;
  /** Begins with `$` and is not predefined. AWS advises against such keys, and does not document whether it rejects them. */
  readonly reserved: boolean;
}

/**
 * Parses a route key.
 *
 * @returns undefined for an empty text, the only one that API Gateway is known to reject
 * @example
 * parseRouteKey("$connect"); // { text: "$connect", event: "CONNECT", reserved: false }
 */
export function parseRouteKey(text: string): RouteKey | undefined {
  if (text === "") return undefined;
  const predefined = PREDEFINED_ROUTE_KEYS.some((key) => key === text);
  return { text, event: eventOf(text), reserved: text.startsWith("$") && !predefined };
}

/** Returns the type of the events that the route of a key handles. */
export function eventOf(routeKey: string): EventType {
  return routeKey === "$connect" ? "CONNECT" : routeKey === "$disconnect" ? "DISCONNECT" : "MESSAGE";
}
