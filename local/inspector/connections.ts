/**
 * The table of connections: the state of each, from the events so far. The gateway keeps it from its start, so that a page
 * that is opened later has every open connection, and the page continues it with the events that follow.
 */
import type { TraceEvent } from "../trace/trace";

export type ConnectionState = "connecting" | "open" | "refused" | "closed";

export interface ConnectionRow {
  readonly id: string;
  readonly apiId: string;
  readonly stage: string;
  readonly state: ConnectionState;
  /** The status of a refusal, or the code of a close. */
  readonly code: number | undefined;
  /** The authorizer's principalId; of a client that is not allowed, what its token says. */
  readonly user: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly lastAt: number;
  /** What happened last, such as `message` or `push`. */
  readonly last: string;
  /** Of the last event that changed the row. */
  readonly number: number;
}

/** Connections that are not open any more. Older ones are forgotten, so that the table is limited. */
const ENDED = 5_000;

export class Connections {
  readonly #rows = new Map<string, ConnectionRow>();
  /** Ended connections, oldest first. */
  readonly #ended = new Set<string>();

  constructor(rows: Iterable<ConnectionRow> = []) {
    for (const row of rows) this.#set(row);
  }

  get size(): number {
    return this.#rows.size;
  }

  /** By connectionId, in the order in which they connected. */
  get rows(): ReadonlyMap<string, ConnectionRow> {
    return this.#rows;
  }

  /** Events that the table already has, or that are a step of a request, are passed over. */
  apply(number: number, event: TraceEvent, at = event.at): void {
    if (!("connectionId" in event) || !event.connectionId || !("apiId" in event)) return;
    const { connectionId: id, apiId, stage } = event;
    const known = this.#rows.get(id);
    const change = changeOf(event);
    if (known !== undefined && (number <= known.number || change === undefined)) return;
    // A call of `@connections` for a connection that does not exist is not a connection.
    if (known === undefined && (event.type === "management" || event.type === "closed")) return;
    const first: ConnectionRow = known ?? {
      id,
      apiId,
      stage,
      state: event.type === "connecting" || event.type === "refused" ? "connecting" : "open",
      code: undefined,
      user: "",
      since: at,
      lastAt: at,
      last: "",
      number,
    };
    // Each field by itself: this runs for every event, and merging two objects takes several times as long.
    const { state = first.state, code = first.code, user = first.user, last = first.last } = change ?? {};
    this.#set({ ...first, state, code, user, last, lastAt: at, number });
  }

  /** Forgets the connections that have ended. */
  clear(): void {
    for (const id of this.#ended) this.#rows.delete(id);
    this.#ended.clear();
  }

  #set(row: ConnectionRow): void {
    this.#rows.set(row.id, row);
    if (row.state !== "refused" && row.state !== "closed") return;
    this.#ended.add(row.id);
    for (const id of this.#ended) {
      if (this.#ended.size <= ENDED) return;
      this.#ended.delete(id);
      this.#rows.delete(id);
    }
  }
}

/** The authorizer's principalId; of a client that is not allowed, what its token says. */
function userOf(event: Extract<TraceEvent, { type: "authorizer" }>): string {
  const { outcome, principalId = "" } = event;
  const sub = outcome === "allow" ? undefined : event.token?.claims.sub;
  return typeof sub === "string" ? sub : principalId;
}

type Change = Partial<Pick<ConnectionRow, "state" | "code" | "user" | "last">>;

/** Undefined for the steps of a request, which are half of the events: those before and after them change the row. */
function changeOf(event: TraceEvent): Change | undefined {
  switch (event.type) {
    case "connecting":
    case "fault":
      return {};
    case "authorizer":
      return { user: userOf(event), last: `authorizer: ${event.outcome}` };
    case "opened":
      return { state: "open", last: "opened" };
    case "refused":
      return { state: "refused", code: event.status, last: "refused" };
    case "closed":
      return { state: "closed", code: event.code, last: `closed by ${event.by}` };
    case "frame":
      return { last: event.cause };
    case "integration-failure":
      return { last: event.reason };
    case "management":
      return event.method === "POST" && event.status < 300
        ? {}
        : { last: `@connections ${event.method} ${event.status}` };
    default:
      return undefined;
  }
}
