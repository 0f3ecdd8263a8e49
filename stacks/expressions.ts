/**
 * AWS's expressions in the constructs' props: typed values of `aws/`, or AWS's text, which the functions of `aws/` parse.
 * The functions return the text for Terraform.
 */
import { type IdentitySource, type IdentitySourceText, parseIdentitySource } from "../aws/identity-source";
import {
  type Mapping,
  type MappingSource,
  type MappingSourceText,
  type MappingTargetText,
  parseMappingSource,
  parseMappingTarget,
  type RequestSourceText,
} from "../aws/parameter-mapping";
import { parseRequestParameter, type RequestParameter } from "../aws/request-parameter";
import { parseResponseKey, type ResponseKey, type ResponseKeyText } from "../aws/response-key";
import { parseSelectionExpression, type SelectionExpression, type Selects } from "../aws/selection-expression";
import { StackError } from "./errors";

/** Sources by target, both in AWS's syntax. */
export type MappingTexts<Source extends MappingSourceText> = Readonly<Record<MappingTargetText, Source>>;

/**
 * Parameter mappings, by the sources that they read.
 *
 * @example
 * { "integration.request.querystring.connectionId": "context.connectionId" }
 */
export type Mappings<Source extends MappingSourceText> =
  | MappingTexts<Source>
  | readonly Mapping<MappingSource & { readonly text: Source }>[];

/** Parameters of the client's handshake, and whether they are required. */
export type RequestParameters<Parameter extends RequestSourceText> =
  | Readonly<Record<Parameter, boolean>>
  | readonly RequestParameter<Parameter>[];

/** Returns mappings in AWS's syntax. @throws StackError `invalid-mapping` */
export function mappingTexts<Source extends MappingSourceText>(mappings: Mappings<Source>): MappingTexts<Source> {
  const texts: Record<MappingTargetText, Source> = {};
  if (isList(mappings)) {
    for (const { target, source } of mappings) texts[target.text] = source.text;
    return texts;
  }
  for (const [given, source] of Object.entries(mappings)) {
    const target = parseMappingTarget(given);
    if (target === undefined) {
      throw new StackError(
        "invalid-mapping",
        `\`${given}\` is not a parameter of the backend's request.`,
        "Write integration.request.querystring.<name>, …header.<name> or …path.<name>.",
      );
    }
    if ("invalid" in parseMappingSource(source)) {
      throw new StackError(
        "invalid-mapping",
        `\`${given}\` cannot be mapped from \`${source}\`.`,
        "Write context.<name>, stageVariables.<name>, a static value in single quotes, or, on $connect, route.request.querystring.<name>.",
      );
    }
    texts[target.text] = source;
  }
  return texts;
}

/** Returns parameters in AWS's syntax, and whether they are required. @throws StackError `invalid-mapping` */
export function parameterTexts<Parameter extends RequestSourceText>(
  parameters: RequestParameters<Parameter>,
): readonly (readonly [text: string, required: boolean])[] {
  if (isList(parameters)) return parameters.map(({ source, required }) => [source.text, required] as const);
  return Object.entries<boolean>(parameters).map(([text, required]) => {
    if (parseRequestParameter(text) !== undefined) return [text, required] as const;
    throw new StackError(
      "invalid-mapping",
      `\`${text}\` is not a parameter that a client can send.`,
      "Write route.request.querystring.<name> or route.request.header.<name>.",
    );
  });
}

/** Returns an identity source in AWS's syntax. @throws StackError `invalid-identity-source` */
export function identitySourceText(source: IdentitySourceText | IdentitySource): string {
  if (typeof source !== "string") return source.text;
  if (!("invalid" in parseIdentitySource(source))) return source;
  throw new StackError(
    "invalid-identity-source",
    `\`${source}\` is not a valid identity source.`,
    "Write route.request.querystring.<name> or route.request.header.<name>.",
  );
}

/** Returns a selection expression in AWS's syntax. @throws StackError `invalid-selection-expression` */
export function selectionText(expression: string | SelectionExpression, selects: Selects): string {
  return selection(expression, selects).text;
}

/**
 * Returns a route selection expression in AWS's syntax. An expression without a variable selects the same route for every
 * message, which only makes sense for a key that begins with `$`.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-develop-routes.html
 *
 * @throws StackError `invalid-selection-expression`
 */
export function routeSelectionText(expression: string | SelectionExpression): string {
  const { text, parts } = selection(expression, "route");
  if (text.startsWith("\\$") || parts.some((part) => typeof part !== "string")) return text;
  throw new StackError("invalid-selection-expression", `\`${text}\` is static text.`, "Write $request.body.<name>.");
}

function selection(expression: string | SelectionExpression, selects: Selects): SelectionExpression {
  const read = typeof expression === "string" ? parseSelectionExpression(expression, selects) : expression;
  if (!("invalid" in read)) return read;
  const what = read.invalid === "empty" ? "An empty text" : `\`${read.variable}\``;
  throw new StackError(
    "invalid-selection-expression",
    `${what} cannot select a ${selects}.`,
    "Write ${request.body.<name>}, or \\$default.",
  );
}

/** Returns a response key in AWS's syntax. @throws StackError `invalid-response-key` */
export function responseKeyText(key: ResponseKeyText | ResponseKey): ResponseKeyText {
  if (typeof key !== "string") return key.text;
  if (parseResponseKey(key) !== undefined) return key;
  throw new StackError("invalid-response-key", `\`${key}\` is not a response key.`, "Write $default or /pattern/.");
}

/** Returns whether a source reads the query string or a header of the handshake. */
export function readsHandshake(source: string): boolean {
  return source.startsWith("route.request.") && !source.startsWith("route.request.body.");
}

function isList<T>(value: object | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}
