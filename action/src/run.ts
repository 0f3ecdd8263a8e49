/** One run of the action, from its inputs to its report: one function per mode. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getIDToken, setOutput } from "@actions/core";
import { OUTPUTS } from "../../contract/names";
import { accessFor, checkAccount } from "./account";
import type { Access } from "./aws";
import type { Cancellation } from "./cancellation";
import { deleteKeptDeployments, type KeptDeployment, keepDeployment } from "./deployment";
import { describe, type TerraformEvent } from "./events";
import { ActionFailure } from "./failure";
import type { Inputs } from "./inputs";
import { log } from "./log";
import { readOutputs, type StackOutputs } from "./outputs";
import {
  EMPTY_PLAN,
  guardAddresses,
  type Plan,
  readPlan,
  routesToDestroyFirst,
  summarize,
  unplanned,
  withoutDeletion,
} from "./plan";
import { prove } from "./prove";
import { publishOutputs } from "./publish";
import type { PlanFacts, Report } from "./report/report";
import { canonicalPlan, requireReviewedPlan, writeReviewedPlan } from "./reviewed-plan";
import { constructOf, type Stack } from "./stack";
import { synthesize } from "./synth";
import { type PlanOptions, Terraform } from "./terraform";
import { type TokenSource, tokenSource } from "./token";
import { findTerraform } from "./tools";

export interface World {
  readonly env: NodeJS.ProcessEnv;
  /** The bundled app. */
  readonly app: string;
  readonly cancellation: Cancellation;
}

/** Fills the report as it goes. @throws ActionFailure */
export async function run(inputs: Inputs, world: World, report: Report): Promise<void> {
  const scratch = mkdtempSync(join(world.env.RUNNER_TEMP || tmpdir(), "gateway-"));
  let job: Job | undefined;
  try {
    job = await prepare(inputs, world, report, scratch);
    await MODES[inputs.mode](job);
  } finally {
    if (job) report.terraformMs = job.terraform.elapsedMs;
    rmSync(scratch, { recursive: true, force: true });
  }
}

interface Job {
  readonly inputs: Inputs;
  readonly world: World;
  readonly report: Report;
  readonly stack: Stack;
  readonly terraform: Terraform;
  readonly access: Access | undefined;
  /** Ids of the deployments that the apply has created. */
  readonly deployments: string[];
}

async function prepare(inputs: Inputs, world: World, report: Report, scratch: string): Promise<Job> {
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
  log.line(`Environment ${stack.name}, Terraform ${tool.version} (${tool.path}), state in ${stack.backend}`);
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

  const deployments: string[] = [];
  const onEvent = (event: TerraformEvent) => {
    const line = describe(event, (address) => constructOf(stack, address));
    if (line) log.line(line);
    if (event.type !== "apply_complete") return;
    const { resource, action = "", id_value: id } = event.hook;
    report.applied.push({ address: resource.addr, action });
    if (resource.resource_type === "aws_apigatewayv2_deployment" && action === "create" && id) deployments.push(id);
  };
  const { lockTimeout } = inputs;
  const terraform = new Terraform({ binary: tool.path, stack, env, lockTimeout, cancellation, onEvent, scratch });
  return { inputs, world: { ...world, env }, report, stack, terraform, access, deployments };
}

const MODES: Record<Inputs["mode"], (job: Job) => Promise<void>> = {
  async deploy(job) {
    const { inputs, stack, terraform, access } = job;
    const token = inputs.smoke.enabled ? tokenFor(job) : undefined;
    await initialize(job);
    const plan = await planned(job, { lock: true });
    if (!inputs.allowReplace) guardAddresses(plan);
    if (inputs.planFile) requireReviewedPlan(inputs.planFile, canonicalPlan(stack.name, plan));
    const kept = inputs.smoke.rollback ? await keepDeployment(plan, access, terraform) : undefined;
    if (job.report.plan?.hasChanges) await apply(job, plan, kept);
    const outputs = readOutputs(await terraform.output());
    if (token) await proveStage(job, outputs, token, kept);
    if (kept) await deleteKeptDeployments(kept);
    publish(job, outputs);
  },

  async plan(job) {
    const { inputs, stack } = job;
    await initialize(job);
    const plan = await planned(job, { lock: false });
    const file = inputs.planFile ?? join(reportDirectory(inputs, job.world.env), `${stack.name}.plan.json`);
    writeReviewedPlan(file, canonicalPlan(stack.name, plan));
    setOutput("plan-file", file);
    if (!inputs.allowReplace) guardAddresses(plan);
  },

  async drift(job) {
    await initialize(job);
    const plan = await planned(job, { lock: false });
    if (!job.report.plan?.hasChanges) return;
    const changes = plan.changes.map(({ construct, effect, attributes }) => ({
      construct,
      message: `a deploy would ${effect} it${attributes.length > 0 ? ` (${attributes.join(", ")})` : ""}`,
    }));
    throw new ActionFailure("drift-found", `What is deployed differs from the configuration: ${summarize(plan)}.`, {
      hint: "Deploy to restore the configuration, or change the configuration to match.",
      problems: changes,
    });
  },

  async "smoke-test"(job) {
    const token = tokenFor(job);
    await initialize(job);
    const outputs = readOutputs(await job.terraform.output());
    await proveStage(job, outputs, token, undefined);
    publish(job, outputs);
  },

  async output(job) {
    await initialize(job);
    publish(job, readOutputs(await job.terraform.output()));
  },

  async destroy(job) {
    await initialize(job);
    await planned(job, { lock: true, destroy: true });
    if (job.report.plan?.hasChanges) {
      await log.group("Destroy", () => job.terraform.apply("destroy-failed"));
    }
  },
};

/** By default one folder per step: `GITHUB_ACTION` is the step's id. */
export const reportDirectory = (inputs: Pick<Inputs, "reportDirectory"> | undefined, env: World["env"]): string =>
  inputs?.reportDirectory ??
  join(env.RUNNER_TEMP || tmpdir(), ["gateway-report", env.GITHUB_ACTION].filter(Boolean).join("-"));

const tokenFor = ({ inputs, stack, world }: Job): TokenSource => tokenSource(inputs, stack, world.env, getIDToken);

const initialize = ({ terraform }: Job): Promise<void> => log.group("terraform init", () => terraform.init());

/** The plan of the run, which the report shows. */
async function planned(job: Job, how: PlanOptions): Promise<Plan> {
  const { plan, facts } = await makePlan(job, how);
  job.report.plan = facts;
  return plan;
}

async function makePlan({ terraform, stack }: Job, how: PlanOptions): Promise<{ plan: Plan; facts: PlanFacts }> {
  return await log.group("terraform plan", async () => {
    const hasChanges = await terraform.plan(how);
    // `terraform show` takes about a second, which a plan without changes does not need.
    const plan = hasChanges ? readPlan(await terraform.show(), stack) : EMPTY_PLAN;
    const { changes, outputs, drifted } = plan;
    const facts = { hasChanges, summary: summarize(plan), changes, outputs, drifted };
    log.line(hasChanges ? summarize(plan) : "No changes.");
    for (const { effect, construct, type, attributes } of changes) {
      log.line(`  ${effect} ${construct} (${type})${attributes.length > 0 ? `: ${attributes.join(", ")}` : ""}`);
    }
    return { plan, facts };
  });
}

/** Applies the plan, in parts where Terraform's own order would be wrong. After a failure nothing is kept for a rollback. */
async function apply(job: Job, plan: Plan, kept: KeptDeployment | undefined): Promise<void> {
  const applied = () => log.group("terraform apply", () => job.terraform.apply());
  try {
    const targets = routesToDestroyFirst(plan);
    const whole = kept?.removedFromState === undefined ? plan : withoutDeletion(plan, kept.removedFromState);
    if (targets.length > 0) {
      log.line("Removed routes are destroyed first, so that the new deployment does not serve them.");
      if (await partPlanned(job, whole, { lock: true, targets })) await applied();
    }
    // The state has changed since the first plan: Terraform would refuse it as stale.
    if ((targets.length > 0 || whole !== plan) && !(await partPlanned(job, whole, { lock: true }))) return;
    await applied();
  } catch (error) {
    if (kept) await deleteKeptDeployments(kept);
    throw error;
  }
}

/** Whether there is something to apply. @throws ActionFailure `plan-changed` for a change that is not in the whole plan */
async function partPlanned(job: Job, whole: Pick<Plan, "changes">, how: PlanOptions): Promise<boolean> {
  const { plan, facts } = await makePlan(job, how);
  const found = unplanned(whole, plan);
  if (found.length === 0) return facts.hasChanges;
  throw new ActionFailure("plan-changed", "The deployed resources were changed by something else during this run.", {
    hint: "What was applied is in the state. Run the job again: it makes a new plan.",
    problems: found.map(({ construct, effect }) => ({ construct, message: `would now ${effect}` })),
  });
}

async function proveStage(
  job: Job,
  outputs: StackOutputs,
  token: TokenSource,
  kept: KeptDeployment | undefined,
): Promise<void> {
  const { inputs, stack, access, report, world, deployments } = job;
  const { cancellation } = world;
  const started = performance.now();
  try {
    await log.group("Smoke test", () =>
      prove({ inputs, stack, outputs, token, access, report, cancellation, kept, deploymentId: deployments.at(-1) }),
    );
  } finally {
    report.smokeMs = performance.now() - started;
  }
}

function publish({ inputs, report }: Job, outputs: StackOutputs): void {
  report.endpoint = outputs.endpoint;
  report.url = outputs.url;
  publishOutputs(outputs, inputs);
  log.line(`${OUTPUTS.endpoint[0]}=${outputs.endpoint}`);
}
