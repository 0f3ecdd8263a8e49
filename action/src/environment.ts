/**
 * The environment of an app's synthesis. The app may contain code that the workflow's author did not write, so it must not be
 * able to read the job's secrets.
 */
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import type { Variables } from "../../terminal/shell";
import { secretsOf } from "./secrets";

const exactly = (words: string) => new RegExp(`^(${words.trim().split(/\s+/).join("|")})$`, "i");

/** Variables of the machine and of the runner, and the addresses of AWS. */
const NEEDED = exactly(`
  PATH HOME USER LOGNAME SHELL TERM TMPDIR TMP TEMP TZ LANG LANGUAGE LC_\\w+ CI XDG_\\w+ LD_LIBRARY_PATH
  SSL_CERT_FILE SSL_CERT_DIR AWS_CA_BUNDLE AWS_REGION AWS_DEFAULT_REGION
  RUNNER_TEMP RUNNER_TOOL_CACHE RUNNER_OS RUNNER_ARCH GITHUB_ACTIONS GITHUB_WORKSPACE GITHUB_SHA GITHUB_REF GITHUB_REF_NAME
  GITHUB_REF_TYPE GITHUB_HEAD_REF GITHUB_BASE_REF GITHUB_REPOSITORY GITHUB_REPOSITORY_OWNER GITHUB_ACTOR GITHUB_EVENT_NAME
  GITHUB_RUN_ID GITHUB_RUN_NUMBER GITHUB_RUN_ATTEMPT GITHUB_SERVER_URL GITHUB_API_URL GITHUB_WORKFLOW GITHUB_JOB
`);
/**
 * Variables of languages and their tools, and those that users define. Some may contain a credential, such as the password
 * of a proxy.
 */
const FAMILIES = exactly(`
  GATEWAY_\\w+ CDKTF_\\w+ SYNTH_HCL_OUTPUT AWS_ENDPOINT_URL(_\\w+)? (http|https|no|all)_proxy JSII_\\w+
  NODE_\\w+ TS_NODE_\\w+ COREPACK_\\w+ NVM_DIR VOLTA_HOME ASDF_\\w+ MISE_\\w+
  PYTHON\\w+ VIRTUAL_ENV PIPENV_\\w+ POETRY_\\w+ UV_\\w+ JAVA_HOME(_\\w+)? MAVEN_\\w+ GRADLE_\\w+
  DOTNET_\\w+ NUGET_PACKAGES GO(PATH|ROOT|CACHE|MODCACHE|FLAGS|PROXY|TOOLCHAIN)
  TF_CLI_CONFIG_FILE TERRAFORM_BINARY_NAME (TFENV|TOFUENV|TENV)_\\w+
`);

/**
 * Returns the part of the job's environment for programs that must not see secrets: an app's synthesis, and every program
 * that runs at the same time, because each can read the other's environment.
 *
 * @example appEnvironment({ PATH: "/bin", GATEWAY_STAGE: "beta", AWS_SECRET_ACCESS_KEY: "…" }) // PATH and GATEWAY_STAGE
 */
export function appEnvironment(env: Variables): Record<string, string | undefined> {
  const kept = Object.entries(env).filter(
    ([name, value]) => NEEDED.test(name) || (FAMILIES.test(name) && secretsOf({ [name]: value }).length === 0),
  );
  return Object.fromEntries(kept);
}

/**
 * Linux shows the environment that a process began with in `/proc/<pid>/environ` to every process of the same user, such
 * as the app whose synthesis this process starts. Overwrites there what {@link appEnvironment} would not pass on; this
 * process keeps its copy in `process.env`. The runner still finds its own variables, by which it ends left-over processes.
 *
 * @returns whether it is overwritten; without a `/proc` there is nothing to overwrite
 */
export function coverInitialEnvironment(env: NodeJS.ProcessEnv): boolean {
  try {
    const block = readFileSync("/proc/self/environ");
    const kept = appEnvironment(env);
    for (let at = 0; at < block.length; ) {
      const end = block.indexOf(0, at) < 0 ? block.length : block.indexOf(0, at);
      const equals = block.indexOf("=", at);
      const name = block.toString("utf8", at, equals);
      const value = env[name];
      if (equals > at && equals < end && value !== undefined && !(name in kept) && !name.startsWith("RUNNER_")) {
        env[name] = value; // Makes a copy outside the block (setenv(3)), which the process uses from now on.
        block.fill(0, equals + 1, end);
      }
      at = end + 1;
    }
    const memory = openSync("/proc/self/mem", "r+");
    try {
      return writeSync(memory, block, 0, block.length, environmentStart()) === block.length;
    } finally {
      closeSync(memory);
    }
  } catch {
    return false;
  }
}

/** The address of the block: field 50 of proc_pid_stat(5). The second field is a name in parentheses with any characters. */
function environmentStart(): number {
  const stat = readFileSync("/proc/self/stat", "latin1");
  const fromThird = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fromThird[50 - 3]);
}
