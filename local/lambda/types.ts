/** The type of a Lambda function, and of the two operations on it: find by ARN and invoke. */

/** A Lambda function with its code and settings, as Terraform would create it. */
export interface LambdaFunction {
  readonly functionArn: string;
  readonly functionName: string;
  /** Path of the zip. */
  readonly zipFile: string;
  /** Hash of a deployed function's zip, in Base64. The file may be written again, or be gone, while its code is running. */
  readonly codeSha256?: string;
  /** Handler, as `file.export`. */
  readonly handler: string;
  readonly environmentVariables: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** Patterns of source ARNs (with `*` as wildcard) from which `apigateway.amazonaws.com` may invoke the function. */
  readonly allowedSourceArns: readonly string[];
}

/** Finds a function by ARN. Returns undefined if there is none. */
export type FindFunction = (functionArn: string) => Promise<LambdaFunction | undefined>;

/** The event of API Gateway that a function is invoked for. Its log lines have it. */
export interface InvokedFor {
  readonly connectionId: string;
  readonly requestId: string;
}

/** AWS's description of an error: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

export type InvocationResult = { readonly payload: unknown } | { readonly functionError: FunctionError };

/**
 * Invokes a function. Returns `payload` on success, or `functionError` if the handler has thrown an error, timed out or
 * crashed.
 */
export type InvokeFunction = (fn: LambdaFunction, event: unknown, invokedFor?: InvokedFor) => Promise<InvocationResult>;
