/** The permission to read signing secrets from SSM parameters, and to decrypt only those parameters. */

import { createHash } from "node:crypto";
import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import type { Construct } from "constructs";
import { anyKeyArn, parameterArn } from "../aws/arn";
import type { AuthorizerSettings } from "../functions/authorizer/settings";

/** The statements for one parameter, and a name for their policy. */
export interface ParameterPermission {
  readonly name: string;
  readonly statements: readonly object[];
}

export function parameterPermissions(
  scope: Construct,
  region: string,
  settings: AuthorizerSettings,
): readonly ParameterPermission[] {
  const names = settings.issuers.flatMap((issuer) =>
    issuer.kind === "secret" && issuer.secrets.from === "ssm" ? issuer.secrets.names : [],
  );
  if (names.length === 0) return [];
  const { partition } = new DataAwsPartition(scope, "partition");
  const { accountId } = new DataAwsCallerIdentity(scope, "account");
  const account = { partition, region, accountId };
  return [...new Set(names)].map((name) => {
    const arn = parameterArn(account, name);
    return {
      name: `parameter-${createHash("sha256").update(name).digest("hex").slice(0, 16)}`,
      statements: [
        { Effect: "Allow", Action: ["ssm:GetParameter", "ssm:GetParameters"], Resource: arn },
        {
          Effect: "Allow",
          Action: "kms:Decrypt",
          Resource: anyKeyArn(account),
          // A SecureString is decrypted with its own ARN as encryption context
          // (https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html).
          Condition: { StringEquals: { "kms:EncryptionContext:PARAMETER_ARN": arn } },
        },
      ],
    };
  });
}
