/** Resolves `query`, `headers` and `path` of a route to AWS's request parameters, and checks their sources. */
import { didYouMean } from "../../terminal/nearest";
import { SUBSTITUTION } from "../check/issues";
import { eventOf, neverSet } from "../grammar/context-variables";
import { type GrammarMistake, type MappingSource, parseMappingSource } from "../grammar/mapping";
import type { RouteInput } from "../schema/routes";
import type { Scope } from "./scope";

export interface MappingScope {
  /** Keys of `context.authorizer`; undefined: any. */
  readonly contextKeys: ReadonlySet<string> | undefined;
  readonly stageVariables: ReadonlySet<string>;
  /** Header of the origin secret, which mappings must not set. */
  readonly originSecret: string | undefined;
}

/**
 * Headers that API Gateway sets or drops itself:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
const RESERVED_HEADERS = new Set(
  "connection content-length expect host keep-alive max-forwards proxy-authenticate proxy-authorization server te trailer transfer-encoding upgrade user-agent via warn www-authenticate x-amzn-apigateway-api-id x-amzn-trace-id x-forwarded-for x-forwarded-port x-forwarded-proto".split(
    " ",
  ),
);
/** Section of the route, and its location in AWS's grammar. */
const SECTIONS = [
  ["query", "querystring"],
  ["headers", "header"],
  ["path", "path"],
] as const;
type Section = (typeof SECTIONS)[number][0];
const NAME = /^[a-zA-Z0-9._$-]+$/;

export function resolveMappings(
  key: string,
  route: RouteInput,
  uri: string,
  mapping: MappingScope,
  scope: Scope,
): Record<string, string> {
  const parameters: Record<string, string> = {};
  const seen = new Set<string>();
  for (const [section, location] of SECTIONS) {
    const given = route[section] ?? (section === "query" ? defaultQuery(key, mapping) : {});
    for (const [name, source] of Object.entries(given)) {
      const path = ["routes", key, section, name];
      const nameMistake = checkName(section, name, uri, mapping);
      if (nameMistake) scope.report.key(path, `${nameMistake.mistake}.`, nameMistake.hint);
      const identity = `${location}.${section === "headers" ? name.toLowerCase() : name}`;
      if (seen.has(identity))
        scope.report.key(path, "duplicate header: already defined above. Header names are case-insensitive.");
      seen.add(identity);
      const sourceMistake = checkSource(source, key, route, mapping, scope);
      if (sourceMistake) scope.report(path, `${sourceMistake.mistake}.`, sourceMistake.hint);
      parameters[`integration.request.${location}.${name}`] = source;
    }
  }
  for (const [, name = ""] of uri.matchAll(/\{([^{}]*)\}/g)) {
    if (route.path && Object.hasOwn(route.path, name)) continue;
    const at = route.url === undefined ? ["backend"] : ["routes", key, "url"];
    if (scope.intact("routes", key, "path")) {
      scope.report(at, `\`{${name}}\` has no value.`, `Add its source as \`routes.${key}.path.${name}\`.`);
    }
  }
  return parameters;
}

/** The mapping of AWS's tutorial: the connection id and, on `$connect`, the user. */
function defaultQuery(key: string, { contextKeys }: MappingScope): Record<string, string> {
  const query: Record<string, string> = { connectionId: "context.connectionId" };
  if (key !== "$connect") return query;
  for (const name of ["userId", "orgId"]) {
    if (!contextKeys || contextKeys.has(name)) query[name] = `context.authorizer.${name}`;
  }
  return query;
}

function checkName(
  section: Section,
  name: string,
  uri: string,
  { originSecret }: MappingScope,
): GrammarMistake | undefined {
  if (/^integration\.request\./.test(name)) {
    return { mistake: "expected only the name", hint: `Write \`${name.split(".").slice(3).join(".") || "NAME"}\`.` };
  }
  if (!NAME.test(name)) return { mistake: "expected a name of letters, digits and `._$-`" };
  if (section === "headers") {
    const header = name.toLowerCase();
    if (RESERVED_HEADERS.has(header)) return { mistake: `API Gateway sets or drops the header \`${name}\` itself` };
    if (header === originSecret?.toLowerCase())
      return { mistake: `\`${name}\` is the header of \`backend.originSecret\`` };
  }
  if (section === "path" && !uri.includes(`{${name}}`)) {
    const known = [...uri.matchAll(/\{([^{}]*)\}/g)].map(([, inner = ""]) => inner);
    return { mistake: `the URL \`${uri}\` has no \`{${name}}\``, ...hint(didYouMean(name, known)) };
  }
  return undefined;
}

function checkSource(
  text: string,
  key: string,
  route: RouteInput,
  mapping: MappingScope,
  scope: Scope,
): GrammarMistake | undefined {
  const source = parseMappingSource(text);
  if ("mistake" in source) return source;
  switch (source.kind) {
    case "static":
      if (!/[$%]\{/.test(source.value)) return undefined;
      return { mistake: "Terraform would evaluate `${` or `%{` as a template", hint: SUBSTITUTION };
    case "request":
      return checkRequestSource(source, key, route, scope);
    case "body":
      if (eventOf(key) === "MESSAGE") return undefined;
      return { mistake: `\`${key}\` has no message, so no \`route.request.body\`` };
    case "context": {
      const never = neverSet(source.name, eventOf(key));
      return never ? { mistake: `has no value on \`${key}\`: ${never}` } : undefined;
    }
    case "authorizer":
      return checkContextKey(source.key, mapping.contextKeys, scope);
    case "stageVariable":
      if (mapping.stageVariables.has(source.name) || !scope.intact("stage", "variables")) return undefined;
      return {
        mistake: `there is no stage variable \`${source.name}\``,
        hint: didYouMean(source.name, mapping.stageVariables) ?? "Define it under `stage.variables`.",
      };
  }
}

function checkRequestSource(
  source: MappingSource & { kind: "request" },
  key: string,
  route: RouteInput,
  { intact }: Scope,
): GrammarMistake | undefined {
  if (key !== "$connect") {
    return {
      mistake: `only \`$connect\` has a query string and headers, not \`${key}\``,
      hint: "Store the value in the backend on `$connect`, by `connectionId`.",
    };
  }
  // AWS uses one declaration for a parameter's single value and for its list of values.
  const location = source.location.replace("multivalue", "");
  const parameter = `route.request.${location}.${source.name}`;
  const declared = Object.keys(route.requestParameters ?? {});
  if (declared.includes(parameter) || !intact("routes", key, "requestParameters")) return undefined;
  return {
    mistake: `\`${parameter}\` is not declared`,
    hint:
      didYouMean(parameter, declared) ?? `Add \`${parameter}: optional\` (or \`required\`) to \`requestParameters\`.`,
  };
}

function checkContextKey(
  key: string,
  known: ReadonlySet<string> | undefined,
  { intact }: Scope,
): GrammarMistake | undefined {
  // If a part of the authorizer is invalid, its keys are not known.
  const read = ["context", "issuers", "cognito", "github", "lambda"].every((part) => intact("authorizer", part));
  if (!known || known.has(key) || !read) return undefined;
  if (known.size === 0) return { mistake: "no authorizer sets it: `authorizer` is `none`" };
  return {
    mistake: `the authorizer does not set \`${key}\``,
    hint: didYouMean(key, known) ?? `Add it to \`authorizer.context\`: \`${key}: <claim>\`.`,
  };
}

const hint = (text: string | undefined) => (text === undefined ? {} : { hint: text });
