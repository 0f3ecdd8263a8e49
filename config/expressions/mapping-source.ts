/** Parses sources of mappings with `aws/parameter-mapping`, and adds error messages for `gateway.yaml`. */
import { contextVariables } from "../../aws/context-variables";
import {
  type InvalidSource,
  type MappingSource,
  parseMappingSource,
  REQUEST_LOCATIONS,
} from "../../aws/parameter-mapping";
import { nearest } from "../../terminal/nearest";

/** The error message for an expression, and a hint. */
export interface Mistake {
  readonly mistake: string;
  readonly hint?: string | undefined;
}

const FORMS =
  "a source: `route.request.querystring.NAME`, `route.request.header.NAME`, `route.request.body.PATH`, `context.NAME`, `stageVariables.NAME` or a text in single quotes";
const CONTEXT_VARIABLES = contextVariables("template");

/** Parses a mapping source. Returns the source, or the mistake in it. */
export function readMappingSource(text: string): MappingSource | Mistake {
  const source = parseMappingSource(text);
  return "invalid" in source ? explainSource(text, source) : source;
}

/** Returns the message and hint for an invalid source. */
export function explainSource(text: string, source: InvalidSource): Mistake {
  switch (source.invalid) {
    case "form":
      return { mistake: `expected ${FORMS}`, hint: suggest(text) };
    case "static":
      return {
        mistake: "expected a static text in one pair of single quotes, on one line",
        hint: `Write "'${text.replaceAll("'", "")}'".`,
      };
    case "location":
      return { mistake: `${noLocation(source.location)} or \`body\``, hint: suggestLocation(text, source.location) };
    case "name":
      return { mistake: `expected \`route.request.${source.location}.NAME\`, NAME of letters, digits and \`._$-\`` };
    case "path":
      return { mistake: "expected `route.request.body.PATH`, the path of one value in a message" };
    case "stage variable":
      return { mistake: `\`${source.name}\` cannot be the name of a stage variable` };
    case "context name":
      return { mistake: `\`${source.name}\` cannot be the name of a context variable` };
    case "authorizer key":
      return { mistake: "expected `context.authorizer.KEY`, one key of the authorizer's context" };
    case "context variable":
      return { mistake: `WebSocket APIs have no \`context.${source.name}\``, hint: suggestVariable(source.name) };
  }
}

function noLocation(location: string): string {
  const known = REQUEST_LOCATIONS.map((each) => `\`${each}\``).join(", ");
  return `a request has no \`${location}\`; expected ${known}`;
}

function suggestLocation(text: string, location: string): string | undefined {
  const close = nearest(location === "query" ? "querystring" : location, [...REQUEST_LOCATIONS, "body"]);
  const rest = text.split(".").slice(3);
  return close && `Did you mean \`route.request.${[close, ...rest].join(".")}\`?`;
}

function suggestVariable(name: string): string | undefined {
  const [first = "", ...rest] = name.split(".");
  const close =
    nearest(name, CONTEXT_VARIABLES) ??
    (nearest(first, ["authorizer"]) && rest.length > 0 ? `authorizer.${rest.join(".")}` : undefined);
  return close && `Did you mean \`context.${close}\`?`;
}

/** Suggests the correct form for an incomplete source, or for the syntax of templates, HTTP APIs or REST APIs. */
function suggest(text: string): string | undefined {
  const bare = text.replace(/^\$\{?/, "").replace(/\}$/, "");
  const meant = [
    [
      /^(method\.)?request\.(querystring|header|body|multivaluequerystring|multivalueheader)\./,
      (s: string) => `route.${s.replace(/^method\./, "")}`,
    ],
    [/^integration\.request\./, (s: string) => s.replace("integration", "route")],
    [/^(querystring|header|body)\.[^.]/, (s: string) => `route.request.${s}`],
    [/^authorizer\.[^.]/, (s: string) => `context.${s}`],
    [/^stageVariables\.[^.]/, (s: string) => s],
    [/^(context|route\.request)\.[^.]/, (s: string) => s],
  ] as const;
  for (const [pattern, correct] of meant) {
    if (pattern.test(bare)) return `Did you mean \`${correct(bare)}\`?`;
  }
  const [head = "", ...rest] = text.split(".");
  const close = nearest(head, ["context", "stageVariables", "route"]);
  if (rest.join("") !== "" && close) return `Did you mean \`${[close, ...rest].join(".")}\`?`;
  if (CONTEXT_VARIABLES.some((name) => name === bare)) return `Did you mean \`context.${bare}\`?`;
  return /^[\w .:/-]+$/.test(text) && !/^(context|stageVariables|route)\b/.test(text)
    ? `For a static text, write "'${text}'".`
    : undefined;
}
