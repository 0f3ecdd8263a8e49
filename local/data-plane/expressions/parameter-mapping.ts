/**
 * Request parameters: `integration.request.<location>.<name>` to where its value comes from.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-data-mapping.html
 */

import type { RouteEvent } from "../route-event";
import { contextVariable } from "./context-variables";
import { asText, jsonPath } from "./json-path";

type Value = string | readonly string[] | undefined;
/** Gives undefined where there is nothing: the parameter is then left out. */
export type ReadSource = (event: RouteEvent) => Value;

export interface Mapping {
  readonly location: "querystring" | "header" | "path";
  readonly name: string;
  /** The expression, for people. */
  readonly source: string;
  /** A value written in single quotes, the same for everybody. */
  readonly isStatic: boolean;
  readonly read: ReadSource;
}

const TARGET = /^integration\.request\.(querystring|header|path)\.(.+)$/;
/** RFC 9110 section 5.6.2. */
export const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** They belong to the connection with the backend, not to the request (RFC 9110 section 7.6.1). */
export const HOP_BY_HOP = new Set([
  "connection",
  "content-length",
  "expect",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

export function parameterMappings(requestParameters: Readonly<Record<string, string>> | undefined): Mapping[] {
  const mappings: Mapping[] = [];
  for (const [target, source] of Object.entries(requestParameters ?? {})) {
    const [, location, name] = TARGET.exec(target) ?? [];
    if (name === undefined || (location !== "querystring" && location !== "header" && location !== "path")) continue;
    if (location === "header" && (!HEADER_NAME.test(name) || HOP_BY_HOP.has(name.toLowerCase()))) continue;
    mappings.push({ location, name, source, isStatic: source.startsWith("'"), read: mappingSource(source) });
  }
  return mappings;
}

/** `X-Mine` of `route.request.header.X-Mine` or `integration.request.header.X-Mine`. */
export function nameOf(parameter: string): string {
  return parameter.split(".").slice(3).join(".");
}

/** Compiles one expression, such as `route.request.querystring.stocks`, `context.connectionId` or `'static'`. */
export function mappingSource(source: string): ReadSource {
  if (source.startsWith("'") && source.endsWith("'") && source.length >= 2) {
    const value = source.slice(1, -1);
    return () => value;
  }
  const [, kind, name = ""] =
    /^(route\.request\.(?:querystring|header|multivaluequerystring|multivalueheader|body)|context|stageVariables)\.(.+)$/.exec(
      source,
    ) ?? [];
  switch (kind) {
    case "context": {
      const read = contextVariable(name);
      return (event) => asText(read(event));
    }
    case "stageVariables":
      return (event) => event.stage.stageVariables[name];
    case "route.request.body": {
      const find = jsonPath(name);
      return (event) => asText(find(event.json));
    }
    case "route.request.querystring":
      return (event) => event.request?.query.single[name];
    case "route.request.multivaluequerystring":
      return (event) => event.request?.query.multi[name];
    case "route.request.header":
      return (event) => event.request?.header(name);
    case "route.request.multivalueheader":
      return (event) => {
        const values = event.request?.headerValues(name);
        return values?.length === 0 ? undefined : values;
      };
    default:
      return source === "route.request.body" ? (event) => event.body : () => undefined;
  }
}

/** The mapped query string, encoded, without a `?`. */
export function mappedQuery(mappings: readonly Mapping[], event: RouteEvent): string {
  let query = "";
  for (const { name, read } of mappings) {
    const value = read(event);
    if (value === undefined) continue;
    const key = encodeURIComponent(name);
    for (const one of typeof value === "string" ? [value] : value) {
      query += `${query === "" ? "" : "&"}${key}=${encode(one)}`;
    }
  }
  return query;
}

/** Puts path parameters into a path with `{name}` in it. A value stays one segment, whatever it holds. */
export function mappedPath(path: string, mappings: readonly Mapping[], event: RouteEvent): string {
  if (mappings.length === 0) return path;
  return path.replace(/\{([^{}]+)\}/g, (whole, name: string) => {
    const value = mappings.find((mapping) => mapping.name === name)?.read(event);
    if (value === undefined) return whole;
    const segment = typeof value === "string" ? value : value.join(",");
    return /^\.\.?$/.test(segment) ? segment.replaceAll(".", "%2E") : encode(segment);
  });
}

function encode(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    // Half a surrogate pair, which JSON can hold and UTF-8 cannot.
    return encodeURIComponent(Buffer.from(text, "utf8").toString("utf8"));
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not get through.
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]/g;

/**
 * A value as a header can carry it: in one line, so that no client writes headers of its own, and with UTF-8 bytes
 * where it is not ASCII.
 */
export function headerValue(text: string): string {
  const line = text.replace(CONTROL, "");
  return isAscii(line) ? line : Buffer.from(line, "utf8").toString("latin1");
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7e) return false;
  return true;
}
