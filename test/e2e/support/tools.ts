/**
 * The real programs that the end-to-end tests drive: found by looking, started, and stopped again.
 * A test whose tools are missing is skipped and says so; with REQUIRE_TOOLS set (as in CI) it fails.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readdirSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";

export type Tool = "terraform" | "provider" | "moto" | "aws" | "boto3" | "chromium";

/** `describe`, or a skipped one that names the missing tools. */
export function describeWith(tools: readonly Tool[], title: string, body: () => void): void {
  const missing = tools.filter((tool) => find[tool]() === undefined);
  if (missing.length === 0) describe(title, body);
  else if (process.env.REQUIRE_TOOLS) {
    describe(title, () =>
      test("has its tools", () => {
        throw new Error(`not found on this machine: ${missing.join(", ")}`);
      }),
    );
  } else describe.skip(`${title} (skipped: ${missing.join(", ")} not found)`, body);
}

/** The path of a tool that {@link describeWith} has asked for. */
export function tool(name: Tool): string {
  const path = find[name]();
  if (path === undefined) throw new Error(`${name} was not found`);
  return path;
}

const find: Record<Tool, () => string | undefined> = {
  terraform: once(() => onPath("terraform")),
  provider: once(providerMirror),
  moto: once(() => onPath("moto_server")),
  aws: once(() => onPath("aws")),
  boto3: once(() => {
    const python = onPath("python3");
    return python && spawnSync(python, ["-c", "import boto3"]).status === 0 ? python : undefined;
  }),
  chromium: once(() => onPath("chromium") ?? onPath("chromium-browser") ?? onPath("google-chrome")),
};

function once<T>(look: () => T): () => T {
  let found: { value: T } | undefined;
  return () => {
    found ??= { value: look() };
    return found.value;
  };
}

function onPath(name: string): string | undefined {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/**
 * A filesystem mirror that holds the AWS provider: one of Terraform's implied local mirror directories
 * (https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories),
 * or a folder of that layout directly below a usual installation prefix.
 */
function providerMirror(): string | undefined {
  const implied = [
    join(homedir(), ".terraform.d/plugins"),
    join(homedir(), ".local/share/terraform/plugins"),
    "/usr/local/share/terraform/plugins",
    "/usr/share/terraform/plugins",
  ];
  const below = ["/opt", "/usr/local", "/usr/local/share", "/usr/share", "/usr/local/lib", "/usr/lib"].flatMap(
    (prefix) => folders(prefix).map((name) => join(prefix, name)),
  );
  return [...implied, ...below].find((mirror) =>
    folders(mirror).some((host) => existsSync(join(mirror, host, "hashicorp", "aws"))),
  );
}

function folders(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch {
    return [];
  }
}

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
    // Terraform and its provider spend a quarter of their CPU time on collecting garbage that they could keep.
    GOGC: "400",
    CI: "1",
  };
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. Never throws for a non-zero exit: the caller asserts on `code`. */
export function run(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv; readonly input?: string } = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: options.cwd, env: options.env });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
    child.stdin.on("error", () => {}); // The program may end before it has read its input.
    child.stdin.end(options.input ?? "");
  });
}

/** `run`, and a failure shows what the program printed. */
export async function succeed(...call: Parameters<typeof run>): Promise<Finished> {
  const finished = await run(...call);
  if (finished.code !== 0) {
    throw new Error(
      `${call[0]} ${call[1].join(" ")} ended with ${finished.code}\n${finished.stdout}\n${finished.stderr}`,
    );
  }
  return finished;
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

/** Ends a process and waits until it has gone. */
export function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("close", () => resolve());
    child.kill("SIGTERM");
  });
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

function listening(port: number, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + 60_000;
  return new Promise((resolve, reject) => {
    const attempt = () => {
      if (child.exitCode !== null) return reject(new Error(`${child.spawnfile} ended with ${child.exitCode}`));
      const socket = connect(port, "127.0.0.1");
      socket.once("connect", () => {
        socket.destroy();
        resolve();
      });
      socket.once("error", () => {
        if (Date.now() > deadline) reject(new Error(`${child.spawnfile} did not listen on ${port} within 60 s`));
        else setTimeout(attempt, 100);
      });
    };
    attempt();
  });
}

/** The root of this project. */
export const ROOT = dirname(dirname(dirname(__dirname)));
