/**
 * The request that an HTTP or HTTP_PROXY integration makes of an event.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-integration-requests.html
 */
import type { Integration } from "../../model";
import {
  HOP_BY_HOP,
  headerValue,
  type Mapping,
  mappedPath,
  mappedQuery,
  parameterMappings,
} from "../parameter-mapping";
import { parseQuery } from "../query";
import type { RouteEvent } from "../route-event";
import { withStageVariables } from "../services";
import type { BackendRequest } from "./http-backends";

const URI = /^(https?:\/\/[^/?#]+)([^?#]*)(?:\?([^#]*))?/i;

/** Of the client's headers, a proxy does not pass on those of its connection and those that the gateway sets. */
const NOT_FORWARDED = new Set([
  ...HOP_BY_HOP,
  "host",
  "user-agent",
  "x-amzn-apigateway-api-id",
  "x-amzn-trace-id",
  "x-forwarded-for",
  "x-forwarded-port",
  "x-forwarded-proto",
]);

export type MakeRequest = (event: RouteEvent, body: string) => Omit<BackendRequest, "keepBody"> | undefined;

/** Gives undefined where the URI is none. */
export function compileHttpRequest(integration: Integration): MakeRequest {
  const mappings = parameterMappings(integration.requestParameters);
  const inQuery = mappings.filter(({ location }) => location === "querystring");
  const inHeader = mappings.filter(({ location }) => location === "header");
  const inPath = mappings.filter(({ location }) => location === "path");
  const proxy = integration.integrationType === "HTTP_PROXY";
  const uri = integration.integrationUri ?? "";
  // ANY is the client's own method where it has one: a WebSocket client has none, so POST.
  const method = integration.integrationMethod === "ANY" ? "POST" : (integration.integrationMethod ?? "POST");
  const fixed = uri.includes("${stageVariables.") ? undefined : URI.exec(uri);
  const own = ownHeaders(proxy, inHeader);

  return (event, text) => {
    const match = fixed ?? URI.exec(withStageVariables(uri, event.stage.stageVariables));
    const [, origin, path = "", query = ""] = match ?? [];
    if (origin === undefined) return undefined;
    // A body is lost on GET and HEAD, as observed (https://stackoverflow.com/questions/70742479).
    const body = text === "" || method === "GET" || method === "HEAD" ? undefined : text;
    const client = proxy && event.request !== undefined ? unmappedQuery(event.request.rawQuery, inQuery) : "";
    const search = [query, client, mappedQuery(inQuery, event)].filter((part) => part !== "").join("&");
    return {
      origin,
      path: `${mappedPath(path, inPath, event) || "/"}${search === "" ? "" : `?${search}`}`.replace(UNSAFE, encodeURI),
      method,
      headers: own(event, body !== undefined),
      body: body !== undefined && integration.contentHandlingStrategy === "CONVERT_TO_BINARY" ? fromBase64(body) : body,
      timeoutMs: integration.timeoutInMillis,
    };
  };
}

/** What a client may put into its query string and a request line cannot hold. */
const UNSAFE = /[^\x21-\x7e]+/gu;

/** The client's own query string, without what a mapping sets: a client cannot put its `connectionId` beside the real one. */
function unmappedQuery(rawQuery: string, mappings: readonly Mapping[]): string {
  const mapped = new Set(mappings.map(({ name }) => name));
  const pairs = rawQuery
    .split("&")
    .filter((pair) => !Object.keys(parseQuery(pair).single).some((name) => mapped.has(name)));
  return pairs.join("&").replaceAll("#", "%23");
}

function fromBase64(text: string): Buffer {
  return Buffer.from(text, "base64");
}

function ownHeaders(proxy: boolean, mappings: readonly Mapping[]): (event: RouteEvent, hasBody: boolean) => string[] {
  const mapped = new Set(mappings.map(({ name }) => name.toLowerCase()));
  return (event, hasBody) => {
    const { apiId } = event.connection.facts;
    const headers: string[] = [];
    const add = (name: string, value: string): void => {
      if (!mapped.has(name.toLowerCase())) headers.push(name, value);
    };
    add("User-Agent", `AmazonAPIGateway_${apiId}`);
    add("x-amzn-apigateway-api-id", apiId);
    const { request } = event;
    if (request !== undefined) add("X-Amzn-Trace-Id", request.traceId);
    if (!proxy) {
      add("Accept", "application/json");
      add("Content-Type", "application/json");
    } else if (request !== undefined) {
      for (let i = 0; i + 1 < request.rawHeaders.length; i += 2) {
        const name = request.rawHeaders[i] ?? "";
        if (!NOT_FORWARDED.has(name.toLowerCase())) add(name, request.rawHeaders[i + 1] ?? "");
      }
      add("X-Forwarded-For", request.forwardedFor);
      add("X-Forwarded-Port", "443");
      add("X-Forwarded-Proto", "https");
    } else if (hasBody) {
      add("Content-Type", "application/json");
    }
    for (const { name, read } of mappings) {
      const value = read(event);
      if (value === undefined) continue;
      for (const one of typeof value === "string" ? [value] : value) headers.push(name, headerValue(one));
    }
    return headers;
  };
}
