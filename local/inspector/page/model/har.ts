/**
 * Writes exchanges as a HAR file: an entry for each handshake, with its messages as Chrome writes them, and one for each
 * request to a backend. `_events` has the events themselves, so that the inspector can open the file again.
 * http://www.softwareishard.com/blog/har-12-spec/
 */
import type { Numbered } from "../../history";
import { type EventOf, type Exchange, find } from "./exchange";
import { durationOf } from "./timing";

type Headers = Readonly<Record<string, string>>;

export function toHar(exchanges: readonly Exchange[], events: readonly Numbered[], origin: string): unknown {
  const entries = exchanges.flatMap((exchange) => [
    ...handshakeEntry(exchange, exchanges, origin),
    ...backendEntry(exchange),
  ]);
  return {
    log: { version: "1.2", creator: { name: "websocket-gateway inspector", version: "1" }, entries, _events: events },
  };
}

function handshakeEntry(exchange: Exchange, all: readonly Exchange[], origin: string): unknown[] {
  const connecting = find(exchange, "connecting");
  if (connecting === undefined) return [];
  const refused = find(exchange, "refused");
  const status = refused?.status ?? (find(exchange, "opened") ? 101 : 0);
  const messages = all
    .filter(({ connectionId }) => connectionId === exchange.connectionId)
    .flatMap(({ events }) => events)
    .filter((event) => event.type === "frame")
    .map(({ at, direction, text }) => ({
      type: direction === "in" ? "send" : "receive",
      time: at / 1000,
      opcode: 1,
      data: text,
    }));
  return [
    {
      ...entryOf(exchange, durationOf(exchange)),
      request: requestOf("GET", `${origin}${connecting.path}`, connecting.headers, undefined),
      response: responseOf(status, {}, ""),
      connection: exchange.connectionId,
      _resourceType: "websocket",
      _webSocketMessages: messages,
    },
  ];
}

function backendEntry(exchange: Exchange): unknown[] {
  const request = find(exchange, "integration-request");
  if (request === undefined || !URL.canParse(request.target)) return [];
  const response = find(exchange, "integration-response");
  const failure = find(exchange, "integration-failure");
  const time = response?.durationMs ?? failure?.durationMs ?? 0;
  return [
    {
      ...entryOf({ at: request.at }, time),
      request: requestOf(request.method, request.target, request.headers, request.body),
      response: answerOf(response, failure),
      connection: exchange.connectionId,
      comment: `${request.routeKey} of ${exchange.connectionId}`,
    },
  ];
}

function answerOf(
  response: EventOf<"integration-response"> | undefined,
  failure: EventOf<"integration-failure"> | undefined,
): unknown {
  if (response === undefined) return { ...responseOf(0, {}, ""), _error: failure?.detail ?? "" };
  return responseOf(response.status, response.headers ?? {}, response.body, response.bytes);
}

function entryOf({ at }: Pick<Exchange, "at">, time: number) {
  return {
    startedDateTime: new Date(at).toISOString(),
    time,
    cache: {},
    timings: { send: 0, wait: time, receive: 0 },
  };
}

function requestOf(method: string, target: string, headers: Headers, body: string | undefined) {
  // Encoded: what the trace masks has characters that a URL may not have.
  const url = new URL(target);
  const query = [...url.searchParams].map(([name, value]) => ({ name, value }));
  return {
    method,
    url: url.href,
    httpVersion: "HTTP/1.1",
    cookies: [],
    headers: listOf(headers),
    queryString: query,
    ...(body && { postData: { mimeType: typeOf(headers), text: body } }),
    headersSize: -1,
    bodySize: body === undefined ? 0 : new TextEncoder().encode(body).length,
  };
}

function responseOf(status: number, headers: Headers, text: string, size = text.length) {
  return {
    status,
    statusText: "",
    httpVersion: "HTTP/1.1",
    cookies: [],
    headers: listOf(headers),
    content: { size, mimeType: typeOf(headers), text },
    redirectURL: "",
    headersSize: -1,
    bodySize: size,
  };
}

function listOf(headers: Headers) {
  return Object.entries(headers).map(([name, value]) => ({ name, value }));
}

function typeOf(headers: Headers): string {
  return Object.entries(headers).find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
}
