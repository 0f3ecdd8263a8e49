/** The errors of `adopt`. Each code has an exit code in `options.ts`. */
import { CodedError } from "../terminal/error";

export type AdoptErrorCode =
  | "api-not-found"
  | "stage-not-found"
  | "no-credentials"
  | "not-a-websocket-api"
  | "missing-permissions"
  | "aws-unreachable"
  | "aws-rejected"
  | "interrupted"
  | "owned"
  | "undecided"
  | "not-expressible"
  | "file-exists"
  | "synthesis-failed"
  | "terraform-failed";

/** A reason why an API cannot be adopted, and what to do next. */
export class AdoptError extends CodedError<AdoptErrorCode> {
  override readonly name = "AdoptError";
}
