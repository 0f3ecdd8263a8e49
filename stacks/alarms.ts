/** CloudWatch alarms for errors of the backend, the clients, API Gateway and the authorizer. */
import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { Construct } from "constructs";
import { ALARM_IDS, type AlarmThreshold, alarmName } from "../contract/names";
import { functionMetric, type Metric, stageMetric } from "./metrics";
import type { Stage } from "./stage";
import { literal } from "./text";

/** The number of events in one period at which each alarm goes off. */
export interface AlarmThresholds {
  /** The backend answered 4xx or 5xx, or did not answer. */
  readonly integrationErrors: number;
  /** API Gateway rejected a client before it called the backend. */
  readonly clientErrors: number;
  /** API Gateway itself failed. */
  readonly executionErrors: number;
  /** The authorizer failed. A rejected token is not a failure. */
  readonly authorizerErrors: number;
  /** Lambda throttled the authorizer, so clients were rejected. */
  readonly authorizerThrottles: number;
}

export interface AlarmsProps {
  readonly stage: Stage;
  /** Prefix of each alarm's name. */
  readonly name: string;
  /** Without it, the authorizer's two alarms are left out. */
  readonly authorizerFunctionName?: string | undefined;
  /** ARNs of SNS topics to notify when an alarm goes off, and when it is over. */
  readonly topicArns: readonly string[];
  readonly periodSeconds: number;
  readonly evaluationPeriods: number;
  readonly thresholds: AlarmThresholds;
}

/**
 * Alarms on the metrics of a stage and its authorizer.
 *
 * @example
 * new Alarms(this, "alarms", {
 *   stage,
 *   name: "quotes",
 *   authorizerFunctionName: "quotes-authorizer",
 *   topicArns: ["arn:aws:sns:us-east-1:123456789012:pager"],
 *   periodSeconds: 300,
 *   evaluationPeriods: 1,
 *   thresholds: {
 *     integrationErrors: 5,
 *     clientErrors: 100,
 *     executionErrors: 1,
 *     authorizerErrors: 1,
 *     authorizerThrottles: 1,
 *   },
 * });
 */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const { stage, authorizerFunctionName: authorizer } = props;
    this.alarm(props, "integrationErrors", stageMetric(stage, "IntegrationError"));
    this.alarm(props, "clientErrors", stageMetric(stage, "ClientError"));
    this.alarm(props, "executionErrors", stageMetric(stage, "ExecutionError"));
    if (authorizer === undefined) return;
    this.alarm(props, "authorizerErrors", functionMetric(authorizer, "Errors"));
    this.alarm(props, "authorizerThrottles", functionMetric(authorizer, "Throttles"));
  }

  private alarm(props: AlarmsProps, threshold: AlarmThreshold, metric: Metric): void {
    new CloudwatchMetricAlarm(this, ALARM_IDS[threshold], {
      alarmName: literal(alarmName(props.name, threshold)),
      alarmDescription: literal(`${metric.meaning} (${props.name}, stage ${props.stage.name})`),
      namespace: metric.namespace,
      metricName: metric.name,
      dimensions: metric.dimensions,
      statistic: "Sum",
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: props.thresholds[threshold],
      period: props.periodSeconds,
      evaluationPeriods: props.evaluationPeriods,
      // Without connections there is no data.
      treatMissingData: "notBreaching",
      alarmActions: [...props.topicArns],
      okActions: [...props.topicArns],
    });
  }
}
