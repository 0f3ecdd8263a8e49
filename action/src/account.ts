/** Checks that the job's credentials belong to an account that the workflow allows. */

import { regionIn } from "../../aws/endpoints";
import type { Access } from "../../aws/request";
import { credentialsIn } from "../../aws/sigv4";
import { messageOf } from "../../terminal/error";
import { accountId, isCredentialsRejected } from "./aws";
import { ActionFailure } from "./failure";
import type { Stack } from "./stack";

/** Returns credentials and region for signed requests, or undefined if the job's environment has none. */
export function accessFor(stack: Stack, env: NodeJS.ProcessEnv): Access | undefined {
  const credentials = credentialsIn(env);
  const region = stack.region ?? regionIn(env);
  return credentials && region ? { credentials, region, env } : undefined;
}

/**
 * Checks the account of the credentials.
 * @throws ActionFailure `account-refused`, also if the account cannot be determined
 */
export async function checkAccount(allowed: readonly string[], access: Access | undefined): Promise<void> {
  if (allowed.length === 0) return;
  if (!access) {
    throw new ActionFailure("account-refused", "`allowed-account-ids` is set, and the job has no AWS credentials.", {
      hint: "Add a step with aws-actions/configure-aws-credentials before this one.",
    });
  }
  const account = await accountId(access).catch((cause: unknown) => {
    if (isCredentialsRejected(cause)) throw cause;
    const message = messageOf(cause);
    throw new ActionFailure(
      "account-refused",
      `The AWS account of the credentials could not be determined. ${message}`,
      {
        hint: "Check the job's AWS credentials.",
        cause,
      },
    );
  });
  if (account !== undefined && allowed.includes(account)) return;
  throw new ActionFailure(
    "account-refused",
    `The credentials belong to account ${account}, which is not in \`allowed-account-ids\`.`,
    {
      hint: "Nothing was changed. Use credentials of an allowed account, or add this account to `allowed-account-ids`.",
    },
  );
}
