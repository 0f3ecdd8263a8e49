/** What the line of an exchange says: what it was, and why it ended as it did. */
import type { TraceEvent } from "../../../trace/trace";
import { type Exchange, find } from "./exchange";

/** Returns what the client, the backend or the gateway did. */
export function titleOf(exchange: Exchange): string {
  const [first] = exchange.events;
  switch (exchange.kind) {
    case "handshake":
      return first?.type === "connecting" ? `connect ${first.path}` : `connect ${exchange.connectionId}`;
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
      ...(claim === undefined ? [] : [String(claim)]),
      ...(expected === undefined ? [] : [`must be ${textOf(expected)}`]),
      ...(received === undefined ? [] : [`is ${textOf(received)}`]),
    ];
    return compared.length > 0 ? `${reason}: ${compared.join(", ")}` : reason;
  }
  return undefined;
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
