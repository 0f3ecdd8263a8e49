/**
 * The grammar of request parameter mappings, as types for people and as a parser for text
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-data-mapping.html).
 */
import { StackError } from "./errors";

/** What the client sent with its handshake: exists on `$connect` only, and must be declared on the route. */
export type ParameterSource =
  `route.request.${"querystring" | "header" | "multivaluequerystring" | "multivalueheader"}.${string}`;

/** What exists on every route. Static values stand in single quotes. */
export type EventSource =
  | `context.${string}`
  | `stageVariables.${string}`
  | `route.request.body.${string}`
  | `'${string}'`;

export type MappingSource = ParameterSource | EventSource;

/** Where in the backend's request a value goes. */
export type MappingDestination = `integration.request.${"querystring" | "header" | "path"}.${string}`;

export type Mappings<Source extends MappingSource> = Readonly<Record<MappingDestination, Source>>;

const NAME = "[a-zA-Z0-9._$-]+";
const PARAMETER = new RegExp(`^route\\.request\\.(multivalue)?(querystring|header)\\.${NAME}$`);
const EVENT = /^(context|stageVariables|route\.request\.body)\.[^\s']+$|^'[^']*'$/;
const DESTINATION = new RegExp(`^integration\\.request\\.(querystring|header|path)\\.${NAME}$`);

export function isParameterSource(text: string): text is ParameterSource {
  return PARAMETER.test(text);
}

export function isEventSource(text: string): text is EventSource {
  return EVENT.test(text);
}

export function isMappingSource(text: string): text is MappingSource {
  return isParameterSource(text) || isEventSource(text);
}

function isDestination(text: string): text is MappingDestination {
  return DESTINATION.test(text);
}

/** Mappings from plain text, each checked: `accepts` says which sources exist on this route. */
export function parseMappings<Source extends MappingSource>(
  record: Readonly<Record<string, string>>,
  accepts: (text: string) => text is Source,
): Mappings<Source> {
  const mappings: Record<MappingDestination, Source> = {};
  for (const [destination, source] of Object.entries(record)) {
    if (!isDestination(destination)) {
      throw new StackError(
        "invalid-mapping",
        `\`${destination}\` is not a place in the backend's request.`,
        "Write integration.request.querystring.<name>, …header.<name> or …path.<name>.",
      );
    }
    if (!accepts(source)) {
      throw new StackError(
        "invalid-mapping",
        `\`${destination}\` cannot be taken from \`${source}\` on this route.`,
        "Write context.<name>, stageVariables.<name>, a static value in single quotes, or, on $connect, route.request.querystring.<name>.",
      );
    }
    mappings[destination] = source;
  }
  return mappings;
}

/** Declared parameters from plain text. */
export function parseParameters(record: Readonly<Record<string, boolean>>): Readonly<Record<ParameterSource, boolean>> {
  const parameters: Record<ParameterSource, boolean> = {};
  for (const [source, required] of Object.entries(record)) {
    if (!isParameterSource(source)) {
      throw new StackError(
        "invalid-mapping",
        `\`${source}\` is not a parameter that a client can send.`,
        "Write route.request.querystring.<name> or route.request.header.<name>.",
      );
    }
    parameters[source] = required;
  }
  return parameters;
}
