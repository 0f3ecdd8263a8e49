/**
 * A deploy onto a live stage in five steps, each of which is a part of the plan: expand, prove, promote, prove, contract.
 * Whenever the job ends, the stage points to one of two complete deployments, and the next run continues from there.
 */
import type { Access } from "../../../aws/request";
import { ApiGateway } from "../api-gateway";
import { asFailure } from "../failure";
import type { Job } from "../job";
import { type Effect, type Plan, type WholePlan, withoutDeletion } from "../plan";
import { applyPart } from "../planning";
import type { ProvenStage } from "../smoke";
import type { TokenSource } from "../token";
import { deleteLeftOver, withCandidate } from "./candidate";
import { requireIsolation } from "./isolation";
import { deleteKeptDeployments, keepDeployment, keptByEarlierJob, supersedeKeptDeployments } from "./kept";
import type { LiveStage } from "./live-stage";
import { applyInParts, destroyRoutesFirst } from "./parts";
import { prove } from "./prove";
import { proveOrRollBack } from "./rollback";
import { step } from "./step";

/** @throws ActionFailure */
export async function verified(
  job: Job,
  plan: Plan,
  live: LiveStage,
  access: Access,
  tokens: TokenSource,
): Promise<void> {
  requireIsolation(plan, live);
  const gateway = new ApiGateway(access, live.apiId);
  const [url, unproven] = await Promise.all([
    gateway.stageUrl(live.name),
    keptByEarlierJob(gateway, live.from),
    deleteLeftOver(gateway, live.name),
  ]);
  const stage = provenStage(live.apiId, live.name, url);
  let whole = live.fromDeleted && live.fromAddress ? withoutDeletion(plan, live.fromAddress) : plan;

  if (live.fate === "changes") {
    const deploymentId = await beforePromotion(async () => {
      const id = await step(job, "Expand", async () => {
        await keepDeployment(live, gateway, job.terraform);
        whole = await destroyRoutesFirst(job, plan, whole);
        return await expand(job, plan, whole, live);
      });
      await step(job, "Prove the candidate stage", () => proveCandidate(job, gateway, live, id, tokens));
      return id;
    });
    const before = await gateway.stage(live.name);
    await step(job, "Promote", () => applyPart(job, whole, [live.address]));
    const previous = { deploymentId: unproven ?? live.from, stage: before };
    await proveOrRollBack(job, gateway, { ...stage, deploymentId }, previous, tokens);
  } else if (unproven !== undefined) {
    await proveOrRollBack(job, gateway, stage, { deploymentId: unproven }, tokens);
  } else {
    await step(job, "terraform apply", () => applyInParts(job, plan, whole));
    await step(job, "Prove the stage", () => prove(job, stage, tokens));
    // An earlier job may have ended while it contracted.
    return await deleteKeptDeployments(gateway, live.name);
  }
  await step(job, "Contract", async () => {
    await supersedeKeptDeployments(gateway, live.name);
    if (!isApplied(job, whole))
      await (live.fate === "changes" ? applyPart(job, whole) : applyInParts(job, plan, whole));
    await deleteKeptDeployments(gateway, live.name);
  });
}

/** Creates what the new deployment needs, and the deployment. @returns the deployment's id */
async function expand(job: Job, plan: Plan, whole: WholePlan, live: LiveStage): Promise<string> {
  const isDeployment = ({ address }: { readonly address: string }) => live.deployments.includes(address);
  if (plan.changes.some(isDeployment)) await applyPart(job, whole, live.deployments);
  const created = job.report.applied.findLast((one) => isDeployment(one) && one.action === "create")?.id;
  return created ?? live.to ?? live.from;
}

function proveCandidate(
  job: Job,
  gateway: ApiGateway,
  live: LiveStage,
  deploymentId: string,
  tokens: TokenSource,
): Promise<void> {
  return withCandidate(gateway, live.name, deploymentId, live, ({ name, url }) =>
    prove(job, { ...provenStage(live.apiId, name, url), deploymentId, isCandidate: true }, tokens),
  );
}

/** A failure of `body` says that no client has noticed it. */
async function beforePromotion<T>(body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (thrown) {
    const error = asFailure(thrown);
    if (error.code === "cancelled") throw error;
    error.message += " Nothing was promoted: clients still use the previous deployment.";
    throw error;
  }
}

const provenStage = (apiId: string, name: string, url: string): ProvenStage => ({
  apiId,
  name,
  url,
  endpoint: url.replace(/^ws/, "http"),
});

/** The actions that Terraform reports for each effect. A replaced resource is created first, and its predecessor is deleted later. */
const REPORTED: Readonly<Record<Effect, readonly string[]>> = {
  create: ["create"],
  update: ["update"],
  replace: ["create", "delete"],
  destroy: ["delete"],
};

/** Whether the parts so far were all of the plan. */
function isApplied({ report }: Job, { changes }: Pick<Plan, "changes">): boolean {
  const applied = new Set(report.applied.map(({ address, action }) => `${action} ${address}`));
  const done = changes.every(({ address, effect }) =>
    REPORTED[effect].every((one) => applied.has(`${one} ${address}`)),
  );
  return report.plan?.outputs.length === 0 && done;
}
