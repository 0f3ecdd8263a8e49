/** Turns the errors of a Terraform command into a failure: its reason, what to do next, and who holds the lock. */
import { explainErrors } from "./diagnostics";
import type { Diagnostic } from "./events";
import { ActionFailure, type Problem } from "./failure";
import type { FailureReason } from "./failure-reasons";
import { describeLock, LOCK_ERRORS, type LockInfo, lockIdInput, lockInfoIn } from "./lock";
import type { Ended } from "./program";
import { constructOf, type Stack } from "./stack";

/** Another run holds the state's lock. */
export class LockedFailure extends ActionFailure {
  constructor(
    readonly lock: LockInfo,
    problems: readonly Problem[] = [],
  ) {
    super("state-locked", describeLock(lock), {
      hint: `Wait for that run, or raise \`lock-timeout\`. If that run has ended: run this action with \`mode: unlock\` and \`${lockIdInput(lock)}\`.`,
      problems,
    });
  }
}

/**
 * Returns the failure of a command.
 *
 * @param command such as `plan`
 * @param errors the errors among Terraform's events
 * @param reason the reason where the errors do not show another one
 */
export function failureOf(
  command: string,
  ended: Ended,
  errors: readonly Diagnostic[],
  reason: FailureReason,
  stack: Stack,
): ActionFailure {
  const problems = errors.map((error) => problemOf(error, stack));
  const lock = lockInfoIn(lockErrors(errors, ended), Date.now());
  if (lock) return new LockedFailure(lock, problems);
  const first = problems[0]?.message ?? lastOutput(ended);
  const known = explainErrors(errors.length > 0 ? errors : [{ summary: ended.stderr || ended.stdout, detail: "" }]);
  return new ActionFailure(known?.reason ?? reason, `terraform ${command} failed: ${first}`, {
    problems,
    hint: [known?.hint ?? HINTS[reason], whatRemains(reason, known?.reason)].filter(Boolean).join(" "),
  });
}

/** Returns the lock that a command could not release, or `unknown` if Terraform does not show which one it is. */
export function unreleasedLock(errors: readonly Diagnostic[], ended: Ended): LockInfo | "unknown" | undefined {
  const found = lockErrors(errors, ended);
  if (!found.some(({ summary }) => summary === LOCK_ERRORS.kept)) return undefined;
  return lockInfoIn(found, Date.now(), LOCK_ERRORS.kept) ?? "unknown";
}

/** Adds the errors about locks of commands that have no JSON output. */
function lockErrors(
  errors: readonly Diagnostic[],
  { stderr }: Ended,
): readonly Pick<Diagnostic, "summary" | "detail">[] {
  const plain = Object.values(LOCK_ERRORS).filter((summary) => stderr.includes(summary));
  return [...errors, ...plain.map((summary) => ({ summary, detail: stderr }))];
}

/** Advice where the errors have no rule. */
const HINTS: Partial<Record<FailureReason, string>> = {
  "init-failed":
    "Check the state backend in the configuration, its permissions, and the network connection to the provider registry.",
  "plan-failed": "Check the configuration and the job's AWS credentials.",
  "apply-failed": "Fix the cause and run the job again.",
  "destroy-failed": "Fix the cause and run the job again.",
};

/** What the failed command has left behind. */
function whatRemains(phase: FailureReason, reason: FailureReason | undefined): string | undefined {
  if (phase === "init-failed" || phase === "plan-failed") return "Nothing was changed.";
  if (reason === "state-not-saved" || reason === "plan-changed") return undefined;
  if (phase === "apply-failed") return "What was applied is in the state; the next run continues from there.";
  return phase === "destroy-failed" ? "What remains is in the state." : undefined;
}

/** Returns a diagnostic of Terraform as a problem with its construct. */
export function problemOf({ summary, detail, address }: Diagnostic, stack: Stack): Problem {
  const message = detail ? `${summary}. ${detail}` : summary;
  return { message, construct: address && constructOf(stack, address) };
}

/** The first error of the program's output, or its end, for a failure without diagnostics. */
function lastOutput({ stderr, stdout, code }: Ended): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: terminal colours begin with one.
  const text = (stderr.trim() || stdout.trim()).replace(/\u001b\[[\d;]*m/g, "");
  const [, error = text] = text.split(/^Error: /m);
  return (
    error.trim().split("\n").slice(-20).join("\n") || `it ended with ${code === null ? "a signal" : `code ${code}`}`
  );
}
