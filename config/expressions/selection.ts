/**
 * Selection expressions: the verdict is that of `aws/selection-expression`, the words are for `gateway.yaml`. What API
 * Gateway takes but what cannot be meant is refused here too, each case with its reason.
 */
import { isDefinite } from "../../aws/json-path";
import { parseSelectionExpression, SELECT_DEFAULT, type SelectionExpression } from "../../aws/selection-expression";
import type { Mistake } from "./mapping-source";

/** Static text in which nothing was meant to be a variable. */
const PLAIN = /^[^\\{}\p{Cc}]*$/u;

export function readRouteSelection(text: string): SelectionExpression | Mistake {
  const found = parseSelectionExpression(text, "route");
  if (!("invalid" in found) && (text === SELECT_DEFAULT.text || selectsByMessage(found))) return found;
  const mistake = "expected `$request.body.PATH`, the part of a message that names its route";
  if (text === "$default") return { mistake, hint: "For the `$default` route alone, write `\\$default`." };
  const bare = text.replace(/^(\$?(route\.)?request\.)?(body\.)?/, "");
  return {
    mistake,
    ...(/^[\w-]+(\.[\w-]+|\[\d+\])*$/.test(bare) ? { hint: `Did you mean \`$request.body.${bare}\`?` } : {}),
  };
}

/** Without a variable the text is a constant, and every message goes to the route of that name. */
function selectsByMessage(expression: SelectionExpression): boolean {
  return expression.parts.some((part) => typeof part !== "string") && isPlain(expression);
}

export function readTemplateSelection(text: string, of: "request" | "response"): SelectionExpression | Mistake {
  const found = parseSelectionExpression(text, `${of} template`);
  if (!("invalid" in found) && isPlain(found) && allWrapped(found)) return found;
  const forms =
    of === "request"
      ? "`${request.body.PATH}`"
      : "`${request.body.PATH}`, `${integration.response.statuscode}`, `${integration.response.header.NAME}`";
  const mistake = `expected ${forms}, static text or both`;
  if (/^\$[a-z]+$/.test(text)) return { mistake, hint: `A literal \`$\` is written \`\\$\`: \`\\${text}\`.` };
  if (/^\$(request|integration)\./.test(text)) return { mistake, hint: `Did you mean \`\${${text.slice(1)}}\`?` };
  return { mistake };
}

/** AWS documents the variables of template selection with braces only. */
function allWrapped({ parts }: SelectionExpression): boolean {
  return parts.every((part) => typeof part === "string" || part.wrapped);
}

/**
 * No stray braces or backslashes; a variable beside other parts is in braces, because where it would end without them is
 * not documented; it is a single value, as AWS advises, and not the whole message, which no key equals.
 */
function isPlain({ parts }: SelectionExpression): boolean {
  return parts.every((part) => {
    if (typeof part === "string") return PLAIN.test(part);
    if (!part.wrapped && parts.length > 1) return false;
    if (part.kind === "payload" || part.kind === "response body") return false;
    return part.kind !== "body" || isDefinite(part.path);
  });
}
