/** Keeps a job with the wrong credentials away from the right account. */
import { regionIn } from "../../aws/endpoints";
import { type Access, AwsError, accountId, credentialsIn } from "./aws";
import { ActionFailure } from "./failure";
import type { Stack } from "./stack";

type Environment = Readonly<Record<string, string | undefined>>;

/** What signed requests of our own need; `undefined` where the job has no credentials in its environment. */
export function accessFor(stack: Stack, env: Environment): Access | undefined {
  const credentials = credentialsIn(env);
  const region = stack.region ?? regionIn(env);
  return credentials && region ? { credentials, region, env } : undefined;
}

/** @throws ActionFailure `account-refused`, also when it cannot be told which account it is */
export async function checkAccount(allowed: readonly string[], access: Access | undefined): Promise<void> {
  if (allowed.length === 0) return;
  if (!access) {
    throw new ActionFailure("account-refused", "`allowed-account-ids` is set, and the job has no AWS credentials.", {
      next: "Add a step with aws-actions/configure-aws-credentials before this one.",
    });
  }
  const account = await accountId(access).catch((cause: unknown) => {
    const message = cause instanceof AwsError || cause instanceof Error ? cause.message : String(cause);
    throw new ActionFailure("account-refused", `AWS does not say which account this is. ${message}`, {
      next: "Check the job's AWS credentials.",
      cause,
    });
  });
  if (account !== undefined && allowed.includes(account)) return;
  throw new ActionFailure("account-refused", `The credentials are of account ${account}, which is not allowed here.`, {
    next: "Nothing was changed. Use credentials of another account, or add this one to `allowed-account-ids`.",
  });
}
