/** Errors in the arguments of constructs, found at synthesis. */

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

/**
 * An error in the arguments of a construct, with a stable code, a message, and a hint about what to do next.
 *
 * @example
 * try {
 *   lambdaFunction(process.env.AUTHORIZER_ARN ?? "");
 * } catch (error) {
 *   if (error instanceof StackError) console.error(`${error.message} [${error.code}]`);
 * }
 */
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
