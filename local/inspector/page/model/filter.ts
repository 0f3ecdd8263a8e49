/** Which connections and exchanges are shown. */
import type { ConnectionRow } from "../../connections";
import type { Exchange } from "./exchange";

export interface Filters {
  /** Searched in ids, users, stages, and in everything that the exchanges of a connection have. */
  readonly text: string;
  /** Empty: every state. */
  readonly state: string;
  /** Empty: every route. {@link FRAMES}: messages and pushes of every route. */
  readonly route: string;
  /** Empty: every status. `bad`: everything that failed. */
  readonly status: string;
}

export const NO_FILTERS: Filters = { text: "", state: "", route: "", status: "" };

/** API Gateway reserves names of routes that begin with `$`. */
export const FRAMES = "$frames";

/** The text of an exchange, in which the filter searches. Kept until an event is added. */
const texts = new WeakMap<Exchange, { readonly events: number; readonly text: string }>();

function textOf(exchange: Exchange): string {
  const known = texts.get(exchange);
  if (known?.events === exchange.events.length) return known.text;
  const text = JSON.stringify(exchange.events).toLowerCase().replaceAll('\\"', '"');
  texts.set(exchange, { events: exchange.events.length, text });
  return text;
}

export function showsExchange({ text, route, status }: Filters, exchange: Exchange): boolean {
  if (route === FRAMES) {
    if (exchange.kind !== "message" && exchange.kind !== "push") return false;
  } else if (route !== "" && exchange.routeKey !== route) return false;
  if (status === "bad" ? exchange.outcome !== "bad" : status !== "" && exchange.status !== status) return false;
  return text === "" || textOf(exchange).includes(text.toLowerCase());
}

/** @param exchanges of this connection */
export function showsConnection(filters: Filters, row: ConnectionRow, exchanges: readonly Exchange[]): boolean {
  if (filters.state !== "" && row.state !== filters.state) return false;
  const text = filters.text.toLowerCase();
  if (text === "" && filters.route === "" && filters.status === "") return true;
  const named = `${row.id} ${row.user} ${row.stage}`.toLowerCase().includes(text);
  const wanted = named ? { ...filters, text: "" } : filters;
  if (wanted.text === "" && wanted.route === "" && wanted.status === "") return true;
  return exchanges.some((exchange) => showsExchange(wanted, exchange));
}
