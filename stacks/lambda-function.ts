/** References to Lambda functions by their ARN. */
import { invocationUri, parseFunctionArn } from "../aws/arn";
import { StackError } from "./errors";

/** What API Gateway and `lambda:AddPermission` need of a function. */
export interface LambdaFunctionRef {
  /** Without version or alias. */
  readonly functionName: string;
  readonly qualifier?: string | undefined;
  /** The URI by which API Gateway invokes it. */
  readonly invokeArn: string;
}

/**
 * A reference to an existing Lambda function.
 *
 * @param functionArn ARN of the function, with or without version or alias
 * @throws {StackError} `invalid-function-arn` if it is not the ARN of a function
 * @example
 * lambdaFunction("arn:aws:lambda:us-east-1:123456789012:function:chat:live");
 */
export function lambdaFunction(functionArn: string): LambdaFunctionRef {
  const arn = parseFunctionArn(functionArn);
  if (arn === undefined) {
    throw new StackError(
      "invalid-function-arn",
      `\`${functionArn}\` is not the ARN of a Lambda function.`,
      "Write arn:aws:lambda:<region>:<account>:function:<name>.",
    );
  }
  return { functionName: arn.functionName, qualifier: arn.qualifier, invokeArn: invocationUri(arn, functionArn) };
}
