/** The log group that API Gateway writes execution logs to, made first so that it has a retention. */
import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { Construct } from "constructs";
import type { WebSocketApi } from "./api";

export interface ExecutionLogProps {
  readonly api: WebSocketApi;
  readonly stageName: string;
  readonly retentionDays: number;
}

export class ExecutionLog extends Construct {
  readonly group: CloudwatchLogGroup;

  constructor(scope: Construct, id: string, props: ExecutionLogProps) {
    super(scope, id);
    this.group = new CloudwatchLogGroup(this, "Default", {
      // Not documented; observed in a log excerpt (https://stackoverflow.com/questions/67640010).
      name: `/aws/apigateway/${props.api.apiId}/${props.stageName}`,
      retentionInDays: props.retentionDays,
    });
  }
}
