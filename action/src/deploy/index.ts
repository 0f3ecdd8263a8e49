/** A deploy: plans, checks the plan, and applies and proves it by one of the two strategies. */
import { checkFirstDeploy, guardAddresses } from "../address";
import { ApiGateway } from "../aws";
import { ActionFailure } from "../failure";
import { initialize, type Job, tokenFor } from "../job";
import { log } from "../log";
import { readOutputs, type StackOutputs } from "../outputs";
import { planned } from "../planning";
import { canonicalPlan, requireReviewedPlan } from "../reviewed-plan";
import type { TokenSource } from "../token";
import { deleteLeftOver } from "./candidate";
import { direct } from "./direct";
import { deleteKeptDeployments, keptByEarlierJob } from "./kept";
import { liveStage } from "./live-stage";
import { prove } from "./prove";
import { proveOrRollBack } from "./rollback";
import { step } from "./step";
import { verified } from "./verified";

/** @throws ActionFailure */
export async function deploy(job: Job): Promise<StackOutputs> {
  const { inputs, stack, terraform, access, report } = job;
  const tokens = inputs.smoke.enabled ? tokenFor(job) : undefined;
  await initialize(job);
  const plan = await planned(job, { lock: true }, (first) => {
    if (inputs.planFile) requireReviewedPlan(inputs.planFile, canonicalPlan(stack.name, first));
  });
  checkFirstDeploy(job, plan);
  if (!inputs.allowReplace) guardAddresses(plan, stack);
  if (!report.plan?.hasChanges) {
    const outputs = readOutputs(await terraform.output());
    await unchanged(job, outputs, tokens);
    return outputs;
  }
  const live = liveStage(plan);
  if (!live || !tokens || inputs.strategy === "direct") await direct(job, plan, live, tokens);
  else if (access) await verified(job, plan, live, access, tokens);
  else {
    throw new ActionFailure(
      "strategy-refused",
      "A deploy onto a live stage needs AWS credentials in the environment.",
      {
        hint: "Nothing was changed. Add a step with aws-actions/configure-aws-credentials before this one, or set `strategy: direct`.",
      },
    );
  }
  return readOutputs(await terraform.output());
}

/** Nothing to apply: proves what is live. An earlier job may have ended before it did that, or before it cleaned up. */
async function unchanged(job: Job, outputs: StackOutputs, tokens: TokenSource | undefined): Promise<void> {
  const { access } = job;
  const stage = { ...outputs, name: outputs.stage };
  const prover = tokens && (() => step(job, "Prove the stage", () => prove(job, stage, tokens)));
  if (!access) return await prover?.();
  const gateway = new ApiGateway(access, outputs.apiId);
  const kept = await previous(gateway, stage.name).catch((cause: Error) => {
    log.line(`The deployments that earlier jobs have kept could not be read: ${cause.message}`);
    return undefined;
  });
  if (tokens && kept !== undefined) await proveOrRollBack(job, gateway, stage, { deploymentId: kept }, tokens);
  else await prover?.();
  await deleteKeptDeployments(gateway, stage.name);
}

async function previous(gateway: ApiGateway, stageName: string): Promise<string | undefined> {
  const [{ deploymentId }] = await Promise.all([gateway.stage(stageName), deleteLeftOver(gateway, stageName)]);
  return await keptByEarlierJob(gateway, deploymentId);
}
