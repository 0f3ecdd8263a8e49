/** Resolves `query`, `headers` and `path` of a route to mappings. */
import { headerOwner } from "../../aws/headers";
import { isParameterName, type Mapping, type MappingSource, parseMappingTarget } from "../../aws/parameter-mapping";
import { didYouMean } from "../../terminal/nearest";
import type { Mistake } from "../expressions/mapping-source";
import type { RouteInput } from "../schema/routes";
import { CALLER, checkSource, type MappingScope, type SourceParser } from "./mapping-sources";
import type { Scope } from "./scope";

/** Sections of a route, and their locations in AWS's grammar. */
const SECTIONS = [
  ["query", "querystring"],
  ["headers", "header"],
  ["path", "path"],
] as const;
type Section = (typeof SECTIONS)[number][0];

/**
 * Returns the valid mappings of a route, and reports others.
 *
 * @param parseSource returns a mistake for sources that the event does not have
 */
export function resolveMappings<Source extends MappingSource>(
  key: string,
  route: RouteInput,
  uri: string,
  mapping: MappingScope,
  parseSource: SourceParser<Source>,
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
      const source = parseSource(text);
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
    return { mistake: `the URL \`${uri}\` has no \`{${name}}\``, hint: didYouMean(name, known) };
  }
  return undefined;
}
