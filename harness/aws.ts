/** What stands in for AWS: moto, and the environment in which Terraform, cdktf and the AWS CLI use it. */
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort, listening, stop } from "./programs";
import { tool } from "./tools";

/** Credentials that no real account has, so that a mistake cannot reach one. */
export const AWS_TEST_ENVIRONMENT = {
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
  AWS_REGION: "us-east-1",
  AWS_DEFAULT_REGION: "us-east-1",
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_PAGER: "",
} as const;

/**
 * The environment in which Terraform, cdktf and the AWS CLI see moto and the local gateway in place of AWS.
 * `dir` is a folder of the test's own; the Terraform CLI configuration is written there.
 */
export function terraformEnvironment(options: {
  readonly aws: string;
  readonly apigatewayv2?: string;
  readonly dir: string;
}): NodeJS.ProcessEnv {
  const config = join(options.dir, "terraform.tfrc");
  writeFileSync(
    config,
    `disable_checkpoint = true\nprovider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(tool("provider"))}\n  }\n}\n`,
  );
  return {
    ...Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^(AWS_|TF_|CDKTF_|JEST_|NODE_OPTIONS)/.test(name)),
    ),
    ...AWS_TEST_ENVIRONMENT,
    AWS_ENDPOINT_URL: options.aws,
    ...(options.apigatewayv2 ? { AWS_ENDPOINT_URL_APIGATEWAYV2: options.apigatewayv2 } : {}),
    // S3 on moto has no bucket host names.
    AWS_S3_USE_PATH_STYLE: "true",
    TF_CLI_CONFIG_FILE: config,
    TF_IN_AUTOMATION: "1",
    CHECKPOINT_DISABLE: "1",
    // Terraform and its provider run for seconds, and spend a quarter of their CPU time on garbage collection. Without
    // it each needs 0.7 GB in place of 0.6; the limit turns it on again for a process that grows.
    GOGC: "off",
    GOMEMLIMIT: "1GiB",
    CI: "1",
  };
}

export interface Service {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts moto, the stand-in for every AWS service but API Gateway V2. */
export async function startMoto(): Promise<Service> {
  const port = await freePort();
  const child = spawn(tool("moto"), ["-H", "127.0.0.1", "-p", String(port)], {
    stdio: "ignore",
    env: { ...process.env, ...AWS_TEST_ENVIRONMENT },
  });
  await listening(port, child);
  return { url: `http://127.0.0.1:${port}`, stop: () => stop(child) };
}
