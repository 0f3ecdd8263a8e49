/**
 * Parameter mappings: copy values of an event to parameters of the backend's request, as in
 * `integration.request.querystring.userId = context.authorizer.userId`.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-data-mapping.html
 *
 * Each parsed value keeps AWS's text in `text`.
 */
import { type ContextVariableName, isUsable } from "./context-variables";
import { type JsonPath, parseJsonPath } from "./json-path";
import { STAGE_VARIABLE_NAME } from "./names";

export const REQUEST_LOCATIONS = ["querystring", "header", "multivaluequerystring", "multivalueheader"] as const;
export type RequestLocation = (typeof REQUEST_LOCATIONS)[number];

/** A query parameter or header of the handshake. Only `$connect` can read it, and the route must declare it. */
export type RequestSourceText = `route.request.${RequestLocation}.${string}`;
/** A value that every route can read. Static values are in single quotes. */
export type EventSourceText =
  | `context.${string}`
  | `stageVariables.${string}`
  | `route.request.body.${string}`
  | `'${string}'`;
export type MappingSourceText = RequestSourceText | EventSourceText;

export interface RequestSource<Text extends RequestSourceText = RequestSourceText> {
  readonly kind: "request";
  readonly text: Text;
  readonly location: RequestLocation;
  readonly name: string;
}
export type ContextSource =
  | { readonly kind: "context"; readonly text: `context.${string}`; readonly name: ContextVariableName }
  /** A key of the context that the authorizer returned. */
  | { readonly kind: "authorizer"; readonly text: `context.${string}`; readonly key: string };
export interface StageVariableSource {
  readonly kind: "stageVariable";
  readonly text: `stageVariables.${string}`;
  readonly name: string;
}
export interface StaticSource {
  readonly kind: "static";
  readonly text: `'${string}'`;
  readonly value: string;
}
export type EventSource =
  | { readonly kind: "body"; readonly text: `route.request.body.${string}`; readonly path: JsonPath }
  | ContextSource
  | StageVariableSource
  | StaticSource;
export type MappingSource = RequestSource | EventSource;

export type MappingTargetLocation = "querystring" | "header" | "path";
export type MappingTargetText = `integration.request.${MappingTargetLocation}.${string}`;
/** The parameter of the backend's request that a mapping sets. */
export interface MappingTarget {
  readonly text: MappingTargetText;
  readonly location: MappingTargetLocation;
  readonly name: string;
}

/** One parameter mapping: the value of `source` is sent to the backend as `target`. */
export interface Mapping<Source extends MappingSource = MappingSource> {
  readonly target: MappingTarget;
  readonly source: Source;
}

/** Why a text is not a source. `location` and `name` are the parts that could be parsed. */
export type InvalidSource =
  /** It has none of the forms. */
  | { readonly invalid: "form" }
  | { readonly invalid: "static" }
  | { readonly invalid: "location"; readonly location: string }
  | { readonly invalid: "name"; readonly location: RequestLocation }
  | { readonly invalid: "path" }
  | { readonly invalid: "context name" | "context variable" | "stage variable"; readonly name: string }
  | { readonly invalid: "authorizer key" };

/** Names of parameters. Source: the page above. */
const NAME = /^[a-zA-Z0-9._$-]+$/;

/** Returns whether AWS accepts the text as the name of a parameter. */
export function isParameterName(text: string): boolean {
  return NAME.test(text);
}

/**
 * Parses a mapping source.
 *
 * @returns the source, or the reason why AWS would reject it
 * @example
 * parseMappingSource("context.authorizer.userId"); // { kind: "authorizer", text: "context.authorizer.userId", key: "userId" }
 * parseMappingSource("$context.stage"); // { invalid: "form" }
 */
export function parseMappingSource(text: string): MappingSource | InvalidSource {
  if (text.startsWith("'")) {
    const value = /^'([^'\p{Cc}]*)'$/u.exec(text)?.[1];
    return value === undefined ? { invalid: "static" } : staticSource(value);
  }
  const [head = "", ...rest] = text.split(".");
  const name = rest.join(".");
  if (head === "context" && name !== "") return parseContext(name);
  if (head === "stageVariables" && name !== "") {
    return STAGE_VARIABLE_NAME.test(name)
      ? { kind: "stageVariable", text: `stageVariables.${name}`, name }
      : { invalid: "stage variable", name };
  }
  return text.startsWith("route.request.") ? parseRequest(rest.slice(1)) : { invalid: "form" };
}

/** Builds the source of a fixed value. The value must not contain a single quote, because AWS has no escape for it. */
export function staticSource(value: string): StaticSource {
  return { kind: "static", text: `'${value}'`, value };
}

function parseContext(name: string): ContextSource | InvalidSource {
  if (!NAME.test(name)) return { invalid: "context name", name };
  const [first, ...rest] = name.split(".");
  const key = rest.join(".");
  if (first === "authorizer") {
    return key === "" ? { invalid: "authorizer key" } : { kind: "authorizer", text: `context.${name}`, key };
  }
  return isUsable(name, "template")
    ? { kind: "context", text: `context.${name}`, name }
    : { invalid: "context variable", name };
}

function parseRequest([location = "", ...rest]: string[]): MappingSource | InvalidSource {
  const name = rest.join(".");
  if (location === "body") {
    // The path keeps its first dot, so that `body..a` searches the whole body. It may also begin with the root `$`.
    const path = name === "" ? undefined : parseJsonPath(/^\$(?=[.[]|$)/.test(name) ? name : `.${name}`);
    return path === undefined ? { invalid: "path" } : { kind: "body", text: `route.request.body.${name}`, path };
  }
  const known = REQUEST_LOCATIONS.find((candidate) => candidate === location);
  if (known === undefined) return { invalid: "location", location };
  if (!NAME.test(name)) return { invalid: "name", location: known };
  return { kind: "request", text: `route.request.${known}.${name}`, location: known, name };
}

/**
 * Parses a mapping target.
 *
 * @returns undefined if AWS would reject it
 * @example
 * parseMappingTarget("integration.request.header.X-User"); // { text: "…", location: "header", name: "X-User" }
 */
export function parseMappingTarget(text: string): MappingTarget | undefined {
  const [, given, name = ""] = /^integration\.request\.(querystring|header|path)\.(.+)$/.exec(text) ?? [];
  const location = given === "querystring" || given === "header" || given === "path" ? given : undefined;
  if (location === undefined || !NAME.test(name)) return undefined;
  return { text: `integration.request.${location}.${name}`, location, name };
}

/** Returns whether every route can read the source, not only `$connect`. */
export function isEventSource(source: MappingSource): source is EventSource {
  return source.kind !== "request";
}
