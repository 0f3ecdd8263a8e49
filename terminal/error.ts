/** The base class of errors for users, and functions that return the message, code and hint of any thrown value. */

/**
 * An error with three parts: `code` for programs, `message` for what is wrong, `hint` for what to do next.
 *
 * @example
 * throw new CodedError("stage-not-found", "The API has no stage `prod`.", "Deploy it first, or name another stage.");
 */
export class CodedError<Code extends string = string> extends Error {
  constructor(
    /** Stable code in kebab case, such as `invalid-mapping`. */
    readonly code: Code,
    message: string,
    /** One sentence that says what to do next. */
    readonly hint?: string | undefined,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * Returns the message of any thrown value. For an AggregateError, whose own message may be empty, returns the messages of
 * its errors. For one of OpenSSL (`[id:]error:number:library:function:reason…`), returns its reason.
 */
export function messageOf(thrown: unknown): string {
  if (typeof thrown !== "object" || thrown === null) return String(thrown);
  if ("errors" in thrown && Array.isArray(thrown.errors)) return thrown.errors.map(messageOf).join("; ");
  const message = "message" in thrown ? String(thrown.message) : String(thrown);
  return /^(?:[^:]*:)?error:(?:[^:]*:){3}([^:]+)/.exec(message)?.[1] ?? message;
}

/** Returns the reason why `fetch` failed, which is only in the cause of its error. */
export function reasonOf(thrown: unknown): string {
  return messageOf(thrown instanceof Error ? (thrown.cause ?? thrown) : thrown);
}

/** Returns the code of any thrown value, if it has one: a {@link CodedError}'s, or Node's, such as `ENOENT`. */
export function codeOf(thrown: unknown): string | undefined {
  if (typeof thrown !== "object" || thrown === null || !("code" in thrown)) return undefined;
  return typeof thrown.code === "string" ? thrown.code : undefined;
}

/** Returns message and hint of any thrown value as one text. A hint that the message already contains is not repeated. */
export function explain(thrown: unknown): string {
  const message = messageOf(thrown);
  const hint = thrown instanceof CodedError ? thrown.hint : undefined;
  return hint === undefined || message.includes(hint) ? message : `${message} ${hint}`;
}
