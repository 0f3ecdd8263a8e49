/**
 * Quotas of API Gateway for WebSocket APIs, and limits of the services around an API. Quotas that AWS can increase on
 * request have their default values.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
 */
export const QUOTAS = {
  // Per API
  routes: 300,
  integrations: 300,
  authorizers: 10,
  stages: 10,
  mappingTemplateBytes: 300 * 1024,
  /** The model of the V2 API says 1,024 characters. The larger value is used, so that no valid format is rejected. */
  accessLogFormatBytes: 3 * 1024,

  // Per connection
  /** Size of an authorizer's result in bytes. */
  authorizerResultBytes: 8 * 1024,
  /** Size of path and query string in bytes. */
  urlBytes: 4096,
  /** Payload of a frame in bytes. */
  frameBytes: 32 * 1024,
  /** Payload of a received or pushed message in bytes. */
  messageBytes: 128 * 1024,
  /** Seconds without a message in either direction after which API Gateway closes a connection. */
  idleSeconds: 600,
  /** Maximum duration of a connection in seconds. */
  durationSeconds: 7200,
} as const;

/** Range for the timeout of an integration of any type, or of an authorizer, in milliseconds. Source: the table above. */
export const INTEGRATION_TIMEOUT_MS = { least: 50, most: 29_000 } as const;

/**
 * Default throttle of all APIs of an account in a region: `burst` in concurrent requests, `rate` in requests per second.
 * Some newer regions have lower values.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
 */
export const ACCOUNT_THROTTLE = { burst: 5000, rate: 10_000 } as const;

/**
 * Limits of AWS Lambda, and its defaults for settings that a function leaves out.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const LAMBDA = {
  memoryMb: { least: 128, most: 10_240, default: 128 },
  timeoutSeconds: { default: 3 },
  /** Total size of the names and values of all environment variables in bytes. */
  environmentBytes: 4096,
  functionNameLength: 64,
} as const;

/** Maximum length of a name in characters: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const IAM_NAME_LENGTH = { role: 64, policy: 128 } as const;

/** Retention periods that CloudWatch Logs accepts, in days: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
export const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/**
 * Returns the maximum of period × evaluation periods of a CloudWatch alarm in seconds: one day, or one week if the period
 * is an hour or longer.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
export function alarmSeconds(periodSeconds: number): number {
  return periodSeconds < 3600 ? 86_400 : 604_800;
}
