/** Parses the sources of mappings, and checks that they have a value in the route's event. */
import { CONTEXT_VARIABLES, type ContextVariableName } from "../../aws/context-variables";
import type { EventSource, MappingSource } from "../../aws/parameter-mapping";
import { declarationsOf } from "../../aws/request-parameter";
import { eventOf } from "../../aws/route-key";
import { didYouMean } from "../../terminal/nearest";
import { SUBSTITUTION } from "../check/hints";
import { type Mistake, readMappingSource } from "../expressions/mapping-source";
import type { Authorizer } from "../model";
import type { RouteInput } from "../schema/routes";
import type { Scope } from "./scope";

export interface MappingScope {
  readonly authorizer: Authorizer["kind"];
  /** Keys of `context.authorizer`. If undefined, any key is allowed. */
  readonly contextKeys: ReadonlySet<string> | undefined;
  readonly stageVariables: ReadonlySet<string>;
  /** Header of the origin secret, which mappings must not set. */
  readonly originSecret: string | undefined;
}

/** The ARN of the role's session or the user that has signed the handshake. */
export const CALLER = "context.identity.userArn";

/** Parses the source of a mapping. */
export type SourceParser<Source extends MappingSource> = (text: string) => Source | Mistake;

/** Returns the parser for `$connect`, where declared parameters of the client are sources too. */
export function connectSource(route: RouteInput, { intact }: Scope): SourceParser<MappingSource> {
  const declared = Object.keys(route.requestParameters ?? {});
  return (text) => {
    const source = readMappingSource(text);
    if ("mistake" in source) return source;
    if (source.kind === "body") return { mistake: "`$connect` has no message, so no `route.request.body`" };
    const [parameter] = declarationsOf(source);
    if (parameter === undefined || declared.includes(parameter)) return source;
    if (!intact("routes", "$connect", "requestParameters")) return source;
    return {
      mistake: `\`${parameter}\` is not declared`,
      hint:
        didYouMean(parameter, declared) ?? `Add \`${parameter}: optional\` (or \`required\`) to \`requestParameters\`.`,
    };
  };
}

/** Returns the parser for other routes. */
export function eventSource(key: string): SourceParser<EventSource> {
  return (text) => {
    const source = readMappingSource(text);
    if ("mistake" in source) return source;
    if (source.kind === "request") {
      return {
        mistake: `only \`$connect\` has a query string and headers, not \`${key}\``,
        hint: "Store the value in the backend on `$connect`, by `connectionId`.",
      };
    }
    if (source.kind === "body" && eventOf(key) !== "MESSAGE") {
      return { mistake: `\`${key}\` has no message, so no \`route.request.body\`` };
    }
    return source;
  };
}

/** Returns a mistake that depends on the configuration, such as an undefined stage variable. */
export function checkSource(
  source: MappingSource,
  key: string,
  mapping: MappingScope,
  scope: Scope,
): Mistake | undefined {
  switch (source.kind) {
    case "static":
      if (!/[$%]\{/.test(source.value)) return undefined;
      return { mistake: "Terraform would evaluate `${` or `%{` as a template", hint: SUBSTITUTION };
    case "context":
      return checkContext(source.name, key);
    case "authorizer":
      return checkContextKey(source.key, mapping, scope);
    case "stageVariable":
      if (mapping.stageVariables.has(source.name) || !scope.intact("stage", "variables")) return undefined;
      return {
        mistake: `there is no stage variable \`${source.name}\``,
        hint: didYouMean(source.name, mapping.stageVariables) ?? "Define it under `stage.variables`.",
      };
    default:
      return undefined;
  }
}

function checkContext(name: ContextVariableName, key: string): Mistake | undefined {
  const { event } = CONTEXT_VARIABLES[name];
  if (event === undefined || event === eventOf(key)) return undefined;
  const where = event === "MESSAGE" ? "messages have" : "`$disconnect` has";
  return { mistake: `has no value on \`${key}\`: only ${where} a \`${name}\`` };
}

function checkContextKey(
  key: string,
  { authorizer, contextKeys: known }: MappingScope,
  { intact }: Scope,
): Mistake | undefined {
  // If a part of the authorizer is invalid, its keys are not known.
  const read = ["context", "issuers", "cognito", "github", "lambda"].every((part) => intact("authorizer", part));
  if (!known || known.has(key) || !read) return undefined;
  if (authorizer === "iam")
    return { mistake: "no authorizer sets it: `authorizer` is `iam`", hint: `The caller is in \`${CALLER}\`.` };
  if (known.size === 0) return { mistake: "no authorizer sets it: `authorizer` is `none`" };
  return {
    mistake: `the authorizer does not set \`${key}\``,
    hint: didYouMean(key, known) ?? `Add it to \`authorizer.context\`: \`${key}: <claim>\`.`,
  };
}
