/** A CloudWatch dashboard with a stage's connections, errors and latencies. */
import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import { dashboardName } from "../contract/names";
import { functionMetric, type Metric, stageMetric } from "./metrics";
import type { Stage } from "./stage";
import { literal } from "./text";

export interface DashboardProps {
  readonly stage: Stage;
  readonly name: string;
  readonly region: string;
  readonly authorizerFunctionName?: string | undefined;
}

const WIDTH = 12;
const HEIGHT = 6;

/**
 * A CloudWatch dashboard for a stage and its authorizer.
 *
 * @example
 * new Dashboard(this, "dashboard", {
 *   stage,
 *   name: "quotes",
 *   region: "us-east-1",
 *   authorizerFunctionName: "quotes-authorizer",
 * });
 */
export class Dashboard extends Construct {
  readonly resource: CloudwatchDashboard;

  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    const { stage, authorizerFunctionName: authorizer } = props;
    const graphs = [
      graph("Handshakes and messages", "Sum", [stageMetric(stage, "ConnectCount"), stageMetric(stage, "MessageCount")]),
      graph("Errors", "Sum", [
        stageMetric(stage, "ClientError"),
        stageMetric(stage, "IntegrationError"),
        stageMetric(stage, "ExecutionError"),
      ]),
      graph("Backend, p99", "p99", [stageMetric(stage, "IntegrationLatency")]),
      ...(authorizer === undefined
        ? []
        : [
            graph("Authorizer", "Sum", [
              functionMetric(authorizer, "Invocations"),
              functionMetric(authorizer, "Errors"),
              functionMetric(authorizer, "Throttles"),
            ]),
            graph("Authorizer, p99", "p99", [functionMetric(authorizer, "Duration")]),
          ]),
    ];
    this.resource = new CloudwatchDashboard(this, "Default", {
      dashboardName: dashboardName(props.name),
      dashboardBody: Fn.jsonencode({
        widgets: graphs.map((properties, index) => ({
          type: "metric",
          x: (index % 2) * WIDTH,
          y: Math.floor(index / 2) * HEIGHT,
          width: WIDTH,
          height: HEIGHT,
          properties: {
            ...properties,
            title: literal(properties.title),
            region: props.region,
            view: "timeSeries",
            period: 60,
          },
        })),
      }),
    });
  }
}

function graph(title: string, stat: string, metrics: readonly Metric[]) {
  return {
    title,
    stat,
    metrics: metrics.map((metric) => [metric.namespace, metric.name, ...Object.entries(metric.dimensions).flat()]),
  };
}
