/** A Lambda function that exists already, known by its ARN. */
import { invocationUri, parseFunctionArn } from "../aws/arn";
import { StackError } from "./errors";

/** What API Gateway and `lambda:AddPermission` need to know of a function. */
export interface LambdaFunctionRef {
  /** Without version or alias. */
  readonly functionName: string;
  readonly qualifier?: string | undefined;
  /** The URI by which API Gateway invokes it. */
  readonly invokeArn: string;
}

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
