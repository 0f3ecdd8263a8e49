/**
 * Renders mapping templates: Velocity Template Language with API Gateway's variables. README.md lists what is
 * supported.
 */
import { messageOf } from "../../terminal/error";
import { TemplateError } from "./bounds";
import { Renderer } from "./render";
import { parseTemplate } from "./syntax";
import type { TemplateScope } from "./variables";

export { TemplateError } from "./bounds";
export type { TemplateScope } from "./variables";

/**
 * Renders a mapping template.
 *
 * @param template Velocity Template Language, at most 300 KB.
 * @param scope The values of `$context`, `$input` and `$stageVariables`. The template cannot change them.
 * @throws {TemplateError} and no other error, if the template cannot be parsed or exceeds a limit.
 * @example
 * renderTemplate('{"id": "$context.connectionId"}', {
 *   context: { connectionId: "TXzPWdnOjoECGjA=" },
 *   input: { body: "" },
 *   stageVariables: {},
 * }); // '{"id": "TXzPWdnOjoECGjA="}'
 */
export function renderTemplate(template: string, scope: TemplateScope): string {
  try {
    return new Renderer(scope).render(parseTemplate(template));
  } catch (error) {
    if (error instanceof TemplateError) throw error;
    // An invalid pattern for `matches`, a text too long for the engine, nesting too deep for the stack.
    throw new TemplateError(messageOf(error));
  }
}
