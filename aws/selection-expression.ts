/**
 * Selection expressions: select the route, template or model for a message. `$` begins a variable, which may be in braces.
 * `\$` is a literal `$`. Everything else is static text.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-selection-expressions.html
 *
 * The parsed value keeps AWS's text in `text`.
 */
import { type JsonPath, parseJsonPath } from "./json-path";
import { type ContextSource, parseMappingSource, type StageVariableSource } from "./parameter-mapping";

/** What an expression selects. */
export type Selects = "route" | "request template" | "response template" | "model";

/** A variable of an expression. `payload` is the whole body. */
export type SelectionVariable = (
  | { readonly kind: "payload" }
  | { readonly kind: "body"; readonly path: JsonPath }
  | ContextSource
  | StageVariableSource
  | { readonly kind: "status" }
  | { readonly kind: "response header"; readonly name: string; readonly multivalue: boolean }
  /** API Gateway accepts it, but was observed to select nothing by it. */
  | { readonly kind: "response body" }
) & {
  /** Whether the variable is in braces. */
  readonly wrapped: boolean;
};

/** A parsed expression. */
export interface SelectionExpression {
  readonly text: string;
  /** Static texts, with `\$` replaced by `$`, and variables. */
  readonly parts: readonly (string | SelectionVariable)[];
}

/** Why AWS would reject an expression. `variable` is the text of the first variable that is unknown or not allowed there. */
export type InvalidSelection =
  | { readonly invalid: "empty" }
  | { readonly invalid: "variable"; readonly variable: string };

/**
 * Variables that each kind of expression may use.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-data-transformations.html
 */
const ALLOWED: Readonly<Record<Selects, ReadonlySet<SelectionVariable["kind"]>>> = {
  route: new Set(["payload", "body"] as const),
  "request template": new Set(["payload", "body"] as const),
  "response template": new Set(["payload", "body", "status", "response header", "response body"] as const),
  model: new Set(["payload", "body", "context", "authorizer", "stageVariable"] as const),
};

const PART = /\\\$|\$(?:\{([^}]*)\}|([A-Za-z][\w-]*(?:\.{1,2}(?:[\w-]+|\*)|\[[^\]]*\])*))?/g;

/**
 * Parses a selection expression.
 *
 * @returns the expression, or the reason why AWS would reject it
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

/** The two expressions that select the API key of a request, with the place of the key. Source: the page at the top of this file. */
export const API_KEY_SELECTIONS = {
  "$request.header.x-api-key": "header",
  "$context.authorizer.usageIdentifierKey": "authorizer",
} as const;
export type ApiKeySelection = keyof typeof API_KEY_SELECTIONS;

/** Returns whether AWS accepts the text as the expression for API keys. */
export function isApiKeySelection(text: string): text is ApiKeySelection {
  return Object.hasOwn(API_KEY_SELECTIONS, text);
}

/** The only key of route responses, and the only expression that selects one. It has no backslash. */
export const ROUTE_RESPONSE = "$default";

/** The expression `\$default`, which always selects the key `$default`. */
export const SELECT_DEFAULT: SelectionExpression = { text: "\\$default", parts: ["$default"] };
