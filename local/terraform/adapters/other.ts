/** Attributes of resources that belong to a stack but not to its API: what AWS would compute from their arguments. */
import type { Account } from "../../api/types";
import type { Arguments } from "../arguments";
import type { ObjectValue } from "../values";

type Computed = (args: Arguments, account: Account) => ObjectValue;

const iam =
  (resource: string, id: "name" | "arn"): Computed =>
  (args, { partition, accountId }) => {
    const name = args.required("name");
    const arn = `arn:${partition}:iam::${accountId}:${resource}${args.text("path") ?? "/"}${name}`;
    return { arn, id: id === "arn" ? arn : name };
  };
const regional =
  (arn: (name: string) => string): Computed =>
  (args, { partition, region, accountId }) => {
    const name = args.required("name");
    const [service, resource] = arn(name).split(/:(.*)/s);
    return { arn: `arn:${partition}:${service}:${region}:${accountId}:${resource}`, id: name };
  };

const COMPUTED: ReadonlyMap<string, Computed> = new Map([
  ["aws_iam_policy", iam("policy", "arn")],
  ["aws_iam_role", iam("role", "name")],
  ["aws_cloudwatch_log_group", regional((name) => `logs:log-group:${name}`)],
  ["aws_ssm_parameter", regional((name) => `ssm:parameter${name.startsWith("/") ? "" : "/"}${name}`)],
  ["aws_sns_topic", regional((name) => `sns:${name}`)],
  // Only REST APIs' VPC links (version 1) work with WebSocket integrations; here they lead straight to the backend.
  ["aws_api_gateway_vpc_link", (args) => ({ id: args.required("name") })],
]);

export function computeOther(args: Arguments, type: string, account: Account): ObjectValue {
  return COMPUTED.get(type)?.(args, account) ?? {};
}
