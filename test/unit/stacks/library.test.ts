/** The constructs in a cdktf app of one's own: the documented examples, and mistakes that only such apps can make. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { TerraformStack, Testing } from "cdktf";
import { ConnectionsPolicy, lambdaFunction, Outputs, Stage, WebSocketStack } from "../../../stacks";
import { authorizerModules, environment } from "../../support/stacks/environment";

const ROOT = resolve(__dirname, "../../..");

/** Runs an example and returns the Terraform of its stack. */
function synthesized(example: string, stack: string) {
  const folder = mkdtempSync(join(tmpdir(), "library-"));
  try {
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(ROOT, "scripts/run.mjs"), `examples/constructs/${example}.ts`],
      { cwd: folder, encoding: "utf8" },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    return JSON.parse(readFileSync(join(folder, "cdktf.out/stacks", stack, "cdk.tf.json"), "utf8"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("two APIs in one stack have outputs of their own", () => {
  const { output, resource } = synthesized("two-apis", "realtime");
  const names = Object.keys(output);
  expect(names).toEqual(expect.arrayContaining(["QUOTES_WS_URL", "CHAT_WS_URL", "QUOTES_API_ID", "CHAT_API_ID"]));
  expect(names.every((name) => /^(QUOTES|CHAT)_/.test(name))).toBe(true);
  expect(Object.keys(resource.aws_apigatewayv2_api)).toHaveLength(2);
}, 30_000);

test("the stack of gateway.yaml has chosen names, and resources of the app", () => {
  const { output, resource } = synthesized("chosen-names", "realtime-prod");
  expect(Object.keys(output)).toContain("GATEWAY_WS_API_ENDPOINT");
  expect(Object.values(resource.aws_iam_role_policy_attachment)).toEqual([
    expect.objectContaining({
      role: "quotes-backend",
      policy_arn: expect.stringContaining("aws_iam_policy.connections_policy"),
    }),
  ]);
}, 30_000);

test("the authorizer is a function of the same stack", () => {
  const { resource } = synthesized("own-authorizer", "quotes");
  expect(resource.aws_apigatewayv2_authorizer.authorizer.authorizer_uri).toBe(
    "${aws_lambda_function.function.invoke_arn}",
  );
  expect(Object.values(resource.aws_lambda_permission)).toEqual([
    expect.objectContaining({ function_name: "${aws_lambda_function.function.function_name}" }),
  ]);
}, 30_000);

test("an ARN that is not known at synthesis is an error that says what to give instead", () => {
  const stack = new TerraformStack(Testing.app(), "test");
  const { arn } = new IamRole(stack, "role", { assumeRolePolicy: "{}" });
  expect(() => lambdaFunction(arn)).toThrow(
    "The ARN of a function of this app is not known at synthesis. Give the function itself: lambdaFunction(fn).",
  );
});

test("a second API's outputs with the same names are an error that says how to name them", () => {
  const stack = new WebSocketStack(Testing.app(), environment, { authorizerModules });
  const all = stack.node.findAll();
  const stage = all.find((construct) => construct instanceof Stage);
  const connectionsPolicy = all.find((construct) => construct instanceof ConnectionsPolicy);
  if (!stage || !connectionsPolicy) throw new Error("The stack has no stage or no policy.");
  expect(() => new Outputs(stack, "second", { stage, region: "us-east-1", connectionsPolicy })).toThrow(
    "The stack `prod` already has an output `WS_API_ENDPOINT`. Give the second API's outputs other names with `outputName`.",
  );
});
