/** A simulated AWS: starts moto, and builds the environment in which Terraform, cdktf and the AWS CLI use it. */
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort, listening, stop } from "./programs";
import { tool } from "./tools";

/** Made-up credentials and region, so that a mistake cannot change a real account. */
export const AWS_TEST_ENVIRONMENT = {
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
  AWS_REGION: "us-east-1",
  AWS_DEFAULT_REGION: "us-east-1",
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_PAGER: "",
} as const;

/**
 * Builds the environment variables for Terraform, cdktf and the AWS CLI, with moto and the local gateway in place of AWS.
 * Writes the configuration of the Terraform CLI to `dir`.
 */
export function terraformEnvironment(options: {
  /** URL of moto. */
  readonly aws: string;
  /** URL of the local gateway. Without it, moto is used for API Gateway V2 too. */
  readonly apigatewayv2?: string;
  /** Temporary folder of the test. */
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
    // moto has no host names for buckets.
    AWS_S3_USE_PATH_STYLE: "true",
    TF_CLI_CONFIG_FILE: config,
    TF_IN_AUTOMATION: "1",
    CHECKPOINT_DISABLE: "1",
    // Terraform and its provider run for seconds and spend a quarter of their CPU time on garbage collection. Without
    // garbage collection each needs 0.7 GB instead of 0.6 GB. The limit enables it again for a process that grows.
    GOGC: "off",
    GOMEMLIMIT: "1GiB",
    CI: "1",
  };
}

/** A running server. */
export interface Service {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts moto, which simulates every AWS service except API Gateway V2. */
export async function startMoto(): Promise<Service> {
  const port = await freePort();
  const child = spawn(tool("moto"), ["-H", "127.0.0.1", "-p", String(port)], {
    stdio: "ignore",
    env: { ...process.env, ...AWS_TEST_ENVIRONMENT },
  });
  await listening(port, child);
  return { url: `http://127.0.0.1:${port}`, stop: () => stop(child) };
}
