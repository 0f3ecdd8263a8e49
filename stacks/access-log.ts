/** Access logs: one JSON line per handshake, message and disconnect. */
import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { Construct } from "constructs";
import type { ContextVariableName } from "../aws/context-variables";
import { literal } from "./text";

type LogVariable = `$context.${ContextVariableName | "authorizer.principalId"}`;

/**
 * Field to `$context` variable (https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-logging.html).
 * API Gateway requires the request id. The query string is left out because it contains the token.
 */
const FIELDS = {
  requestTime: "$context.requestTime",
  requestId: "$context.requestId",
  connectionId: "$context.connectionId",
  messageId: "$context.messageId",
  eventType: "$context.eventType",
  routeKey: "$context.routeKey",
  status: "$context.status",
  sourceIp: "$context.identity.sourceIp",
  userAgent: "$context.identity.userAgent",
  principalId: "$context.authorizer.principalId",
  error: "$context.error.message",
  errorType: "$context.error.responseType",
  authorizerStatus: "$context.authorizer.status",
  authorizerLatency: "$context.authorizer.latency",
  authorizerError: "$context.authorizer.error",
  integrationStatus: "$context.integration.status",
  integrationLatency: "$context.integration.latency",
  integrationError: "$context.integration.error",
} as const satisfies Readonly<Record<string, LogVariable>>;

export const ACCESS_LOG_FORMAT = JSON.stringify(FIELDS);

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
