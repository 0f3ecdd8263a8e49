/** The trace events of a handshake: the client asks to connect, the connection is open, the gateway refused it. */
import { maskHeaders, maskUrl } from "../../trace/masking";
import type { Connection } from "../connections/connection";
import type { RouteEvent } from "../route-event";
import type { Services } from "../services";
import type { Accepted } from "./connect";
import type { Refusal } from "./refusal";

/** `secrets`: names of query-string parameters whose values are masked. */
export function traceConnecting(
  { trace }: Services,
  event: RouteEvent,
  url: string,
  secrets: ReadonlySet<string>,
): void {
  if (!trace.active) return;
  const { apiId, stageName: stage, connectionId, sourceIp, userAgent } = event.connection.facts;
  const { at, requestId } = event;
  const path = maskUrl(url, secrets);
  const headers = maskHeaders(event.request?.rawHeaders ?? [], secrets);
  trace.emit({ type: "connecting", at, apiId, stage, connectionId, requestId, path, sourceIp, userAgent, headers });
}

export function traceOpened(
  { trace, clock }: Services,
  event: RouteEvent,
  { headers }: Accepted,
  compressed: boolean,
): void {
  if (!trace.active) return;
  const { apiId, stageName: stage, connectionId } = event.connection.facts;
  const protocol = headers.find(([name]) => name.toLowerCase() === "sec-websocket-protocol")?.[1];
  const at = clock.now();
  trace.emit({ type: "opened", at, apiId, stage, connectionId, durationMs: at - event.at, protocol, compressed });
}

/** `since`: when the handshake began, in milliseconds since the epoch. */
export function traceRefused(
  { trace, clock }: Services,
  { status, message, check, detail, early }: Refusal,
  { apiId, stageName: stage, connectionId }: Pick<Connection["facts"], "apiId" | "stageName" | "connectionId">,
  since: number,
): void {
  if (!trace.active) return;
  const at = clock.now();
  const fields = { at, apiId, stage, connectionId, status, check, durationMs: at - since };
  // A later refusal's detail is in the event of its check.
  trace.emit({ type: "refused", ...fields, message: message === "" ? detail : message, detail: early ? detail : "" });
}
