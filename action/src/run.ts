/** One run of the action, from its inputs to its report: one function per mode. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { OUTPUTS } from "../../contract/names";
import { checkFirstDeploy, guardAddresses, requireRegion } from "./address";
import { ApiGateway } from "./api-gateway";
import { requireDetached } from "./attached";
import { deploy } from "./deploy";
import { deleteLeftOver } from "./deploy/candidate";
import { requireIsolation } from "./deploy/isolation";
import { liveStage } from "./deploy/live-stage";
import { prove } from "./deploy/prove";
import { step } from "./deploy/step";
import { ActionFailure } from "./failure";
import type { Inputs } from "./inputs";
import { initialize, type Job, prepare, tokenFor, type World } from "./job";
import { log } from "./log";
import { readOutputs, type StackOutputs } from "./outputs";
import { summarize } from "./plan";
import { planned } from "./planning";
import { publishOutputs } from "./publish";
import { keepUnsavedState, recover, withUnreleasedLock } from "./recover";
import type { Report } from "./report/report";
import { canonicalPlan, writeReviewedPlan } from "./reviewed-plan";
import { createScratch, reportDirectory, setOutputs } from "./runner-files";
import { unlock } from "./unlock";

/** Fills the report as it goes. @throws ActionFailure */
export async function run(inputs: Inputs, world: World, report: Report): Promise<void> {
  const scratch = createScratch(world.env);
  let job: Job | undefined;
  try {
    job = await prepare(inputs, world, report, scratch);
    keepUnsavedState(job);
    await MODES[inputs.mode](job);
  } catch (thrown) {
    if (job) keepUnsavedState(job, thrown);
    throw job ? withUnreleasedLock(job, thrown) : thrown;
  } finally {
    if (job) report.terraformMs = job.terraform.elapsedMs;
    rmSync(scratch, { recursive: true, force: true });
  }
}

const MODES: Record<Inputs["mode"], (job: Job) => Promise<void>> = {
  async deploy(job) {
    publish(job, await deploy(job));
  },

  async plan(job) {
    const { inputs, stack } = job;
    await initialize(job);
    const plan = await planned(job, { lock: false });
    const file = inputs.planFile ?? join(reportDirectory(inputs, job.world.env), `${stack.name}.plan.json`);
    writeReviewedPlan(file, canonicalPlan(stack.name, plan));
    setOutputs({ "plan-file": file });
    checkFirstDeploy(job, plan);
    if (!inputs.allowReplace) guardAddresses(plan, stack);
    await requireDetached(job, plan);
    const live = liveStage(plan);
    if (live && inputs.smoke.enabled && inputs.strategy !== "direct") requireIsolation(plan, live);
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
    const stage = { ...outputs, name: outputs.stage };
    await step(job, "Prove the stage", () => prove(job, stage, token));
    publish(job, outputs);
  },

  async output(job) {
    await initialize(job);
    publish(job, readOutputs(await job.terraform.output()));
  },

  unlock,
  recover,

  async destroy(job) {
    await initialize(job);
    const plan = await planned(job, { lock: true, destroy: true });
    requireRegion(plan, job.stack);
    await requireDetached(job, plan);
    const live = liveStage(plan);
    if (live && job.access) await deleteLeftOver(new ApiGateway(job.access, live.apiId), live.name);
    if (job.report.plan?.hasChanges) {
      await log.group("Destroy", () => job.terraform.apply("destroy-failed"));
    }
  },
};

function publish({ inputs, report }: Job, outputs: StackOutputs): void {
  report.endpoint = outputs.endpoint;
  report.url = outputs.url;
  publishOutputs(outputs, inputs);
  log.line(`${OUTPUTS.endpoint[0]}=${outputs.endpoint}`);
}
