/** The IAM role with which API Gateway writes logs. */

import { ApiGatewayAccount } from "@cdktf/provider-aws/lib/api-gateway-account";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Construct } from "constructs";
import { type Iam, serviceRole } from "./iam";
import { policyDocument } from "./text";

export interface AccountRoleProps {
  readonly name: string;
  /** @default no boundary, and the path `/` */
  readonly iam?: Iam | undefined;
}

/**
 * The IAM role with which API Gateway writes logs, set in the account's settings. There is one per account and region,
 * shared by all its APIs, so only one stack may manage it.
 *
 * @example
 * const accountRole = new AccountRole(this, "account_role", { name: "quotes-apigateway-logs" });
 * new Stage(this, "stage", {
 *   api,
 *   deployment,
 *   name: "prod",
 *   throttle: { burst: 500, rate: 1000 },
 *   loggingLevel: "ERROR",
 *   dependsOn: [accountRole.resource],
 * });
 */
export class AccountRole extends Construct {
  /** Stages that write logs must depend on it. */
  readonly resource: ApiGatewayAccount;

  constructor(scope: Construct, id: string, props: AccountRoleProps) {
    super(scope, id);
    const role = serviceRole(this, "role", { name: props.name, service: "apiGateway", iam: props.iam });
    const permissions = new IamRolePolicy(this, "permissions", {
      name: "logs",
      role: role.name,
      // What AWS's managed policy AmazonAPIGatewayPushToCloudWatchLogs allows
      // (https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html).
      policy: policyDocument([
        {
          Effect: "Allow",
          Action: [
            "logs:CreateLogGroup",
            "logs:CreateLogStream",
            "logs:DescribeLogGroups",
            "logs:DescribeLogStreams",
            "logs:PutLogEvents",
            "logs:GetLogEvents",
            "logs:FilterLogEvents",
          ],
          Resource: "*",
        },
      ]),
    });
    this.resource = new ApiGatewayAccount(this, "Default", {
      cloudwatchRoleArn: role.arn,
      dependsOn: [permissions],
    });
  }
}
