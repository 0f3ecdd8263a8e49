/**
 * Evaluates an authorizer's policy for the connection's `methodArn`. An explicit Deny has precedence, and no Allow means Deny.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
import { matchesPattern } from "./arn-pattern";

export interface Statement {
  readonly effect: "Allow" | "Deny";
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Whether the statement has a part that is not evaluated here, such as Condition. It can then deny, but not allow. */
  readonly conditional: boolean;
}

export interface Verdict {
  readonly allowed: boolean;
  /** Explanation for the developer. */
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
    if (statement.effect === "Deny") return { allowed: false, detail: "a Deny statement of the policy matches" };
    if (statement.conditional) near = statement;
    else allowed = statement;
  }
  if (allowed !== undefined) return { allowed: true, detail: `the policy allows ${allowed.resources.join(", ")}` };
  if (near === undefined)
    return { allowed: false, detail: "no statement of the policy has the action execute-api:Invoke" };
  const why = near.conditional ? "has a condition, which is not evaluated locally" : `does not match ${methodArn}`;
  return { allowed: false, detail: `the policy's statement for ${near.resources.join(", ")} ${why}` };
}
