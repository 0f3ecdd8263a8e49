/** Why a job failed: a closed list, the values of the output `failure-reason`. Every error that a user sees has one. */
import { CodedError, explain, messageOf } from "../../terminal/error";
import { AwsError, isCredentialsRejected, RENEW_CREDENTIALS } from "./aws";

export const FAILURE_REASONS = [
  "invalid-input",
  "terraform-missing",
  "synth-failed",
  "local-state",
  "account-refused",
  "credentials-rejected",
  "permission-missing",
  "variable-missing",
  "quota-exceeded",
  "name-taken",
  "backend-unreachable",
  "init-failed",
  "state-locked",
  "plan-failed",
  "plan-changed",
  "replace-refused",
  "create-refused",
  "strategy-refused",
  "apply-failed",
  "destroy-failed",
  "policy-attached",
  "state-not-saved",
  "recovery-refused",
  "outputs-missing",
  "token-unavailable",
  "candidate-failed",
  "smoke-failed",
  "rolled-back",
  "rollback-failed",
  "drift-found",
  "aws-failed",
  "cancelled",
  "runner-failed",
  "internal-error",
] as const;

export type FailureReason = (typeof FAILURE_REASONS)[number];

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
  if (isCredentialsRejected(thrown)) {
    return new ActionFailure("credentials-rejected", messageOf(thrown), {
      hint: `${RENEW_CREDENTIALS} What was applied is in the state; the next run continues from there.`,
      cause: thrown,
    });
  }
  if (thrown instanceof AwsError) {
    return new ActionFailure(thrown.status === 403 ? "permission-missing" : "aws-failed", thrown.message, {
      hint: "What was applied is in the state. Check the credentials and permissions of the job's role, and run the job again.",
      cause: thrown,
    });
  }
  return new ActionFailure("internal-error", `Unexpected error: ${explain(thrown)}`, {
    hint: "This is a defect of the action: please report it with the log.",
    cause: thrown,
  });
}
