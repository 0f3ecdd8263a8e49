/** Mapping templates: Velocity Template Language with API Gateway's variables. What is covered is in README.md. */
import { messageOf } from "../../terminal/error";
import { TemplateError } from "./bounds";
import { Renderer } from "./render";
import { parseTemplate } from "./syntax";
import type { TemplateScope } from "./variables";

export { TemplateError } from "./bounds";
export type { TemplateScope } from "./variables";

/** Renders a template. Throws {@link TemplateError}, and nothing else. */
export function renderTemplate(template: string, scope: TemplateScope): string {
  try {
    return new Renderer(scope).render(parseTemplate(template));
  } catch (error) {
    if (error instanceof TemplateError) throw error;
    // A pattern for `matches` that is none, a text too long for the engine, nesting too deep for the stack.
    throw new TemplateError(messageOf(error));
  }
}
