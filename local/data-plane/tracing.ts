/**
 * Trace events of a route event, filled in with the connection and the request that they belong to. All of these do
 * nothing while the trace has no listener.
 */
import type { Check, TraceEvent } from "../trace/trace";
import type { RouteEvent } from "./route-event";
import type { Services } from "./services";

type Filled = "at" | "apiId" | "stage" | "connectionId" | "requestId" | "routeKey";
type InRequestEvent = Extract<TraceEvent, { routeKey: string }>;
/** An event without what every event of a request carries. */
type Fields = InRequestEvent extends infer E ? (E extends InRequestEvent ? Omit<E, Filled> : never) : never;

type Tracing = Pick<Services, "trace" | "clock">;

/** Ask this before the fields of an event are built: without a listener they are not needed. */
export function isTraced({ trace }: Tracing): boolean {
  return trace.active;
}

export function traceEvent({ trace, clock }: Tracing, event: RouteEvent, fields: Fields): void {
  if (!trace.active) return;
  const { apiId, stageName: stage, connectionId } = event.connection.facts;
  const { requestId, routeKey } = event;
  trace.emit({ at: clock.now(), apiId, stage, connectionId, requestId, routeKey, ...fields });
}

export function tracePassed(services: Tracing, event: RouteEvent, check: Check): void {
  if (services.trace.active) traceEvent(services, event, { type: "check", check, passed: true });
}

export function traceFailed(services: Tracing, event: RouteEvent, check: Check, detail: string): void {
  if (services.trace.active) traceEvent(services, event, { type: "check", check, passed: false, detail });
}

export function traceNotice({ trace, clock }: Tracing, code: string, message: string): void {
  if (trace.active) trace.emit({ type: "notice", at: clock.now(), code, message });
}
