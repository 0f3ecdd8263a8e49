/**
 * The small languages of WebSocket APIs: selection expressions, request-parameter mappings, identity sources.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-selection-expressions.html
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-data-mapping.html
 */
import { badRequest } from "../error";

const NAME = "[a-zA-Z0-9._$-]+";
const TARGET = new RegExp(`^integration\\.request\\.(querystring|header|path)\\.${NAME}$`);
const DECLARABLE = new RegExp(
  `^route\\.request\\.(querystring|header|multivaluequerystring|multivalueheader)\\.(${NAME})$`,
);
const SOURCE = new RegExp(
  [
    DECLARABLE.source.slice(1, -1),
    "route\\.request\\.body(\\..+)?",
    `context\\.${NAME}`,
    `stageVariables\\.${NAME}`,
    "'[^']*'",
  ]
    .map((form) => `^${form}$`)
    .join("|"),
);
const IDENTITY = new RegExp(`^(route\\.request\\.(header|querystring)|stageVariables|context)\\.${NAME}$`);

/**
 * In a selection expression `$` starts a variable; a literal one is written `\$`. What a variable may be depends on
 * where the expression stands.
 */
export function checkSelection(expression: string, variables: RegExp): void {
  const unescaped = expression.replace(/\\\$/g, "");
  for (const [variable, inner] of unescaped.matchAll(/\$(?:\{([^}]*)\}|[^\s${}]*)/g)) {
    if (!variables.test(inner ?? variable.slice(1))) {
      // https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-data-transformations.html; text observed
      throw badRequest(`Unexpected variable in selection expression: ${variable}`);
    }
  }
}

export const ROUTE_SELECTION = /^request\.body(\.|$)/;
export const REQUEST_TEMPLATE_SELECTION = /^request\.body(\.|$)/;
export const RESPONSE_TEMPLATE_SELECTION =
  /^(request\.body|integration\.response\.(statuscode|(multivalue)?header\.|body))/;
export const MODEL_SELECTION = /^(request\.body|context\.|stageVariables\.)/;

/** One entry of an integration's request parameters. */
export function checkMapping(target: string, source: string): void {
  if (!TARGET.test(target)) throw badRequest(`Invalid mapping expression specified: ${target}`);
  if (!SOURCE.test(source)) throw badRequest(`Invalid mapping expression specified: ${source}`);
}

export function checkDeclaration(parameter: string): void {
  if (!DECLARABLE.test(parameter)) throw badRequest(`Invalid request parameter key specified: ${parameter}`);
}

/** The names under which a route can have declared a mapping's source; none where it needs no declaration. */
export function declarations(source: string): string[] {
  const [, location, name] = DECLARABLE.exec(source) ?? [];
  if (!location || !name) return [];
  return [source, `route.request.${location.replace("multivalue", "")}.${name}`];
}

export function checkIdentitySource(source: string): void {
  if (!IDENTITY.test(source)) throw badRequest(`Invalid request identity source expression: ${source}`);
}
