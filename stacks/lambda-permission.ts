/** Permits API Gateway to invoke a Lambda function. */
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Annotations, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { PRINCIPALS } from "../aws/endpoints";
import { type LambdaFunctionRef, permissionId } from "./lambda-function";

/**
 * Creates the permission in the function's region.
 *
 * @returns undefined if the function belongs to an account that the provider may not change. The owner must then grant the
 *   permission, and a warning at synthesis says how.
 */
export function lambdaPermission(
  scope: Construct,
  fn: LambdaFunctionRef,
  { statementIdPrefix, sourceArn }: { readonly statementIdPrefix: string; readonly sourceArn: string },
): LambdaPermission | undefined {
  const stack = TerraformStack.of(scope);
  const provider = stack.node.tryFindChild("aws");
  const aws = provider instanceof AwsProvider ? provider : undefined;
  const accounts = aws?.allowedAccountIds ?? [];
  if (fn.accountId !== undefined && accounts.length > 0 && !accounts.includes(fn.accountId)) {
    Annotations.of(scope).addWarning(
      `${fn.functionArn} belongs to account ${fn.accountId}: its owner has to let API Gateway invoke it, with ` +
        `\`aws lambda add-permission --function-name ${fn.functionArn} --action lambda:InvokeFunction ` +
        `--principal ${PRINCIPALS.apiGateway} --statement-id websocket-api --source-arn '<output EXECUTION_ARN>/*'\`.`,
    );
    return undefined;
  }
  return new LambdaPermission(scope, permissionId(fn), {
    statementIdPrefix,
    action: "lambda:InvokeFunction",
    functionName: fn.functionArn ?? fn.functionName,
    ...(fn.qualifier === undefined ? {} : { qualifier: fn.qualifier }),
    principal: PRINCIPALS.apiGateway,
    sourceArn,
    ...(fn.region === undefined || fn.region === aws?.region ? {} : { provider: regional(stack, fn.region, accounts) }),
  });
}

/** Returns the stack's provider for another region, and creates it at the first call. */
function regional(stack: TerraformStack, region: string, allowedAccountIds: string[]): AwsProvider {
  const id = `aws_${region}`;
  const found = stack.node.tryFindChild(id);
  if (found instanceof AwsProvider) return found;
  return new AwsProvider(stack, id, {
    alias: id,
    region,
    ...(allowedAccountIds.length === 0 ? {} : { allowedAccountIds }),
  });
}
