/** Why a synthesized project cannot be served: which file and address, what is wrong, and what to do about it. */
import { CodedError } from "../../terminal/error";

export type TerraformErrorCode =
  | "file" // cannot be read, or is not Terraform's JSON
  | "syntax" // an expression that is not Terraform's
  | "unsupported" // Terraform knows it, this reader does not
  | "unknown" // names something that is not there
  | "value" // evaluates to something that does not fit
  | "cycle"
  | "variable" // has no value
  | "refused"; // API Gateway's own validation error

export class TerraformError extends CodedError<TerraformErrorCode> {
  override readonly name = "TerraformError";

  constructor(
    code: TerraformErrorCode,
    readonly problem: string,
    override readonly hint: string,
    /** `<file>: <address>`, filled in by whoever knows it. */
    readonly where = "",
  ) {
    super(code, `${where && `${where}: `}${problem}.${hint && ` ${hint}.`}`, hint);
  }

  /** The same error with its place, unless a more precise one is known already. */
  at(where: string): TerraformError {
    return this.where ? this : new TerraformError(this.code, this.problem, this.hint, where);
  }
}

/** Runs, and puts a place to any {@link TerraformError} that has none. */
export function placed<T>(where: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw error instanceof TerraformError ? error.at(where) : error;
  }
}
