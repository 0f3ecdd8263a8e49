/**
 * Selection expressions: of routes (`$request.body.action`) and of templates (`\$default`).
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-selection-expressions.html
 */
import type { GrammarMistake } from "./mapping";

const PATH = "[A-Za-z0-9_-]+(?:\\[\\d+\\])*(?:\\.[A-Za-z0-9_-]+(?:\\[\\d+\\])*)*";
/** Text in which nothing is a variable: `$` only after a backslash. */
const STATIC = "(?:[^$\\\\{}\\p{Cc}]|\\\\\\$)";
const ROUTE_VARIABLE = new RegExp(
  `^(?:\\$request\\.body\\.${PATH}|${STATIC}*(?:\\$\\{request\\.body\\.${PATH}\\}${STATIC}*)+)$`,
  "u",
);

/** What is wrong with a route selection expression, or undefined. */
export function checkRouteSelection(text: string): GrammarMistake | undefined {
  if (ROUTE_VARIABLE.test(text) || text === "\\$default") return undefined;
  const expected = "expected `$request.body.PATH`, the part of a message that names its route";
  if (text === "$default") return { mistake: expected, hint: "For the `$default` route alone, write `\\$default`." };
  // Without its `$` the text is a constant, and every message goes to the route of that name.
  const bare = text.replace(/^(\$?(route\.)?request\.)?(body\.)?/, "");
  return {
    mistake: expected,
    ...(new RegExp(`^${PATH}$`).test(bare) ? { hint: `Did you mean \`$request.body.${bare}\`?` } : {}),
  };
}

const request = `request\\.body\\.${PATH}`;
const response = "integration\\.response\\.(?:statuscode|(?:multivalue)?header\\.[A-Za-z0-9_-]+)";
const REQUEST_TEMPLATE = new RegExp(`^${STATIC}*(?:\\$\\{${request}\\}${STATIC}*)*$`, "u");
const RESPONSE_TEMPLATE = new RegExp(`^${STATIC}*(?:\\$\\{(?:${request}|${response})\\}${STATIC}*)*$`, "u");

/** What is wrong with a template selection expression, or undefined. */
export function checkTemplateSelection(text: string, of: "request" | "response"): GrammarMistake | undefined {
  if (text.length > 0 && (of === "request" ? REQUEST_TEMPLATE : RESPONSE_TEMPLATE).test(text)) return undefined;
  const forms =
    of === "request"
      ? "`${request.body.PATH}`"
      : "`${request.body.PATH}`, `${integration.response.statuscode}`, `${integration.response.header.NAME}`";
  const mistake = `expected ${forms}, static text or both`;
  if (/^\$[a-z]+$/.test(text)) return { mistake, hint: `A literal \`$\` is written \`\\$\`: \`\\${text}\`.` };
  if (/^\$(request|integration)\./.test(text)) return { mistake, hint: `Did you mean \`\${${text.slice(1)}}\`?` };
  return { mistake };
}
