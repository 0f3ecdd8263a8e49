/** The limits of rendering, and the error for a template that exceeds one or cannot be rendered for another reason. */
import { CodedError } from "../../terminal/error";

/** Thrown if a template cannot be rendered. The gateway then answers 500, as for any error in an API's configuration. */
export class TemplateError extends CodedError {
  override readonly name = "TemplateError";

  constructor(message: string) {
    super("template-failed", message);
  }
}

// https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html: iterations of a #foreach, result of a template.
export const MAX_ITERATIONS = 1000;
/** Maximum length of the result in characters. */
export const MAX_OUTPUT = 10 * 1024 * 1024;
/** Maximum depth of macros that call themselves. It is Velocity's default. */
export const MAX_DEPTH = 20;
/** Maximum number of steps, more than any mapping needs. Nested loops reach it in about a tenth of a second. */
export const MAX_STEPS = 500_000;

export function bounded(value: unknown): unknown {
  if (typeof value === "string" && value.length > MAX_OUTPUT) {
    throw new TemplateError("A text of the template grows beyond 10 MB.");
  }
  return value;
}
