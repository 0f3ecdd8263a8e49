/** A Lambda function as the gateway sees it, and the two operations on it: find by ARN, invoke. */

/** A Lambda function as it would be uploaded. */
export interface LambdaFunction {
  readonly functionArn: string;
  readonly functionName: string;
  /** Path of the zip. */
  readonly zipFile: string;
  /** `file.export` */
  readonly handler: string;
  readonly environmentVariables: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** Source ARN patterns (`*` wildcards) that `apigateway.amazonaws.com` may invoke it from. */
  readonly allowedSourceArns: readonly string[];
}

/** Finds a function by ARN; undefined where there is none. */
export type FindFunction = (functionArn: string) => Promise<LambdaFunction | undefined>;

/**
 * Invokes a function that has been found: `payload` on success, `functionError` when the handler threw (AWS's
 * `{errorType, errorMessage, trace}`), timed out or crashed.
 */
export type InvokeFunction = (
  fn: LambdaFunction,
  event: unknown,
) => Promise<{ payload: unknown } | { functionError: { errorType: string; errorMessage: string } }>;
