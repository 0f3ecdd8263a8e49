/**
 * Quotas and limits of API Gateway for WebSocket APIs, and of what stands around an API. What AWS raises on request
 * has its value before that.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
 */
export const QUOTAS = {
  // Per API
  routes: 300,
  integrations: 300,
  authorizers: 10,
  stages: 10,
  mappingTemplateBytes: 300 * 1024,
  /** The API's own model says 1,024 characters. This is the larger of the two, so that no valid format is refused. */
  accessLogFormatBytes: 3 * 1024,

  // Of a connection
  /** Bytes of an authorizer's result. */
  authorizerResultBytes: 8 * 1024,
  /** Bytes of path and query string. */
  urlBytes: 4096,
  /** Payload bytes of one frame. */
  frameBytes: 32 * 1024,
  /** Payload bytes of one message, received or pushed. */
  messageBytes: 128 * 1024,
  /** Seconds without a message in either direction before a connection is closed. */
  idleSeconds: 600,
  /** Seconds after which a connection is closed in any case. */
  durationSeconds: 7200,
} as const;

/** Milliseconds that an integration of any type, or an authorizer, may be given. The same table. */
export const INTEGRATION_TIMEOUT_MS = { least: 50, most: 29_000 } as const;

/**
 * Requests at once, and requests per second, of all APIs of an account in a region. Some younger regions have less.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
 */
export const ACCOUNT_THROTTLE = { burst: 5000, rate: 10_000 } as const;

/**
 * AWS Lambda: the defaults of a function that says nothing, and what it may say.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const LAMBDA = {
  memoryMb: { least: 128, most: 10_240, default: 128 },
  timeoutSeconds: { default: 3 },
  /** Names and values of all environment variables together. */
  environmentBytes: 4096,
  functionNameLength: 64,
} as const;

/** Characters of a name. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const IAM_NAME_LENGTH = { role: 64, policy: 128 } as const;

/** Days that CloudWatch Logs can keep a log group. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
export const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/**
 * Seconds that the periods of a CloudWatch alarm may take together: a week where a period is an hour or longer.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
export function alarmSeconds(periodSeconds: number): number {
  return periodSeconds < 3600 ? 86_400 : 604_800;
}
