/**
 * The sources of AWS's parameter mapping, as in `integration.request.querystring.userId = context.authorizer.userId`.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-data-mapping.html
 */
import { nearest } from "../../terminal/nearest";
import { CONTEXT_VARIABLES } from "./context-variables";

export const REQUEST_LOCATIONS = ["querystring", "header", "multivaluequerystring", "multivalueheader"] as const;
export type RequestLocation = (typeof REQUEST_LOCATIONS)[number];

export type MappingSource =
  | { readonly kind: "request"; readonly location: RequestLocation; readonly name: string }
  | { readonly kind: "body"; readonly path: string }
  | { readonly kind: "context"; readonly name: string }
  | { readonly kind: "authorizer"; readonly key: string }
  | { readonly kind: "stageVariable"; readonly name: string }
  | { readonly kind: "static"; readonly value: string };

/** Not a source: what is wrong, and what would be right. */
export interface GrammarMistake {
  readonly mistake: string;
  readonly hint?: string;
}

/** Names of parameters, as AWS takes them. */
const NAME = /^[a-zA-Z0-9._$-]+$/;
const BODY_PATH = /^[a-zA-Z0-9_$-]+(\[\d+\])*(\.[a-zA-Z0-9_$-]+(\[\d+\])*)*$/;
const FORMS =
  "a source: `route.request.querystring.NAME`, `route.request.header.NAME`, `route.request.body.PATH`, `context.NAME`, `stageVariables.NAME` or a text in single quotes";

export function parseMappingSource(text: string): MappingSource | GrammarMistake {
  if (text.startsWith("'")) return parseStatic(text);
  const [head = "", ...rest] = text.split(".");
  const name = rest.join(".");
  if (head === "context" && name) return parseContext(name);
  if (head === "stageVariables" && name) {
    return NAME.test(name)
      ? { kind: "stageVariable", name }
      : { mistake: `\`${name}\` cannot be the name of a stage variable` };
  }
  if (text.startsWith("route.request.")) return parseRequest(rest.slice(1));
  return { mistake: `expected ${FORMS}`, ...suggest(text, head, name) };
}

function parseStatic(text: string): MappingSource | GrammarMistake {
  const inner = /^'([^'\p{Cc}]*)'$/u.exec(text)?.[1];
  if (inner !== undefined) return { kind: "static", value: inner };
  return {
    mistake: "expected a static text in one pair of single quotes, on one line",
    hint: `Write "'${text.replaceAll("'", "")}'".`,
  };
}

function parseContext(name: string): MappingSource | GrammarMistake {
  if (!NAME.test(name)) return { mistake: `\`${name}\` cannot be the name of a context variable` };
  const [first, ...rest] = name.split(".");
  const key = rest.join(".");
  if (first === "authorizer") {
    return key
      ? { kind: "authorizer", key }
      : { mistake: "expected `context.authorizer.KEY`, one key of the authorizer's context" };
  }
  if (CONTEXT_VARIABLES.includes(name)) return { kind: "context", name };
  const close =
    nearest(name, CONTEXT_VARIABLES) ??
    (first && nearest(first, ["authorizer"]) && key ? `authorizer.${key}` : undefined);
  return {
    mistake: `WebSocket APIs have no \`context.${name}\``,
    ...(close ? { hint: `Did you mean \`context.${close}\`?` } : {}),
  };
}

function parseRequest([location = "", ...rest]: string[]): MappingSource | GrammarMistake {
  const name = rest.join(".");
  if (location === "body") {
    if (BODY_PATH.test(name)) return { kind: "body", path: name };
    return { mistake: "expected `route.request.body.PATH`, the path of one value in a message" };
  }
  const known = REQUEST_LOCATIONS.find((candidate) => candidate === location);
  if (!known) {
    const close = nearest(location === "query" ? "querystring" : location, [...REQUEST_LOCATIONS, "body"]);
    return {
      mistake: `a request has no \`${location}\`; expected \`querystring\`, \`header\`, \`multivaluequerystring\`, \`multivalueheader\` or \`body\``,
      ...(close ? { hint: `Did you mean \`route.request.${[close, ...rest].join(".")}\`?` } : {}),
    };
  }
  if (NAME.test(name)) return { kind: "request", location: known, name };
  return { mistake: `expected \`route.request.${known}.NAME\`, NAME of letters, digits and \`._$-\`` };
}

/** The right form of what comes from templates, HTTP APIs, REST APIs or haste. */
function suggest(text: string, head: string, name: string): { hint?: string } {
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
  for (const [pattern, mend] of meant) {
    if (pattern.test(bare)) return { hint: `Did you mean \`${mend(bare)}\`?` };
  }
  const close = nearest(head, ["context", "stageVariables", "route"]);
  if (name && close) return { hint: `Did you mean \`${close}.${name}\`?` };
  if (CONTEXT_VARIABLES.includes(bare)) return { hint: `Did you mean \`context.${bare}\`?` };
  return /^[\w .:/-]+$/.test(text) && !/^(context|stageVariables|route)\b/.test(text)
    ? { hint: `For a static text, write "'${text}'".` }
    : {};
}
