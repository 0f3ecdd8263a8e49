/** The failure of a job. Every error that a user sees has a reason. */
import { CodedError, explain } from "../../terminal/error";
import { AwsError } from "./aws";
import { explainErrors } from "./diagnostics";
import type { FailureReason } from "./failure-reasons";

/** Where in the project a problem is, for an annotation. Lines and columns count from 1. */
export interface Location {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** One thing that is wrong, in a sentence of its own. */
export interface Problem {
  readonly message: string;
  readonly location?: Location;
  /** Path of the construct, such as `prod/api/connect`. */
  readonly construct?: string | undefined;
}

export class ActionFailure extends CodedError<FailureReason> {
  override readonly name = "ActionFailure";
  readonly problems: readonly Problem[];

  constructor(
    code: FailureReason,
    message: string,
    options: { hint?: string | undefined; problems?: readonly Problem[]; cause?: unknown } = {},
  ) {
    super(code, message, options.hint, { cause: options.cause });
    this.problems = options.problems ?? [];
  }
}

/** Anything thrown, as a failure with a reason. */
export function asFailure(thrown: unknown): ActionFailure {
  if (thrown instanceof ActionFailure) return thrown;
  if (thrown instanceof AwsError) {
    const known = explainErrors([{ summary: thrown.message, detail: "" }]);
    const reason = thrown.status === 403 ? "permission-missing" : "aws-failed";
    const hint = known?.hint ?? "Check the credentials and permissions of the job's role, and run the job again.";
    return new ActionFailure(known?.reason ?? reason, thrown.message, {
      hint: `${hint} What was applied is in the state; the next run continues from there.`,
      cause: thrown,
    });
  }
  return new ActionFailure("internal-error", `Unexpected error: ${explain(thrown)}`, {
    hint: "This is a defect of the action: please report it with the log.",
    cause: thrown,
  });
}
