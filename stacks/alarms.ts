/** Alarms on what goes wrong: at the backend, at the client, in the gateway, in the authorizer. */
import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { Construct } from "constructs";
import { functionMetric, type Metric, stageMetric } from "./metrics";
import type { Stage } from "./stage";
import { literal } from "./text";

/** Events in one period at which an alarm goes off. */
export interface AlarmThresholds {
  /** The backend answered 4xx or 5xx, or did not answer. */
  readonly integrationErrors: number;
  /** The gateway refused a client before the backend was asked. */
  readonly clientErrors: number;
  /** The gateway itself failed. */
  readonly executionErrors: number;
  /** The authorizer failed. A refused token is no failure. */
  readonly authorizerErrors: number;
  /** The authorizer was throttled, so clients were turned away. */
  readonly authorizerThrottles: number;
}

export interface AlarmsProps {
  readonly stage: Stage;
  /** First part of each alarm's name. */
  readonly name: string;
  /** Without it, the authorizer's two alarms are left out. */
  readonly authorizerFunctionName?: string | undefined;
  /** SNS topics that are told, of trouble and of its end. */
  readonly topicArns: readonly string[];
  readonly periodSeconds: number;
  readonly evaluationPeriods: number;
  readonly thresholds: AlarmThresholds;
}

export class Alarms extends Construct {
  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const { stage, thresholds, authorizerFunctionName: authorizer } = props;
    this.alarm(props, "integration-errors", stageMetric(stage, "IntegrationError"), thresholds.integrationErrors);
    this.alarm(props, "client-errors", stageMetric(stage, "ClientError"), thresholds.clientErrors);
    this.alarm(props, "execution-errors", stageMetric(stage, "ExecutionError"), thresholds.executionErrors);
    if (authorizer === undefined) return;
    this.alarm(props, "authorizer-errors", functionMetric(authorizer, "Errors"), thresholds.authorizerErrors);
    this.alarm(props, "authorizer-throttles", functionMetric(authorizer, "Throttles"), thresholds.authorizerThrottles);
  }

  private alarm(props: AlarmsProps, id: string, metric: Metric, threshold: number): void {
    new CloudwatchMetricAlarm(this, id, {
      alarmName: literal(`${props.name}-${id}`),
      alarmDescription: literal(`${metric.meaning} (${props.name}, stage ${props.stage.name})`),
      namespace: metric.namespace,
      metricName: metric.name,
      dimensions: metric.dimensions,
      statistic: "Sum",
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold,
      period: props.periodSeconds,
      evaluationPeriods: props.evaluationPeriods,
      // No connections is no trouble.
      treatMissingData: "notBreaching",
      alarmActions: [...props.topicArns],
      okActions: [...props.topicArns],
    });
  }
}
