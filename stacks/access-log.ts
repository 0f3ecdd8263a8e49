/** Access logs: one JSON line per handshake, message and disconnect. */
import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { Construct } from "constructs";
import { ACCESS_LOG_FORMAT } from "../contract/access-log";
import { literal } from "./text";

export interface AccessLogProps {
  readonly groupName: string;
  readonly retentionDays: number;
  /** @default a key of AWS */
  readonly kmsKeyArn?: string | undefined;
}

/**
 * The log group and the format of a stage's access log. API Gateway writes it only if the account has a role for logs
 * ({@link AccountRole}).
 *
 * @example
 * const accessLog = new AccessLog(this, "access_log", { groupName: "/aws/apigateway/quotes/access", retentionDays: 30 });
 * new Stage(this, "stage", { api, deployment, name: "prod", throttle: { burst: 500, rate: 1000 }, accessLog });
 */
export class AccessLog extends Construct {
  readonly group: CloudwatchLogGroup;
  readonly format = ACCESS_LOG_FORMAT;

  constructor(scope: Construct, id: string, props: AccessLogProps) {
    super(scope, id);
    this.group = new CloudwatchLogGroup(this, "Default", {
      name: literal(props.groupName),
      retentionInDays: props.retentionDays,
      ...(props.kmsKeyArn === undefined ? {} : { kmsKeyId: props.kmsKeyArn }),
    });
  }
}
