/** Parses AWS's texts, for tests whose texts are valid. */
import { type IdentitySource, parseIdentitySource } from "../../../aws/identity-source";
import {
  type EventSource,
  isEventSource,
  type Mapping,
  parseMappingSource,
  parseMappingTarget,
} from "../../../aws/parameter-mapping";
import { parseRequestParameter, type RequestParameter } from "../../../aws/request-parameter";
import { parseResponseKey, type ResponseKey } from "../../../aws/response-key";
import { parseSelectionExpression, type SelectionExpression, type Selects } from "../../../aws/selection-expression";

function valid<T extends object>(value: T | undefined): Exclude<T, { readonly invalid: unknown }> {
  if (value === undefined || "invalid" in value) throw new Error(`not valid: ${JSON.stringify(value)}`);
  return value as Exclude<T, { readonly invalid: unknown }>;
}

export const mappings = (texts: Readonly<Record<string, string>>): Mapping[] =>
  Object.entries(texts).map(([target, source]) => ({
    target: valid(parseMappingTarget(target)),
    source: valid(parseMappingSource(source)),
  }));

export const eventMappings = (texts: Readonly<Record<string, string>>): Mapping<EventSource>[] =>
  mappings(texts).map(({ target, source }) => {
    if (!isEventSource(source)) throw new Error(`only for $connect: ${source.text}`);
    return { target, source };
  });

export const parameters = (texts: Readonly<Record<string, boolean>>): RequestParameter[] =>
  Object.entries(texts).map(([text, required]) => ({ source: valid(parseRequestParameter(text)), required }));

export const identitySources = (...texts: readonly string[]): IdentitySource[] =>
  texts.map((text) => valid(parseIdentitySource(text)));

export const selection = (text: string, selects: Selects = "response template"): SelectionExpression =>
  valid(parseSelectionExpression(text, selects));

export const responseKey = (text: string): ResponseKey => valid(parseResponseKey(text));

/** Returns mappings in AWS's format. */
export const mappingTexts = (list: readonly Mapping[]): Record<string, string> =>
  Object.fromEntries(list.map(({ target, source }) => [target.text, source.text]));

/** Returns declared parameters in AWS's format. */
export const parameterTexts = (list: readonly RequestParameter[]): Record<string, boolean> =>
  Object.fromEntries(list.map(({ source, required }) => [source.text, required]));
