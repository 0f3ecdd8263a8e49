/** References to Lambda functions by their ARN. */
import { createHash } from "node:crypto";
import { type ITerraformDependable, Token } from "cdktf";
import { invocationUri, parseFunctionArn, unqualified } from "../aws/arn";
import { StackError } from "./errors";

/** What API Gateway and `lambda:AddPermission` need of a function. */
export interface LambdaFunctionRef {
  /** Without version or alias. */
  readonly functionName: string;
  /** Without version or alias, of a function that this stack does not create. Region and account are its own. */
  readonly functionArn?: string | undefined;
  readonly region?: string | undefined;
  readonly accountId?: string | undefined;
  readonly qualifier?: string | undefined;
  /** The URI by which API Gateway invokes it. */
  readonly invokeArn: string;
  /**
   * ARN of a role that API Gateway assumes to invoke it as an authorizer. Undefined: the function's resource policy gets a
   * permission for it.
   */
  readonly credentialsArn?: string | undefined;
  /** What must exist before API Gateway can invoke it. */
  readonly dependables?: readonly ITerraformDependable[] | undefined;
}

/**
 * A construct id for the permission to invoke a function, different for each function: another function gets another
 * resource, so the permission that the live deployment uses is destroyed last instead of being replaced.
 */
export function permissionId({ invokeArn }: LambdaFunctionRef): string {
  if (Token.isUnresolved(invokeArn)) return "permission";
  return `permission ${createHash("sha256").update(invokeArn).digest("hex").slice(0, 8)}`;
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
  const { functionName, qualifier, region, accountId } = arn;
  return {
    functionName,
    functionArn: unqualified(functionArn),
    region,
    accountId,
    qualifier,
    invokeArn: invocationUri(arn, functionArn),
  };
}
