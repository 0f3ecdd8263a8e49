/**
 * Route keys: which event each stands for.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-develop-routes.html
 */

/** `$context.eventType` */
export type EventType = "CONNECT" | "MESSAGE" | "DISCONNECT";

/** The keys that begin with `$`. AWS reserves the prefix for them. */
export const PREDEFINED_ROUTE_KEYS = ["$connect", "$disconnect", "$default"] as const;

export interface RouteKey {
  readonly text: string;
  readonly event: EventType;
  /** Begins with `$` and is not predefined. AWS advises against it; whether it refuses it is not documented. */
  readonly reserved: boolean;
}

/**
 * The key from its text, or undefined for the empty text, the only one that API Gateway is known to refuse.
 *
 * @example
 * parseRouteKey("$connect"); // { text: "$connect", event: "CONNECT", reserved: false }
 */
export function parseRouteKey(text: string): RouteKey | undefined {
  if (text === "") return undefined;
  const predefined = PREDEFINED_ROUTE_KEYS.some((key) => key === text);
  return { text, event: eventOf(text), reserved: text.startsWith("$") && !predefined };
}

/** The event in which a route of this key is called. */
export function eventOf(routeKey: string): EventType {
  return routeKey === "$connect" ? "CONNECT" : routeKey === "$disconnect" ? "DISCONNECT" : "MESSAGE";
}
