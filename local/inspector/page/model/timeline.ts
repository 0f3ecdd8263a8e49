/** Collects events to exchanges, limited in bytes: the oldest exchanges are forgotten. */
import type { TraceEvent } from "../../../trace/trace";
import { conclude, type Exchange, kindOf } from "./exchange";
import { bytesOf } from "./size";

/** The size of an exchange without its events, about. */
const EXCHANGE_BYTES = 400;
const NONE: readonly Exchange[] = [];

export class Timeline {
  /** In the order of their beginnings. */
  readonly all: Exchange[] = [];
  /** The routes and statuses so far, for the filters. */
  readonly routes = new Set<string>();
  readonly statuses = new Set<string>();
  readonly #byConnection = new Map<string, Exchange[]>();
  readonly #byRequest = new Map<string, Exchange>();
  #bytes = 0;

  constructor(private readonly maximumBytes: number) {}

  /** The exchanges of one connection. */
  of(connectionId: string): readonly Exchange[] {
    return this.#byConnection.get(connectionId) ?? NONE;
  }

  apply(number: number, event: TraceEvent): void {
    const exchange = this.#exchangeOf(number, event);
    const bytes = bytesOf(event);
    exchange.events.push(event);
    exchange.numbers.push(number);
    exchange.bytes += bytes;
    this.#bytes += bytes;
    if ("routeKey" in event) exchange.routeKey = event.routeKey;
    if ("requestId" in event && event.requestId) this.#byRequest.set(event.requestId, exchange);
    conclude(exchange, event);
    if (exchange.routeKey !== "") this.routes.add(exchange.routeKey);
    if (exchange.status !== "") this.statuses.add(exchange.status);
    if (this.#bytes > this.maximumBytes) this.#trim();
  }

  clear(): void {
    this.all.length = 0;
    this.#byConnection.clear();
    this.#byRequest.clear();
    this.routes.clear();
    this.statuses.clear();
    this.#bytes = 0;
  }

  #exchangeOf(number: number, event: TraceEvent): Exchange {
    const requestId = "requestId" in event ? event.requestId : undefined;
    const known = requestId === undefined ? undefined : this.#byRequest.get(requestId);
    return known ?? this.#continued(event) ?? this.#begin(number, event);
  }

  /** The exchange that an event without its own request continues. */
  #continued(event: TraceEvent): Exchange | undefined {
    const connectionId = "connectionId" in event ? (event.connectionId ?? "") : "";
    if (connectionId === "") return undefined;
    const exchanges = this.of(connectionId);
    switch (event.type) {
      case "opened":
      case "refused":
        return exchanges.find(({ kind }) => kind === "handshake");
      case "management": {
        // The gateway sends the pushed frame, and then answers the call.
        const last = exchanges.at(-1);
        const answers =
          event.method === "POST" && event.status < 400 && last?.kind === "push" && last.status === "sent";
        return answers ? last : undefined;
      }
      default:
        return "routeKey" in event && event.routeKey === "$disconnect"
          ? exchanges.findLast(({ kind }) => kind === "close")
          : undefined;
    }
  }

  #begin(number: number, event: TraceEvent): Exchange {
    const exchange: Exchange = {
      id: number,
      kind: kindOf(event),
      connectionId: "connectionId" in event ? (event.connectionId ?? "") : "",
      at: event.at,
      events: [],
      numbers: [],
      routeKey: "",
      outcome: "pending",
      status: "",
      bytes: EXCHANGE_BYTES,
    };
    this.#bytes += EXCHANGE_BYTES;
    this.all.push(exchange);
    if (exchange.connectionId !== "") {
      const exchanges = this.#byConnection.get(exchange.connectionId);
      if (exchanges === undefined) this.#byConnection.set(exchange.connectionId, [exchange]);
      else exchanges.push(exchange);
    }
    return exchange;
  }

  /** Forgets a tenth at a time: moving the array for each exchange would be slow. */
  #trim(): void {
    let count = 0;
    while (this.#bytes > 0.9 * this.maximumBytes && count < this.all.length) {
      this.#bytes -= this.all[count]?.bytes ?? 0;
      count += 1;
    }
    for (const { connectionId, events } of this.all.splice(0, count)) {
      const exchanges = this.#byConnection.get(connectionId);
      exchanges?.shift();
      if (exchanges?.length === 0) this.#byConnection.delete(connectionId);
      for (const event of events) if ("requestId" in event && event.requestId) this.#byRequest.delete(event.requestId);
    }
  }
}
