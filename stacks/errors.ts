/** What can be wrong with the stack itself, found at synthesis. */

export type StackErrorCode =
  | "invalid-selection-expression"
  | "invalid-mapping"
  | "invalid-identity-source"
  | "invalid-function-arn"
  | "invalid-response-key"
  | "missing-response"
  | "reserved-route-key"
  | "no-routes"
  | "authorizer-not-found"
  | "state-is-private";

/** A mistake in the arguments of a construct: a stable code, a sentence, and what to do next. */
export class StackError extends Error {
  override readonly name = "StackError";

  constructor(
    readonly code: StackErrorCode,
    message: string,
    readonly hint: string,
  ) {
    super(`${message} ${hint}`);
  }
}
