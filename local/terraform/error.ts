/** The error for a synthesized project that cannot be served: file and address, what is wrong, and what to do. */
import { CodedError } from "../../terminal/error";

export type TerraformErrorCode =
  | "file" // cannot be read, or is not Terraform's JSON
  | "syntax" // not a Terraform expression
  | "unsupported" // valid in Terraform, but not supported here
  | "unknown" // refers to something that does not exist
  | "value" // evaluates to a value of the wrong type or form
  | "cycle"
  | "variable" // an input variable without a valid value
  | "refused"; // API Gateway's own validation error

export class TerraformError extends CodedError<TerraformErrorCode> {
  override readonly name = "TerraformError";

  constructor(
    code: TerraformErrorCode,
    readonly problem: string,
    override readonly hint: string,
    /** `<file>: <address>`. Callers that know them add them. */
    readonly where = "",
  ) {
    super(code, `${where && `${where}: `}${problem}.${hint && ` ${hint}.`}`, hint);
  }

  /** Returns the error with its place. A place that it already has is more precise and is kept. */
  at(where: string): TerraformError {
    return this.where ? this : new TerraformError(this.code, this.problem, this.hint, where);
  }
}

/** Calls `run`, and adds the place to a {@link TerraformError} that has none. */
export function placed<T>(where: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw error instanceof TerraformError ? error.at(where) : error;
  }
}
