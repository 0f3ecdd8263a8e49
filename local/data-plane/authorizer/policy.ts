/**
 * Evaluation of an authorizer's policy on the connection's `methodArn`: an explicit Deny wins, no Allow denies.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
import { matchesPattern } from "./arn-pattern";

export interface Statement {
  readonly effect: "Allow" | "Deny";
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** It has a part that is not evaluated here, such as Condition: it may deny, it does not allow. */
  readonly conditional: boolean;
}

export interface Verdict {
  readonly allowed: boolean;
  /** For a person. */
  readonly detail: string;
}

const INVOKE = "execute-api:invoke";

export function evaluatePolicy(statements: readonly Statement[], methodArn: string): Verdict {
  let allowed: Statement | undefined;
  let near: Statement | undefined;
  for (const statement of statements) {
    if (!statement.actions.some((action) => matchesPattern(INVOKE, action.toLowerCase()))) continue;
    if (!statement.resources.some((resource) => matchesPattern(methodArn, resource))) {
      near = statement;
      continue;
    }
    if (statement.effect === "Deny") return { allowed: false, detail: "the policy denies it" };
    if (statement.conditional) near = statement;
    else allowed = statement;
  }
  if (allowed !== undefined) return { allowed: true, detail: `allowed by ${allowed.resources.join(", ")}` };
  if (near === undefined) return { allowed: false, detail: "no statement is about execute-api:Invoke" };
  const why = near.conditional ? "has a condition, which is not evaluated locally" : `does not match ${methodArn}`;
  return { allowed: false, detail: `the policy's ${near.resources.join(", ")} ${why}` };
}
