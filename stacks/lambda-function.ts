/** References to Lambda functions by their ARN. */
import { createHash } from "node:crypto";
import { type ITerraformDependable, Token } from "cdktf";
import { invocationUri, parseFunctionArn, unqualified } from "../aws/arn";
import { StackError } from "./errors";

/** A Lambda function, as API Gateway and `lambda:AddPermission` refer to it. */
export interface LambdaFunctionRef {
  /** Name without version or alias. */
  readonly functionName: string;
  /**
   * ARN without version or alias, if this stack does not create the function. `region` and `accountId` are those of the
   * ARN.
   */
  readonly functionArn?: string | undefined;
  readonly region?: string | undefined;
  readonly accountId?: string | undefined;
  readonly qualifier?: string | undefined;
  /** URI with which API Gateway invokes the function. */
  readonly invokeArn: string;
  /**
   * ARN of a role that API Gateway assumes to invoke the function as an authorizer. If undefined, the function's resource
   * policy gets a permission.
   */
  readonly credentialsArn?: string | undefined;
  /** Resources that must exist before API Gateway can invoke the function. */
  readonly dependables?: readonly ITerraformDependable[] | undefined;
}

/**
 * Returns the construct id for the permission to invoke a function. Each function has another id. If the function changes,
 * Terraform thus creates a new permission and destroys the one that the live deployment uses last.
 */
export function permissionId({ invokeArn }: LambdaFunctionRef): string {
  if (Token.isUnresolved(invokeArn)) return "permission";
  return `permission ${createHash("sha256").update(invokeArn).digest("hex").slice(0, 8)}`;
}

/**
 * Returns a reference to a Lambda function.
 *
 * @param fn ARN of an existing function, with or without version or alias, or a function of the same stack
 * @throws {StackError} `invalid-function-arn` if it is not the ARN of a function
 * @example
 * lambdaFunction("arn:aws:lambda:us-east-1:123456789012:function:chat:live");
 */
export function lambdaFunction(fn: string | Pick<LambdaFunctionRef, "functionName" | "invokeArn">): LambdaFunctionRef {
  if (typeof fn !== "string") return { functionName: fn.functionName, invokeArn: fn.invokeArn };
  return existingFunction(fn);
}

function existingFunction(functionArn: string): LambdaFunctionRef {
  if (Token.isUnresolved(functionArn)) {
    throw new StackError(
      "invalid-function-arn",
      "The ARN of a function of this app is not known at synthesis.",
      "Give the function itself: lambdaFunction(fn).",
    );
  }
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
