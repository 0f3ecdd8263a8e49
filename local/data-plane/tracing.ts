/**
 * Emits the trace events of a route event, with the data of its connection and request. These functions do nothing while
 * the trace has no listener.
 */
import type { Check, TraceEvent } from "../trace/trace";
import type { Connection } from "./connections/connection";
import { FAULTS, type FaultName } from "./faults";
import type { RouteEvent } from "./route-event";
import type { Services } from "./services";

type Filled = "at" | "apiId" | "stage" | "connectionId" | "requestId" | "routeKey";
type InRequestEvent = Extract<TraceEvent, { routeKey: string }>;
/** An event without the fields that all events of a request have. */
type Fields = InRequestEvent extends infer E ? (E extends InRequestEvent ? Omit<E, Filled> : never) : never;

type Tracing = Pick<Services, "trace" | "clock">;

/**
 * Returns whether the trace has a listener. Call it before building the fields of an event, which are otherwise not
 * needed.
 */
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

/** Writes a line for an event that fails on purpose. */
export function traceFault({ trace, clock }: Tracing, { facts }: Connection, fault: FaultName): void {
  if (!trace.active) return;
  const { apiId, stageName: stage, connectionId } = facts;
  trace.emit({ type: "fault", at: clock.now(), apiId, stage, connectionId, fault, detail: FAULTS[fault].does });
}
