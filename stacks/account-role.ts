/** The role with which API Gateway writes logs: one for an account and region, owned by whoever is told to. */

import { ApiGatewayAccount } from "@cdktf/provider-aws/lib/api-gateway-account";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Construct } from "constructs";
import { PRINCIPALS } from "../aws/endpoints";
import { IAM_NAME_LENGTH } from "../aws/limits";
import { boundedName, literal, policyDocument } from "./text";

export interface AccountRoleProps {
  readonly name: string;
}

export class AccountRole extends Construct {
  /** What stages that write logs depend on. */
  readonly resource: ApiGatewayAccount;

  constructor(scope: Construct, id: string, props: AccountRoleProps) {
    super(scope, id);
    const role = new IamRole(this, "role", {
      name: literal(boundedName(props.name, IAM_NAME_LENGTH.role)),
      assumeRolePolicy: policyDocument([
        { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: PRINCIPALS.apiGateway } },
      ]),
    });
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
