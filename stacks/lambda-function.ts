/** A Lambda function that exists already, known by its ARN. */
import { StackError } from "./errors";

/** What API Gateway and `lambda:AddPermission` need to know of a function. */
export interface LambdaFunctionRef {
  /** Without version or alias. */
  readonly functionName: string;
  readonly qualifier?: string | undefined;
  /** `arn:aws:apigateway:<region>:lambda:path/2015-03-31/functions/<function ARN>/invocations` */
  readonly invokeArn: string;
}

const FUNCTION_ARN = /^arn:([\w-]+):lambda:([a-z0-9-]+):\d{12}:function:([\w-]+)(?::(\$LATEST|[\w-]+))?$/;

export function lambdaFunction(functionArn: string): LambdaFunctionRef {
  const match = FUNCTION_ARN.exec(functionArn);
  const [, partition, region, functionName, qualifier] = match ?? [];
  if (partition === undefined || region === undefined || functionName === undefined) {
    throw new StackError(
      "invalid-function-arn",
      `\`${functionArn}\` is not the ARN of a Lambda function.`,
      "Write arn:aws:lambda:<region>:<account>:function:<name>.",
    );
  }
  return {
    functionName,
    qualifier,
    invokeArn: `arn:${partition}:apigateway:${region}:lambda:path/2015-03-31/functions/${functionArn}/invocations`,
  };
}
