/** What the line of an exchange says: what it was, and why it ended as it did. */
import type { TraceEvent } from "../../../trace/trace";
import { type Exchange, find } from "./exchange";

/** Returns what the client, the backend or the gateway did. */
export function titleOf(exchange: Exchange): string {
  const [first] = exchange.events;
  switch (exchange.kind) {
    case "handshake":
      return first?.type === "connecting" ? withoutMasked(first.path) : "";
    case "message":
      return find(exchange, "frame")?.text ?? "message";
    case "push":
      return find(exchange, "frame")?.text ?? "push";
    case "management":
      return `@connections ${find(exchange, "management")?.method ?? ""}`;
    case "close": {
      const closed = find(exchange, "closed");
      return closed ? `closed by ${closed.by}${closed.reason ? `: ${closed.reason}` : ""}` : "$disconnect";
    }
    case "note":
      return noteOf(first);
  }
}

function noteOf(event: TraceEvent | undefined): string {
  if (event?.type === "notice") return event.message;
  if (event?.type === "fault") return `rehearsed failure ${event.fault}: ${event.detail}`;
  if (event?.type === "access-log") return `access log: ${event.line}`;
  return event?.type === "function-log" ? `${event.functionName}: ${event.line}` : "";
}

/** Returns why an exchange failed, the most precise reason first; empty where it did not. */
export function reasonOf(exchange: Exchange): string {
  if (exchange.outcome !== "bad") return "";
  const authorizer = find(exchange, "authorizer");
  const decision = authorizer && authorizer.outcome !== "allow" ? decisionOf(exchange) : undefined;
  if (decision !== undefined) return decision;
  if (authorizer !== undefined && authorizer.outcome !== "allow") return authorizer.detail;
  for (const event of exchange.events) {
    if (event.type === "check" && !event.passed) return event.detail ?? event.check;
    if (event.type === "integration-failure") return event.detail;
    if (event.type === "route" && !event.found) return `no route has the key ${JSON.stringify(event.selected)}`;
    if (event.type === "management") return event.detail;
  }
  const refused = find(exchange, "refused");
  if (refused !== undefined) return refused.detail || refused.message;
  const response = find(exchange, "integration-response");
  if (response !== undefined && response.status >= 400) return `the backend answered ${response.status}`;
  const closed = find(exchange, "closed");
  return closed ? `closed by ${closed.by}` : "";
}

/** The record that this project's authorizer logs for a decision: `reason`, and what was compared. */
function decisionOf(exchange: Exchange): string | undefined {
  for (const event of exchange.events) {
    const record = event.type === "function-log" ? parseObject(event.line) : undefined;
    if (record === undefined || typeof record.reason !== "string") continue;
    const { reason, claim, expected, received } = record;
    const compared = [
      ...(received === undefined ? [] : [`is ${textOf(claim, received)}`]),
      ...(expected === undefined ? [] : [`must be ${textOf(claim, expected)}${BOUNDS[reason] ?? ""}`]),
    ];
    return claim === undefined
      ? reason
      : `${reason}: ${[`${claim} ${compared[0] ?? ""}`.trim(), ...compared.slice(1)].join(", ")}`;
  }
  return undefined;
}

/** Claims that are seconds since the epoch. */
const TIMES = new Set(["exp", "nbf", "iat"]);
/** Where the expected value is a limit. */
const BOUNDS: Readonly<Record<string, string>> = {
  expired: " or later",
  not_yet_valid: " or earlier",
  issued_in_future: " or earlier",
};

/** A value of a claim for a person. The log has the received one as JSON. */
function textOf(claim: unknown, value: unknown): string {
  const seconds = Number(value);
  if (TIMES.has(String(claim)) && seconds > 0) return new Date(1000 * seconds).toISOString().replace(/[.]\d+/, "");
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The path without the parameters that are masked. */
function withoutMasked(path: string): string {
  const [start = "", query = ""] = path.split(/[?](.*)/s);
  const shown = query.split("&").filter((pair) => pair !== "" && !pair.includes("=<masked, "));
  return shown.length > 0 ? `${start}?${shown.join("&")}` : start;
}

export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
