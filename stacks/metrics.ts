/**
 * CloudWatch metrics of a stage and its authorizer, with their dimensions
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-logging.html). API Gateway has
 * no metrics for the authorizer, so the metrics of the Lambda function are used.
 */
import type { Stage } from "./stage";

const STAGE_METRICS = {
  ConnectCount: "Handshakes",
  MessageCount: "Messages, both ways",
  IntegrationError: "The backend answered with an error, or not at all",
  ClientError: "API Gateway rejected clients before it called the backend",
  ExecutionError: "The gateway failed",
  IntegrationLatency: "Time the backend takes",
} as const;

const FUNCTION_METRICS = {
  Invocations: "Decisions of the authorizer",
  Errors: "The authorizer failed, so clients could not connect",
  Throttles: "The authorizer was throttled, so clients could not connect",
  Duration: "Time the authorizer takes",
} as const;

export interface Metric {
  readonly namespace: string;
  readonly name: string;
  /** Description of the alarm, in one line. */
  readonly meaning: string;
  readonly dimensions: Record<string, string>;
}

export function stageMetric(stage: Stage, name: keyof typeof STAGE_METRICS): Metric {
  return {
    namespace: "AWS/ApiGateway",
    name,
    meaning: STAGE_METRICS[name],
    dimensions: { ApiId: stage.api.apiId, Stage: stage.name },
  };
}

export function functionMetric(functionName: string, name: keyof typeof FUNCTION_METRICS): Metric {
  return {
    namespace: "AWS/Lambda",
    name,
    meaning: FUNCTION_METRICS[name],
    dimensions: { FunctionName: functionName },
  };
}
