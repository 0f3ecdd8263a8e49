/** The stage: the deployment that it serves, its limits and its logs. */

import { Apigatewayv2Stage } from "@cdktf/provider-aws/lib/apigatewayv2-stage";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { LoggingLevel } from "../aws/enumerations";
import { DEFAULTS } from "../contract/defaults";
import type { AccessLog } from "./access-log";
import type { WebSocketApi } from "./api";
import type { Deployment } from "./deployment";
import { literal, literals } from "./text";

/**
 * Both limits are required: Terraform sends a missing one as 0, and API Gateway then answers every request with 429
 * (https://github.com/hashicorp/terraform-provider-aws/issues/27674).
 */
export interface ThrottleLimits {
  /** Maximum number of concurrent requests. */
  readonly burst: number;
  /** Requests per second. */
  readonly rate: number;
}

export interface StageProps {
  readonly api: WebSocketApi;
  readonly deployment: Deployment;
  readonly name: string;
  readonly throttle: ThrottleLimits;
  /** Limits by route key. */
  readonly routeThrottles?: Readonly<Record<string, ThrottleLimits>>;
  readonly variables?: Readonly<Record<string, string>>;
  /** Whether to record metrics per route, which cost extra. @default false */
  readonly detailedMetrics?: boolean;
  /**
   * Level of the execution log. Data trace is always off, because requests contain tokens. @default {@link
   * DEFAULTS.executionLog}
   */
  readonly loggingLevel?: LoggingLevel;
  readonly accessLog?: AccessLog | undefined;
  /** Resources that must exist first, such as the account's logging role. */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/**
 * A stage of an API.
 *
 * @example
 * const stage = new Stage(this, "stage", { api, deployment, name: "prod", throttle: { burst: 500, rate: 1000 } });
 */
export class Stage extends Construct {
  readonly resource: Apigatewayv2Stage;
  readonly name: string;
  readonly api: WebSocketApi;

  constructor(scope: Construct, id: string, props: StageProps) {
    super(scope, id);
    this.name = props.name;
    this.api = props.api;
    const settings = (throttle: ThrottleLimits) => ({
      throttlingBurstLimit: throttle.burst,
      throttlingRateLimit: throttle.rate,
      dataTraceEnabled: false,
      detailedMetricsEnabled: props.detailedMetrics ?? false,
      loggingLevel: props.loggingLevel ?? DEFAULTS.executionLog,
    });
    this.resource = new Apigatewayv2Stage(this, "Default", {
      apiId: props.api.apiId,
      name: props.name,
      deploymentId: props.deployment.resource.id,
      defaultRouteSettings: settings(props.throttle),
      routeSettings: Object.entries(props.routeThrottles ?? {}).map(([routeKey, throttle]) => ({
        routeKey: literal(routeKey),
        ...settings(throttle),
      })),
      stageVariables: literals(props.variables ?? {}),
      ...(props.accessLog === undefined
        ? {}
        : { accessLogSettings: { destinationArn: props.accessLog.group.arn, format: props.accessLog.format } }),
      dependsOn: [...(props.dependsOn ?? [])],
      // API Gateway does not delete a stage to which a domain is mapped. A renamed stage is therefore created first, and the
      // domain is mapped to it (https://github.com/hashicorp/terraform-provider-aws/issues/41651).
      lifecycle: { createBeforeDestroy: true },
    });
  }

  /** `arn:aws:execute-api:<region>:<account>:<api id>/<stage>` */
  get executionArn(): string {
    return `${this.api.executionArn}/${this.name}`;
  }
}
