/** Errors in the arguments of constructs, found at synthesis. */
import { CodedError } from "../terminal/error";

export type StackErrorCode =
  | "invalid-selection-expression"
  | "invalid-mapping"
  | "invalid-identity-source"
  | "invalid-function-arn"
  | "invalid-response-key"
  | "missing-response"
  | "reserved-route-key"
  | "no-routes"
  | "output-exists"
  | "state-is-private"
  | "adopted-not-found"
  | "adopted-not-imported";

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
export class StackError extends CodedError<StackErrorCode> {
  override readonly name = "StackError";

  constructor(
    code: StackErrorCode,
    message: string,
    override readonly hint: string,
  ) {
    // Programs such as cdktf print only the message.
    super(code, `${message} ${hint}`, hint);
  }
}
