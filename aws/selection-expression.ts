/**
 * Selection expressions: which route, template or model is used. `$` begins a variable, braces bound it, `\$` is a
 * literal `$`, the rest is static text.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-selection-expressions.html
 *
 * The typed value keeps AWS's own text in `text`.
 */
import { type JsonPath, parseJsonPath } from "./json-path";
import { type ContextSource, parseMappingSource, type StageVariableSource } from "./parameter-mapping";

/** What the expression selects. */
export type Selects = "route" | "request template" | "response template" | "model";

export type SelectionVariable = (
  | { readonly kind: "payload" }
  | { readonly kind: "body"; readonly path: JsonPath }
  | ContextSource
  | StageVariableSource
  | { readonly kind: "status" }
  | { readonly kind: "response header"; readonly name: string; readonly multivalue: boolean }
  /** Taken, but observed to select nothing. */
  | { readonly kind: "response body" }
) & {
  /** In braces. */
  readonly wrapped: boolean;
};

export interface SelectionExpression {
  readonly text: string;
  /** Static text, in which `\$` is `$` already, and variables. */
  readonly parts: readonly (string | SelectionVariable)[];
}

export type InvalidSelection =
  | { readonly invalid: "empty" }
  | { readonly invalid: "variable"; readonly variable: string };

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-data-transformations.html */
const ALLOWED: Readonly<Record<Selects, ReadonlySet<SelectionVariable["kind"]>>> = {
  route: new Set(["payload", "body"] as const),
  "request template": new Set(["payload", "body"] as const),
  "response template": new Set(["payload", "body", "status", "response header", "response body"] as const),
  model: new Set(["payload", "body", "context", "authorizer", "stageVariable"] as const),
};

const PART = /\\\$|\$(?:\{([^}]*)\}|([A-Za-z][\w-]*(?:\.{1,2}(?:[\w-]+|\*)|\[[^\]]*\])*))?/g;

/**
 * An expression from AWS's text for it, or why there is none.
 *
 * @example
 * parseSelectionExpression("$request.body.action", "route"); // parts: [{ kind: "body", path: …, wrapped: false }]
 * parseSelectionExpression("\\$default", "route"); // parts: ["$default"]
 * parseSelectionExpression("$default", "route"); // { invalid: "variable", variable: "$default" }
 */
export function parseSelectionExpression(text: string, selects: Selects): SelectionExpression | InvalidSelection {
  if (text === "") return { invalid: "empty" };
  const parts: (string | SelectionVariable)[] = [];
  let fixed = "";
  let end = 0;
  for (const match of text.matchAll(PART)) {
    fixed += text.slice(end, match.index);
    end = match.index + match[0].length;
    if (match[0] === "\\$") {
      fixed += "$";
      continue;
    }
    const [, wrapped, bare = ""] = match;
    const variable = parseVariable(wrapped ?? bare);
    if (variable === undefined || !ALLOWED[selects].has(variable.kind)) {
      const shown = /^\$(?:\{[^}]*\}|[^\s${}]*)/.exec(text.slice(match.index))?.[0] ?? match[0];
      return { invalid: "variable", variable: shown };
    }
    if (fixed !== "") parts.push(fixed);
    fixed = "";
    parts.push({ ...variable, wrapped: wrapped !== undefined });
  }
  fixed += text.slice(end);
  return { text, parts: fixed === "" ? parts : [...parts, fixed] };
}

type Variable = SelectionVariable extends infer V ? (V extends unknown ? Omit<V, "wrapped"> : never) : never;

function parseVariable(text: string): Variable | undefined {
  if (text === "request.body") return { kind: "payload" };
  const [, body] = /^request\.body(?=[.[])(.+)$/s.exec(text) ?? [];
  if (body !== undefined) {
    const path = parseJsonPath(body);
    return path && { kind: "body", path };
  }
  if (text === "integration.response.statuscode") return { kind: "status" };
  const [, multivalue, header] = /^integration\.response\.(multivalue)?header\.([a-zA-Z0-9._$-]+)$/.exec(text) ?? [];
  if (header !== undefined) return { kind: "response header", name: header, multivalue: multivalue !== undefined };
  if (/^integration\.response\.body(\.|$)/.test(text)) return { kind: "response body" };
  const source = parseMappingSource(text);
  if ("invalid" in source) return undefined;
  return source.kind === "context" || source.kind === "authorizer" || source.kind === "stageVariable"
    ? source
    : undefined;
}

/** Where the API key of a request is. The same page: there are these two. */
export const API_KEY_SELECTIONS = {
  "$request.header.x-api-key": "header",
  "$context.authorizer.usageIdentifierKey": "authorizer",
} as const;
export type ApiKeySelection = keyof typeof API_KEY_SELECTIONS;

export function isApiKeySelection(text: string): text is ApiKeySelection {
  return Object.hasOwn(API_KEY_SELECTIONS, text);
}

/** The only key of route responses, and the only expression that selects one. It stands without a backslash. */
export const ROUTE_RESPONSE = "$default";

/** `\$default`: always what stands under the key `$default`. */
export const SELECT_DEFAULT: SelectionExpression = { text: "\\$default", parts: ["$default"] };
