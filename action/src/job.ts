/** What every mode starts with: the synthesized stack, Terraform, the AWS account, and the report to fill in. */
import { getIDToken } from "@actions/core";
import type { Access } from "../../aws/request";
import { accessFor, checkAccount } from "./account";
import type { Cancellation } from "./cancellation";
import { describe, type TerraformEvent } from "./events";
import { ActionFailure } from "./failure";
import type { Inputs } from "./inputs";
import { log } from "./log";
import { initWithLock } from "./provider-lock";
import type { Report } from "./report/report";
import { constructOf, type Stack } from "./stack";
import { synthesize } from "./synth";
import { Terraform } from "./terraform";
import { type TokenSource, tokenSource } from "./token";
import { findTerraform } from "./tools";

export interface World {
  readonly env: NodeJS.ProcessEnv;
  /** The bundled app. */
  readonly app: string;
  readonly cancellation: Cancellation;
}

export interface Job {
  readonly inputs: Inputs;
  readonly world: World;
  readonly report: Report;
  readonly stack: Stack;
  readonly terraform: Terraform;
  /** `undefined`: the job has no AWS credentials in its environment. */
  readonly access: Access | undefined;
}

/** @throws ActionFailure */
export async function prepare(inputs: Inputs, world: World, report: Report, scratch: string): Promise<Job> {
  const { cancellation } = world;
  const env = {
    ...world.env,
    ...Object.fromEntries(Object.entries(inputs.variables).map(([name, value]) => [`TF_VAR_${name}`, value])),
  };
  const [tool, stack] = await log.group("Synthesize", () =>
    Promise.all([
      findTerraform(env, inputs.workingDirectory, cancellation.signal),
      synthesize(inputs, env, world.app, cancellation.signal),
    ]).finally(() => cancellation.check()),
  );
  report.tool = tool;
  report.environment = stack.name;
  log.line(`Environment ${stack.name}, Terraform ${tool.version} (${tool.path}), state in ${stack.stateLocation}`);
  checkWorkspace(stack, env);
  for (const name of Object.keys(env).filter((one) => one.startsWith("TF_CLI_ARGS"))) {
    log.warning(
      `${name} adds arguments to Terraform's commands. They may change where the state is, and what is planned.`,
    );
  }
  if (stack.backend === "local" && env.GITHUB_ACTIONS === "true" && !inputs.allowLocalState) {
    throw new ActionFailure(
      "local-state",
      "The state would be a file on the runner, and would be lost with the runner.",
      {
        hint: "Configure a state backend such as s3, or set `allow-local-state: true` if the API is temporary.",
      },
    );
  }
  const access = accessFor(stack, env);
  await checkAccount(inputs.allowedAccountIds, access);

  const onEvent = (event: TerraformEvent) => {
    const line = describe(event, (address) => constructOf(stack, address));
    if (line) log.line(line);
    if (event.type !== "apply_complete") return;
    const { resource, action = "", id_value: id } = event.hook;
    report.applied.push({ address: resource.addr, action, ...(action === "create" ? { id } : {}) });
  };
  const { lockTimeout } = inputs;
  const replan = inputs.planFile === undefined;
  const terraform = new Terraform({
    ...{ binary: tool.path, stack, env, lockTimeout, cancellation, onEvent, scratch, replan },
  });
  return { inputs, world: { ...world, env }, report, stack, terraform, access };
}

/**
 * A workspace moves the state to another place, where the API would be created a second time. With a `cloud` block or the
 * `remote` backend the workspace is the place.
 */
function checkWorkspace({ backend, name }: Stack, { TF_WORKSPACE: workspace }: NodeJS.ProcessEnv): void {
  if (!workspace || workspace === "default") return;
  if (backend === "cloud" || backend === "remote") {
    log.line(`Workspace ${workspace} (TF_WORKSPACE)`);
    return;
  }
  throw new ActionFailure("invalid-input", `TF_WORKSPACE is \`${workspace}\`, which would move the state of ${name}.`, {
    hint: "Nothing was changed. Remove the variable from the job: each environment in the configuration has a state of its own.",
  });
}

/** Where the smoke test's token will come from. @throws ActionFailure `token-unavailable` */
export const tokenFor = ({ inputs, stack, world }: Job): TokenSource =>
  tokenSource(inputs, stack, world.env, getIDToken);

export const initialize = (job: Job): Promise<void> => log.group("terraform init", () => initWithLock(job));
