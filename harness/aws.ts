/** A simulated AWS: starts moto, and builds the environment in which Terraform, cdktf and the AWS CLI use it. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { listening, stop } from "./programs";
import { freePort } from "./servers";
import { startSmallSchema } from "./small-schema";
import { providerProgram, tool } from "./tools";

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

/** A running provider. */
export interface SharedProvider {
  /** Environment variables for Terraform commands. */
  readonly env: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

/** The provider's output: by its source, the address on which it listens, and more. */
const reattach = z.record(z.string(), z.looseObject({ Addr: z.looseObject({ String: z.string() }) }));

/**
 * Starts the AWS provider once for all Terraform commands with this environment, and adds its address to the environment.
 * Otherwise each command starts a process of its own, which spends a second of CPU time on its schema. Terraform supports
 * this for debugging: https://developer.hashicorp.com/terraform/plugin/debugging#starting-a-provider-in-debug-mode.
 * Terraform then checks neither version nor checksum of the provider, so tests of the lock file do not use it.
 * @param stack folder of the synthesized stack, which may not exist yet
 */
export async function shareProvider(own: NodeJS.ProcessEnv, stack: string): Promise<SharedProvider> {
  // The provider reads the paths of assets relative to its own working directory. Synthesis replaces the stack's folder,
  // so it cannot be that directory.
  const cwd = mkdtempSync(join(tmpdir(), "provider-"));
  symlinkSync(join(stack, "assets"), join(cwd, "assets"));
  const child = spawn(providerProgram(), ["-debug"], {
    cwd,
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...own, GOMEMLIMIT: "2GiB" },
  });
  const address = await new Promise<string>((resolve, reject) => {
    let printed = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
      const [, found] = /TF_REATTACH_PROVIDERS='(.+)'/.exec(printed) ?? [];
      if (found !== undefined) resolve(found);
    });
    child.once("close", (code) => reject(new Error(`${child.spawnfile} ended with ${code}`)));
  });
  const [[source, place] = ["", undefined]] = Object.entries(reattach.parse(JSON.parse(address)));
  const small = await startSmallSchema(place?.Addr.String ?? "");
  const reached = { [source]: { ...place, Addr: { ...place?.Addr, String: small.socket } } };
  return {
    env: { ...own, TF_REATTACH_PROVIDERS: JSON.stringify(reached) },
    async stop() {
      small.stop();
      await stop(child);
      rmSync(cwd, { recursive: true });
    },
  };
}

/** Starts moto, which simulates every AWS service except API Gateway V2. `ssm`: for a stack that publishes its outputs. */
export async function startMoto({ ssm = false } = {}): Promise<Service> {
  const port = await freePort();
  const child = spawn(tool("moto"), ["-H", "127.0.0.1", "-p", String(port)], {
    stdio: "ignore",
    env: { ...process.env, ...AWS_TEST_ENVIRONMENT },
  });
  await listening(port, child);
  const url = `http://127.0.0.1:${port}`;
  if (ssm) await loadSsm(url);
  return { url, stop: () => stop(child) };
}

/**
 * moto loads a service with its first request. A stack's first requests of SSM are ten at once: on a busy machine, one of
 * them was repeated by the provider although it had been served, and the parameter then existed.
 */
export async function loadSsm(moto: string): Promise<void> {
  const authorization = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/ssm/aws4_request";
  const headers = { authorization, "x-amz-target": "AmazonSSM.DescribeParameters" };
  await (await fetch(moto, { method: "POST", headers, body: "{}" })).text();
}
