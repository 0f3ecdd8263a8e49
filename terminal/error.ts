/** The base of every error that a person may read, and how to get message, code and advice out of anything thrown. */

/**
 * An error with three parts: `code` for programs, `message` for what is wrong, `hint` for what to do next.
 *
 * @example
 * throw new CodedError("stage-not-found", "The API has no stage `prod`.", "Deploy it first, or name another stage.");
 */
export class CodedError<Code extends string = string> extends Error {
  constructor(
    /** Stable, in kebab case: `invalid-mapping`. */
    readonly code: Code,
    message: string,
    /** What to do next, in a sentence. */
    readonly hint?: string | undefined,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The message of anything thrown. An AggregateError's own message may be empty: it gives those of its errors. */
export function messageOf(thrown: unknown): string {
  if (typeof thrown !== "object" || thrown === null) return String(thrown);
  if ("errors" in thrown && Array.isArray(thrown.errors)) return thrown.errors.map(messageOf).join("; ");
  return "message" in thrown ? String(thrown.message) : String(thrown);
}

/** The code of anything thrown, if it has one: this project's, or Node's such as `ENOENT`. */
export function codeOf(thrown: unknown): string | undefined {
  if (typeof thrown !== "object" || thrown === null || !("code" in thrown)) return undefined;
  return typeof thrown.code === "string" ? thrown.code : undefined;
}

/** Message and hint of anything thrown, for a terminal. A message that already contains its hint is not extended. */
export function explain(thrown: unknown): string {
  const message = messageOf(thrown);
  const hint = thrown instanceof CodedError ? thrown.hint : undefined;
  return hint === undefined || message.includes(hint) ? message : `${message} ${hint}`;
}
