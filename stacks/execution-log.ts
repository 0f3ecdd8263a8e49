/** The log group for API Gateway's execution logs. */
import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { Construct } from "constructs";
import { executionLogGroup } from "../aws/names";
import type { WebSocketApi } from "./api";

export interface ExecutionLogProps {
  readonly api: WebSocketApi;
  readonly stageName: string;
  readonly retentionDays: number;
  /** @default a key of AWS */
  readonly kmsKeyArn?: string | undefined;
}

/**
 * The log group for a stage's execution log. API Gateway would create it without a retention, so it must exist before
 * the stage.
 *
 * @example
 * const log = new ExecutionLog(this, "execution_log", { api, stageName: "prod", retentionDays: 30 });
 * new Stage(this, "stage", {
 *   api,
 *   deployment,
 *   name: "prod",
 *   throttle: { burst: 500, rate: 1000 },
 *   loggingLevel: "ERROR",
 *   dependsOn: [log.group],
 * });
 */
export class ExecutionLog extends Construct {
  readonly group: CloudwatchLogGroup;

  constructor(scope: Construct, id: string, props: ExecutionLogProps) {
    super(scope, id);
    this.group = new CloudwatchLogGroup(this, "Default", {
      name: executionLogGroup(props.api.apiId, props.stageName),
      retentionInDays: props.retentionDays,
      ...(props.kmsKeyArn === undefined ? {} : { kmsKeyId: props.kmsKeyArn }),
    });
  }
}
