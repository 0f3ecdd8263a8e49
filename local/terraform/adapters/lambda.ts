/** `aws_lambda_function` and `aws_lambda_permission`: the zip, variables and permissions that Terraform would upload. */

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { functionArn, invocationUri } from "../../../aws/arn";
import { PRINCIPALS } from "../../../aws/endpoints";
import { LAMBDA } from "../../../aws/limits";
import type { Arguments } from "../arguments";
import { TerraformError } from "../error";
import { asNumber, asTexts, type ObjectValue } from "../values";
import type { AdapterContext } from "./context";

export function createFunction(
  args: Arguments,
  folder: string,
  { store, functions, warn }: AdapterContext,
): ObjectValue {
  const functionName = args.required("function_name");
  const arn = functionArn(store.account, functionName);
  const file = args.text("filename");
  if (file === undefined) {
    warn(`${args.address}: its code is not a local file (filename), so the local gateway cannot run it`);
  } else {
    const zipFile = resolve(folder, file);
    if (!existsSync(zipFile)) {
      throw new TerraformError(
        "file",
        `${file} does not exist in ${folder}`,
        "Synthesize the project again",
        args.address,
      );
    }
    const runtime = args.text("runtime") ?? "";
    if (!runtime.startsWith("nodejs"))
      warn(`${args.address}: the local gateway runs only Node.js functions, and the runtime of this one is ${runtime}`);
    functions.set(arn, {
      functionName,
      zipFile,
      handler: args.required("handler"),
      environmentVariables: environmentVariables(args),
      timeoutSeconds: asNumber(args.value("timeout") ?? LAMBDA.timeoutSeconds.default),
      memoryMb: asNumber(args.value("memory_size") ?? LAMBDA.memoryMb.default),
      allowedSourceArns: [],
    });
  }
  const qualified = `${arn}:$LATEST`;
  return {
    id: functionName,
    arn,
    invoke_arn: invocationUri(store.account, arn),
    qualified_arn: qualified,
    qualified_invoke_arn: invocationUri(store.account, qualified),
    version: "$LATEST",
  };
}

function environmentVariables(args: Arguments): Record<string, string> {
  return asTexts(args.block("environment")?.value("variables") ?? {});
}

/** https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html#apigateway-permissions */
export function createPermission(args: Arguments, { functions }: AdapterContext): ObjectValue {
  const name = args.required("function_name");
  const granted = ["lambda:InvokeFunction", "lambda:*"].includes(args.required("action"));
  if (granted && [PRINCIPALS.apiGateway, "*"].includes(args.required("principal"))) {
    for (const [arn, draft] of functions) {
      if (draft.functionName === name || arn === name) draft.allowedSourceArns.push(args.text("source_arn") ?? "*");
    }
  }
  return { id: args.text("statement_id") ?? args.address };
}
