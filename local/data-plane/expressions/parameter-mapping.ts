/** Evaluates parameter mappings: which values of an event are sent to the backend. */
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
/** The result is undefined where there is no value: the parameter is then omitted. */
export type ReadSource = (event: RouteEvent) => Value;

export interface CompiledMapping {
  readonly location: MappingTargetLocation;
  readonly name: string;
  readonly read: ReadSource;
}

/** The mappings of an integration that the control plane has taken. */
export function parameterMappings(requestParameters: Readonly<Record<string, string>> = {}): Mapping[] {
  return Object.entries(requestParameters).flatMap(([targetText, sourceText]) => {
    const target = parseMappingTarget(targetText);
    const source = parseMappingSource(sourceText);
    return target === undefined || "invalid" in source ? [] : [{ target, source }];
  });
}

/** Compiles mappings. Headers of the connection with the backend are not the API's to set. */
export function compileMappings(mappings: readonly Mapping[]): CompiledMapping[] {
  return mappings
    .filter(({ target: { location, name } }) => location !== "header" || headerOwner(name) !== "connection")
    .map(({ target: { location, name }, source }) => ({ location, name, read: readSource(source) }));
}

/** Compiles one source to a function that reads it. */
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

/** The mapped query string, encoded, without a `?`. */
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

/** Puts path parameters into a path with `{name}` in it. A value is always one segment, even with a `/` in it. */
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
    // Half a surrogate pair, which is valid in JSON but not in UTF-8.
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
