/**
 * Builds the HTTP request of an HTTP or HTTP_PROXY integration for an event.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-integration-requests.html
 */
import { headerOwner } from "../../../aws/headers";
import type { Mapping } from "../../../aws/parameter-mapping";
import type { Integration } from "../../api/types";
import {
  type CompiledMapping,
  compileMappings,
  headerValue,
  mappedPath,
  mappedQuery,
} from "../expressions/parameter-mapping";
import type { ClientRequest } from "../handshake/client-request";
import { parseQuery } from "../handshake/query";
import type { RouteEvent } from "../route-event";
import { withStageVariables } from "../services";
import type { HttpRequest } from "./http-client";

const URI = /^(https?:\/\/[^/?#]+)([^?#]*)(?:\?([^#]*))?/i;

export type MakeRequest = (event: RouteEvent, body: string) => Omit<HttpRequest, "keep"> | undefined;

/**
 * Compiles an integration to a function that builds its request. That function returns undefined if the URI is not an
 * http(s) URL.
 */
export function compileHttpRequest(integration: Integration, parsed: readonly Mapping[]): MakeRequest {
  const mappings = compileMappings(parsed);
  const inQuery = mappings.filter(({ location }) => location === "querystring");
  const inHeader = mappings.filter(({ location }) => location === "header");
  const inPath = mappings.filter(({ location }) => location === "path");
  const proxy = integration.integrationType === "HTTP_PROXY";
  const uri = integration.integrationUri ?? "";
  // ANY means the client's method. A WebSocket message has none, so POST is used.
  const method = integration.integrationMethod === "ANY" ? "POST" : (integration.integrationMethod ?? "POST");
  const fixed = uri.includes("${stageVariables.") ? undefined : partsOf(uri);
  const own = ownHeaders(proxy, inHeader);

  return (event, text) => {
    const match = fixed ?? partsOf(withStageVariables(uri, event.stage.stageVariables));
    if (match === undefined) return undefined;
    const { origin, path, query } = match;
    // Observed: GET and HEAD have no body (https://stackoverflow.com/questions/70742479).
    const body = text === "" || method === "GET" || method === "HEAD" ? undefined : text;
    const client = proxy && event.request !== undefined ? unmappedQuery(event.request.rawQuery, inQuery) : "";
    const search = [query, client, mappedQuery(inQuery, event)].filter((part) => part !== "").join("&");
    return {
      origin,
      path: `${mappedPath(path, inPath, event) || "/"}${search === "" ? "" : `?${search}`}`,
      method,
      headers: own(event, body !== undefined),
      body: body !== undefined && integration.contentHandlingStrategy === "CONVERT_TO_BINARY" ? fromBase64(body) : body,
      timeoutMs: integration.timeoutInMillis,
    };
  };
}

interface UriParts {
  readonly origin: string;
  readonly path: string;
  readonly query: string;
}

function partsOf(uri: string): UriParts | undefined {
  const [, origin, path = "", query = ""] = URI.exec(uri) ?? [];
  return origin === undefined ? undefined : { origin, path: safe(path), query: safe(query) };
}

/**
 * Characters that a URI or a client's query string may have, but a request line may not. Mapped values are always
 * encoded.
 */
const UNSAFE = /[^\x21-\x7e]+/gu;

function safe(text: string): string {
  return text.replace(UNSAFE, encodeURI);
}

/** Returns the client's query string without mapped parameters, so that a client cannot send a second `connectionId`. */
function unmappedQuery(rawQuery: string, mappings: readonly CompiledMapping[]): string {
  const mapped = new Set(mappings.map(({ name }) => name));
  const pairs = rawQuery
    .split("&")
    .filter((pair) => !Object.keys(parseQuery(pair).single).some((name) => mapped.has(name)));
  return safe(pairs.join("&").replaceAll("#", "%23"));
}

function fromBase64(text: string): Buffer {
  return Buffer.from(text, "base64");
}

function ownHeaders(
  proxy: boolean,
  mappings: readonly CompiledMapping[],
): (event: RouteEvent, hasBody: boolean) => string[] {
  const mapped = new Set(mappings.map(({ name }) => name.toLowerCase()));
  /** Returns alternating names and values, without headers that a mapping sets. */
  const unmapped = (...headers: readonly string[]): string[] =>
    mapped.size === 0 ? [...headers] : headers.filter((_, i) => !mapped.has(headers[i - (i % 2)]?.toLowerCase() ?? ""));

  return (event, hasBody) => {
    const { apiId } = event.connection.facts;
    const { request } = event;
    const headers = unmapped("User-Agent", `AmazonAPIGateway_${apiId}`, "x-amzn-apigateway-api-id", apiId);
    if (request !== undefined) headers.push(...unmapped("X-Amzn-Trace-Id", request.traceId));
    if (!proxy) {
      headers.push(...unmapped("Accept", "application/json", "Content-Type", "application/json"));
    } else if (request !== undefined) {
      headers.push(...unmapped(...forwarded(request)));
    } else if (hasBody) {
      headers.push(...unmapped("Content-Type", "application/json"));
    }
    for (const { name, read } of mappings) {
      const value = read(event);
      if (value === undefined) continue;
      for (const one of typeof value === "string" ? [value] : value) headers.push(name, headerValue(one));
    }
    return headers;
  };
}

/** Returns the client's headers that a proxy integration passes on, and the forwarding headers. */
function forwarded({ rawHeaders, forwardedFor }: ClientRequest): string[] {
  const passed = rawHeaders.filter((_, i) => isForwarded(rawHeaders[i - (i % 2)] ?? ""));
  return [...passed, "X-Forwarded-For", forwardedFor, "X-Forwarded-Port", "443", "X-Forwarded-Proto", "https"];
}

/**
 * Returns whether a proxy integration passes on a client's header: not those of the connection, and not those that API
 * Gateway sets.
 */
function isForwarded(name: string): boolean {
  const owner = headerOwner(name);
  return owner !== "connection" && owner !== "gateway";
}
