/**
 * Parameter mappings: what of an event goes where in the backend's request, as in
 * `integration.request.querystring.userId = context.authorizer.userId`.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-data-mapping.html
 *
 * Each typed value keeps AWS's own text for it in `text`.
 */
import { type ContextVariableName, isUsable } from "./context-variables";
import { type JsonPath, parseJsonPath } from "./json-path";
import { STAGE_VARIABLE_NAME } from "./names";

export const REQUEST_LOCATIONS = ["querystring", "header", "multivaluequerystring", "multivalueheader"] as const;
export type RequestLocation = (typeof REQUEST_LOCATIONS)[number];

/** What the client sent with its handshake: exists on `$connect` only, and is declared on the route. */
export type RequestSourceText = `route.request.${RequestLocation}.${string}`;
/** What exists on every route. Static values stand in single quotes. */
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
  /** A key of what the authorizer returned. */
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
/** Where in the backend's request a value goes. */
export interface MappingTarget {
  readonly text: MappingTargetText;
  readonly location: MappingTargetLocation;
  readonly name: string;
}

export interface Mapping<Source extends MappingSource = MappingSource> {
  readonly target: MappingTarget;
  readonly source: Source;
}

/** Why a text is no source. `location` and `name` are the parts that were read. */
export type InvalidSource =
  /** None of the forms. */
  | { readonly invalid: "form" }
  | { readonly invalid: "static" }
  | { readonly invalid: "location"; readonly location: string }
  | { readonly invalid: "name"; readonly location: RequestLocation }
  | { readonly invalid: "path" }
  | { readonly invalid: "context name" | "context variable" | "stage variable"; readonly name: string }
  | { readonly invalid: "authorizer key" };

/** Names of parameters, as AWS documents them. */
const NAME = /^[a-zA-Z0-9._$-]+$/;

/** Whether AWS takes the text as the name of a parameter. */
export function isParameterName(text: string): boolean {
  return NAME.test(text);
}

/**
 * A source from AWS's text for it, or why there is none.
 *
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

/** The source of a fixed value. It must not hold a single quote: AWS has no way to write one. */
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
    // The path follows a dot, so that `body..a` is a search in all of it; it may also bring its own root, `$`.
    const path = name === "" ? undefined : parseJsonPath(/^\$(?=[.[]|$)/.test(name) ? name : `.${name}`);
    return path === undefined ? { invalid: "path" } : { kind: "body", text: `route.request.body.${name}`, path };
  }
  const known = REQUEST_LOCATIONS.find((candidate) => candidate === location);
  if (known === undefined) return { invalid: "location", location };
  if (!NAME.test(name)) return { invalid: "name", location: known };
  return { kind: "request", text: `route.request.${known}.${name}`, location: known, name };
}

/**
 * A target from AWS's text for it, or undefined.
 *
 * @example
 * parseMappingTarget("integration.request.header.X-User"); // { text: "…", location: "header", name: "X-User" }
 */
export function parseMappingTarget(text: string): MappingTarget | undefined {
  const [, given, name = ""] = /^integration\.request\.(querystring|header|path)\.(.+)$/.exec(text) ?? [];
  const location = given === "querystring" || given === "header" || given === "path" ? given : undefined;
  if (location === undefined || !NAME.test(name)) return undefined;
  return { text: `integration.request.${location}.${name}`, location, name };
}

/** Whether the source needs no handshake. */
export function isEventSource(source: MappingSource): source is EventSource {
  return source.kind !== "request";
}
