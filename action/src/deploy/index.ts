/** A deploy: plans, checks the plan, and applies and proves it by one of the two strategies. */
import { checkFirstDeploy, guardAddresses } from "../address";
import { ApiGateway, type Deployment } from "../api-gateway";
import { requireDetached } from "../attached";
import { ActionFailure } from "../failure";
import { initialize, type Job, tokenFor } from "../job";
import { log } from "../log";
import { readOutputs, type StackOutputs } from "../outputs";
import { planned } from "../planning";
import { canonicalPlan, requireReviewedPlan } from "../reviewed-plan";
import type { TokenSource } from "../token";
import { deleteLeftOver } from "./candidate";
import { direct } from "./direct";
import { deleteKeptDeployments, formerDeployments, newestKept } from "./kept";
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
  const plan = await planned(job, { lock: true, outputs: true }, (first) => {
    if (inputs.planFile) requireReviewedPlan(inputs.planFile, canonicalPlan(stack.name, first));
  });
  checkFirstDeploy(job, plan);
  if (!inputs.allowReplace) guardAddresses(plan, stack);
  if (!report.plan?.hasChanges) {
    const outputs = readOutputs(await terraform.output());
    await unchanged(job, outputs, tokens);
    return outputs;
  }
  await requireDetached(job, plan);
  const live = liveStage(plan);
  if (!live || !tokens || inputs.strategy === "direct") return await direct(job, plan, live, tokens);
  if (!access) {
    throw new ActionFailure(
      "strategy-refused",
      "A deploy onto a live stage needs AWS credentials in the environment.",
      {
        hint: "Nothing was changed. Add a step with aws-actions/configure-aws-credentials before this one, or set `strategy: direct`.",
      },
    );
  }
  await verified(job, plan, live, access, tokens);
  return readOutputs(await terraform.output());
}

/**
 * Proves the live deployment when there is nothing to apply, and removes what earlier jobs have left. A job may have ended
 * before it did either.
 */
async function unchanged(job: Job, outputs: StackOutputs, tokens: TokenSource | undefined): Promise<void> {
  const { access } = job;
  const stage = { ...outputs, name: outputs.stage };
  const prover = tokens && (() => step(job, "Prove the stage", () => prove(job, stage, tokens)));
  if (!access) return await prover?.();
  const gateway = new ApiGateway(access, outputs.apiId);
  const [former] = await Promise.all([
    formerDeployments(gateway, stage.name),
    deleteLeftOver(gateway, stage.name),
  ]).catch((cause: Error): [readonly Deployment[]] => {
    log.line(`What earlier jobs have left could not be read: ${cause.message}`);
    return [[]];
  });
  const deploymentId = newestKept(former);
  if (tokens && deploymentId !== undefined) await proveOrRollBack(job, gateway, stage, { deploymentId }, tokens);
  else await prover?.();
  if (former.length > 0) await deleteKeptDeployments(gateway, stage.name);
}
