/**
 * Exchanges: a handshake, a message, a push, a close. Each is one line of the timeline, and consists of the events from its
 * beginning to its outcome.
 */
import type { TraceEvent } from "../../../trace/trace";

export type Kind = "handshake" | "message" | "push" | "management" | "close" | "note";
export type Outcome = "pending" | "ok" | "bad" | "none";

export interface Exchange {
  /** The number of its first event. */
  readonly id: number;
  readonly kind: Kind;
  /** Empty for a note, and for a handshake that was refused before it had one. */
  readonly connectionId: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly events: TraceEvent[];
  /** Numbers of {@link events}, for export. */
  readonly numbers: number[];
  routeKey: string;
  outcome: Outcome;
  /** The status for a person and for the filter: `101`, `403`, `timeout`. Empty while it is pending. */
  status: string;
  bytes: number;
}

export type EventOf<Type extends TraceEvent["type"]> = Extract<TraceEvent, { type: Type }>;

/** The first event of a type. */
export function find<Type extends TraceEvent["type"]>(exchange: Exchange, type: Type): EventOf<Type> | undefined {
  return exchange.events.find((event): event is EventOf<Type> => event.type === type);
}

/** The kind of the exchange that an event begins. */
export function kindOf(event: TraceEvent): Kind {
  switch (event.type) {
    case "connecting":
    case "opened":
    case "refused":
      return "handshake";
    case "closed":
      return "close";
    case "frame":
      return event.cause === "push" ? "push" : "message";
    case "management":
      return event.method === "POST" ? "push" : "management";
    case "notice":
    case "fault":
    case "access-log":
    case "function-log":
      return "note";
    default:
      return event.routeKey === "$connect" ? "handshake" : event.routeKey === "$disconnect" ? "close" : "message";
  }
}

/** Applies what an event says about the exchange's result. */
export function conclude(exchange: Exchange, event: TraceEvent): void {
  const settle = (outcome: Outcome, status: string): void => {
    exchange.outcome = outcome;
    exchange.status = status;
  };
  switch (event.type) {
    case "opened":
      settle("ok", "101");
      return;
    case "refused":
      settle("bad", String(event.status));
      return;
    case "closed":
      settle(event.by === "client" || event.by === "management" ? "none" : "bad", String(event.code));
      return;
    case "management":
      settle(event.status < 400 ? "ok" : "bad", String(event.status));
      return;
    case "route":
      if (!event.found) settle("bad", "no route");
      return;
    case "check":
      if (!event.passed && exchange.kind === "message") settle("bad", event.check);
      return;
    case "integration-response":
      if (exchange.kind === "message") settle(event.status < 400 ? "ok" : "bad", String(event.status));
      return;
    case "integration-failure":
      settle("bad", event.reason);
      return;
    case "frame":
      if (event.cause === "push") settle("ok", "sent");
      if (event.cause === "error" && exchange.outcome !== "bad") settle("bad", "error");
      return;
    case "notice":
    case "fault":
    case "access-log":
    case "function-log":
      if (exchange.kind === "note") settle("none", "");
  }
}
