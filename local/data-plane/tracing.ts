/** Writes trace events of a route event, and only where somebody listens. */
import type { Check, TraceEvent } from "../trace/trace";
import type { RouteEvent } from "./route-event";
import type { Services } from "./services";

type Filled = "at" | "apiId" | "stage" | "connectionId" | "requestId" | "routeKey";
type InRequestEvent = Extract<TraceEvent, { routeKey: string }>;
/** An event without what every event of a request carries. */
type Told = InRequestEvent extends infer E ? (E extends InRequestEvent ? Omit<E, Filled> : never) : never;

type Telling = Pick<Services, "trace" | "clock">;

/** Ask this before building what {@link tell} is told. */
export function isTraced({ trace }: Telling): boolean {
  return trace.active;
}

export const tell = {
  event({ trace, clock }: Telling, event: RouteEvent, told: Told): void {
    const { apiId, stageName: stage, connectionId } = event.connection.facts;
    const { requestId, routeKey } = event;
    trace.emit({ at: clock.now(), apiId, stage, connectionId, requestId, routeKey, ...told });
  },

  passed(services: Telling, event: RouteEvent, check: Check): void {
    if (services.trace.active) tell.event(services, event, { type: "check", check, passed: true });
  },

  failed(services: Telling, event: RouteEvent, check: Check, detail: string): void {
    if (services.trace.active) tell.event(services, event, { type: "check", check, passed: false, detail });
  },

  notice({ trace, clock }: Telling, code: string, message: string): void {
    if (trace.active) trace.emit({ type: "notice", at: clock.now(), code, message });
  },
};

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
