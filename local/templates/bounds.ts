/** The bounds of rendering, and the error of a template that exceeds one or cannot be rendered for another reason. */
import { CodedError } from "../../terminal/error";

/** The gateway answers 500, as for any error of an API's configuration. */
export class TemplateError extends CodedError {
  override readonly name = "TemplateError";

  constructor(message: string) {
    super("template-failed", message);
  }
}

// https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html: iterations of a #foreach, result of a template.
export const MAX_ITERATIONS = 1000;
/** Characters. */
export const MAX_OUTPUT = 10 * 1024 * 1024;
/** Velocity's default for macros that call themselves. */
export const MAX_DEPTH = 20;
/** More work than any mapping has; nested loops reach it in about a tenth of a second. */
export const MAX_STEPS = 500_000;

export function bounded(value: unknown): unknown {
  if (typeof value === "string" && value.length > MAX_OUTPUT) {
    throw new TemplateError("A text of the template grows beyond 10 MB.");
  }
  return value;
}
