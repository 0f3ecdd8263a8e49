/**
 * Parses selection expressions with `aws/selection-expression`, and adds error messages for `gateway.yaml`. It also rejects
 * expressions that API Gateway accepts but that are certainly mistakes; the comments give the reasons.
 */
import { isDefinite } from "../../aws/json-path";
import { parseSelectionExpression, SELECT_DEFAULT, type SelectionExpression } from "../../aws/selection-expression";
import type { Mistake } from "./mapping-source";

/** Static text without characters that look like part of a variable. */
const PLAIN = /^[^\\{}\p{Cc}]*$/u;

/** Parses the route selection expression. Returns the expression, or the mistake in it. */
export function readRouteSelection(text: string): SelectionExpression | Mistake {
  const found = parseSelectionExpression(text, "route");
  if (!("invalid" in found) && (text === SELECT_DEFAULT.text || selectsByMessage(found))) return found;
  const mistake = "expected `$request.body.PATH`, the part of a message that names its route";
  if (text === "$default") return { mistake, hint: "For the `$default` route alone, write `\\$default`." };
  const bare = text.replace(/^(\$?(route\.)?request\.)?(body\.)?/, "");
  const isPath = /^[\w-]+(\.[\w-]+|\[\d+\])*$/.test(bare);
  return { mistake, hint: isPath ? `Did you mean \`$request.body.${bare}\`?` : undefined };
}

/** Returns whether the expression has a variable. Without one, every message would select the same route. */
function selectsByMessage(expression: SelectionExpression): boolean {
  return expression.parts.some((part) => typeof part !== "string") && isPlain(expression);
}

/** Parses a template selection expression. Returns the expression, or the mistake in it. */
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

/** Returns whether every variable is in braces, the only form that AWS documents for template selection. */
function allWrapped({ parts }: SelectionExpression): boolean {
  return parts.every((part) => typeof part === "string" || part.wrapped);
}

/**
 * Returns whether the expression has no stray braces or backslashes, and only usable variables. A variable beside other
 * parts must be in braces, because AWS does not document where it ends without them. A variable must be a single value, as
 * AWS advises, and not the whole message, which never equals a key.
 */
function isPlain({ parts }: SelectionExpression): boolean {
  return parts.every((part) => {
    if (typeof part === "string") return PLAIN.test(part);
    if (!part.wrapped && parts.length > 1) return false;
    if (part.kind === "payload" || part.kind === "response body") return false;
    return part.kind !== "body" || isDefinite(part.path);
  });
}
