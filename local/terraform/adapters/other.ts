/** Returns the computed attributes of a stack's other resources, as AWS would compute them from their arguments. */
import { type Account, iamArn, logGroupArn, parameterArn, topicArn } from "../../../aws/arn";
import type { Arguments } from "../arguments";
import type { ObjectValue } from "../values";

type Computed = (args: Arguments, account: Account) => ObjectValue;

/** Returns the adapter for a resource that Terraform identifies by its name. */
const named =
  (arnOf: (account: Account, name: string) => string): Computed =>
  (args, account) => {
    const name = args.required("name");
    return { arn: arnOf(account, name), id: name };
  };

const COMPUTED: ReadonlyMap<string, Computed> = new Map([
  [
    "aws_iam_policy",
    (args, account) => {
      const arn = iamArn(account, "policy", args.required("name"), args.text("path"));
      return { arn, id: arn };
    },
  ],
  [
    "aws_iam_role",
    (args, account) => {
      const name = args.required("name");
      return { arn: iamArn(account, "role", name, args.text("path")), id: name };
    },
  ],
  ["aws_cloudwatch_log_group", named(logGroupArn)],
  ["aws_ssm_parameter", named(parameterArn)],
  ["aws_sns_topic", named(topicArn)],
  // WebSocket integrations use the VPC links (version 1) of REST APIs. Here such an integration calls the backend directly.
  ["aws_api_gateway_vpc_link", (args) => ({ id: args.required("name") })],
]);

export function computeOther(args: Arguments, type: string, account: Account): ObjectValue {
  return COMPUTED.get(type)?.(args, account) ?? {};
}
