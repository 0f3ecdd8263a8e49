/** Resolves `query`, `headers` and `path` of a route to mappings, and checks their sources. */
import { CONTEXT_VARIABLES, type ContextVariableName } from "../../aws/context-variables";
import { headerOwner } from "../../aws/headers";
import {
  type EventSource,
  isParameterName,
  type Mapping,
  type MappingSource,
  parseMappingTarget,
} from "../../aws/parameter-mapping";
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

/** Sections of a route, and their locations in AWS's grammar. */
const SECTIONS = [
  ["query", "querystring"],
  ["headers", "header"],
  ["path", "path"],
] as const;
type Section = (typeof SECTIONS)[number][0];

/**
 * Returns the valid mappings of a route, and reports others. `accepts` parses a source and rejects those that the event
 * does not have.
 */
export function resolveMappings<Source extends MappingSource>(
  key: string,
  route: RouteInput,
  uri: string,
  mapping: MappingScope,
  accepts: Accepts<Source>,
  scope: Scope,
): Mapping<Source>[] {
  const mappings: Mapping<Source>[] = [];
  const seen = new Set<string>();
  for (const [section, location] of SECTIONS) {
    const given = route[section] ?? (section === "query" ? defaultQuery(key, mapping) : {});
    for (const [name, text] of Object.entries(given)) {
      const path = ["routes", key, section, name];
      const nameMistake = checkName(section, name, uri, mapping);
      if (nameMistake) scope.report.key(path, `${nameMistake.mistake}.`, nameMistake.hint);
      const identity = `${location}.${section === "headers" ? name.toLowerCase() : name}`;
      if (seen.has(identity))
        scope.report.key(path, "duplicate header: already defined above. Header names are case-insensitive.");
      seen.add(identity);
      const target = parseMappingTarget(`integration.request.${location}.${name}`);
      const source = accepts(text);
      const sourceMistake = "mistake" in source ? source : checkSource(source, key, mapping, scope);
      if (sourceMistake) scope.report(path, `${sourceMistake.mistake}.`, sourceMistake.hint);
      if (target !== undefined && !("mistake" in source)) mappings.push({ target, source });
    }
  }
  for (const [, name = ""] of uri.matchAll(/\{([^{}]*)\}/g)) {
    if (route.path && Object.hasOwn(route.path, name)) continue;
    const at = route.url === undefined ? ["backend"] : ["routes", key, "url"];
    if (scope.intact("routes", key, "path")) {
      scope.report(at, `\`{${name}}\` has no value.`, `Add its source as \`routes.${key}.path.${name}\`.`);
    }
  }
  return mappings;
}

/** The ARN of the role's session or the user that has signed the handshake. */
const CALLER = "context.identity.userArn";

/** Returns the mapping of AWS's tutorial: the connection id and, on `$connect`, the user. */
function defaultQuery(key: string, { authorizer, contextKeys }: MappingScope): Record<string, string> {
  const query: Record<string, string> = { connectionId: "context.connectionId" };
  if (key !== "$connect") return query;
  if (authorizer === "iam") return { ...query, userId: CALLER };
  for (const name of ["userId", "orgId"]) {
    if (!contextKeys || contextKeys.has(name)) query[name] = `context.authorizer.${name}`;
  }
  return query;
}

function checkName(section: Section, name: string, uri: string, { originSecret }: MappingScope): Mistake | undefined {
  if (/^integration\.request\./.test(name)) {
    return { mistake: "expected only the name", hint: `Write \`${name.split(".").slice(3).join(".") || "NAME"}\`.` };
  }
  if (!isParameterName(name)) return { mistake: "expected a name of letters, digits and `._$-`" };
  if (section === "headers") {
    const owner = headerOwner(name);
    if (owner !== undefined && owner !== "handshake")
      return { mistake: `API Gateway sets or drops the header \`${name}\` itself` };
    if (name.toLowerCase() === originSecret?.toLowerCase())
      return { mistake: `\`${name}\` is the header of \`backend.originSecret\`` };
  }
  if (section === "path" && !uri.includes(`{${name}}`)) {
    const known = [...uri.matchAll(/\{([^{}]*)\}/g)].map(([, inner = ""]) => inner);
    return { mistake: `the URL \`${uri}\` has no \`{${name}}\``, ...hint(didYouMean(name, known)) };
  }
  return undefined;
}

/** Parses the source of a mapping. */
export type Accepts<Source extends MappingSource> = (text: string) => Source | Mistake;

/** Returns the parser for `$connect`, where declared parameters of the client are sources too. */
export function connectSource(route: RouteInput, { intact }: Scope): Accepts<MappingSource> {
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
export function eventSource(key: string): Accepts<EventSource> {
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
function checkSource(source: MappingSource, key: string, mapping: MappingScope, scope: Scope): Mistake | undefined {
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

const hint = (text: string | undefined) => (text === undefined ? {} : { hint: text });
