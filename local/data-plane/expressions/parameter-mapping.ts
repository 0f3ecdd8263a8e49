/** Evaluates parameter mappings, which copy values of an event to the backend's request. */
import { headerOwner } from "../../../aws/headers";
import { compileJsonPath } from "../../../aws/json-path";
import {
  type Mapping,
  type MappingSource,
  type MappingTargetLocation,
  parseMappingSource,
  parseMappingTarget,
} from "../../../aws/parameter-mapping";
import type { RouteEvent } from "../route-event";
import { readAuthorizerKey, readContext } from "./context-variables";
import { asText } from "./json-text";

type Value = string | readonly string[] | undefined;
/** Reads the value of a source. If it is undefined, the parameter is omitted. */
export type ReadSource = (event: RouteEvent) => Value;

/** A mapping that is ready to be evaluated: the target's location and name, and the function that reads the source. */
export interface CompiledMapping {
  readonly location: MappingTargetLocation;
  readonly name: string;
  readonly read: ReadSource;
}

/** Parses the mappings of an integration. The control plane has validated them, so invalid ones are skipped. */
export function parameterMappings(requestParameters: Readonly<Record<string, string>> = {}): Mapping[] {
  return Object.entries(requestParameters).flatMap(([targetText, sourceText]) => {
    const target = parseMappingTarget(targetText);
    const source = parseMappingSource(sourceText);
    return target === undefined || "invalid" in source ? [] : [{ target, source }];
  });
}

/** Compiles mappings. Skips headers that belong to the connection with the backend, because API Gateway drops them. */
export function compileMappings(mappings: readonly Mapping[]): CompiledMapping[] {
  return mappings
    .filter(({ target: { location, name } }) => location !== "header" || headerOwner(name) !== "connection")
    .map(({ target: { location, name }, source }) => ({ location, name, read: readSource(source) }));
}

/** Compiles a source to the function that reads it. */
export function readSource(source: MappingSource): ReadSource {
  switch (source.kind) {
    case "static":
      return () => source.value;
    case "context": {
      const read = readContext(source.name);
      return (event) => asText(read(event));
    }
    case "authorizer": {
      const read = readAuthorizerKey(source.key);
      return (event) => asText(read(event));
    }
    case "stageVariable":
      return (event) => event.stage.stageVariables[source.name];
    case "body": {
      const find = compileJsonPath(source.path);
      return (event) => asText(find(event.json));
    }
    case "request":
      return readRequest(source.location, source.name);
  }
}

function readRequest(location: Extract<MappingSource, { kind: "request" }>["location"], name: string): ReadSource {
  switch (location) {
    case "querystring":
      return (event) => event.request?.query.single[name];
    case "multivaluequerystring":
      return (event) => event.request?.query.multi[name];
    case "header":
      return (event) => event.request?.header(name);
    case "multivalueheader":
      return (event) => {
        const values = event.request?.headerValues(name);
        return values?.length === 0 ? undefined : values;
      };
  }
}

/** Builds the query string of the backend's request, percent-encoded and without `?`. */
export function mappedQuery(mappings: readonly CompiledMapping[], event: RouteEvent): string {
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

/** Replaces `{name}` in a path by path parameters. A value is always one segment, because its slashes are encoded. */
export function mappedPath(path: string, mappings: readonly CompiledMapping[], event: RouteEvent): string {
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
    // A lone surrogate, which is valid in JSON but not in UTF-8.
    return encodeURIComponent(Buffer.from(text, "utf8").toString("utf8"));
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern removes control characters.
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]/g;

/**
 * Encodes a value for a header. Removes line breaks and other control characters, so that a client cannot inject headers.
 * Characters outside of ASCII become UTF-8 bytes.
 */
export function headerValue(text: string): string {
  const line = text.replace(CONTROL, "");
  return isAscii(line) ? line : Buffer.from(line, "utf8").toString("latin1");
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7e) return false;
  return true;
}
