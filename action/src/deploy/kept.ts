/**
 * The stage's previous deployment, kept for a rollback.
 *
 * Terraform deletes a stage's previous deployment in the apply that creates the new one, so there would be nothing to roll
 * back to. A new snapshot would not be the same: the API may have been edited since the previous one was taken. So the previous
 * deployment is removed from Terraform's state before the apply, and the action deletes it once the new one is proven.
 */
import { messageOf } from "../../../terminal/error";
import type { ApiGateway, Deployment } from "../api-gateway";
import { isCredentialsRejected } from "../aws";
import { ActionFailure } from "../failure";
import { log } from "../log";
import type { Terraform } from "../terraform";
import type { LiveStage } from "./live-stage";

/** A deployment to roll back to: the one that replaces it is not proven yet. */
const KEPT = "Previous deployment, kept by the WebSocket gateway action for rollback";
/** The one that replaces it is proven. What it uses may be gone already. */
const SUPERSEDED = "Previous deployment of the WebSocket gateway action: replaced, safe to delete";

/** Keeps the deployment that the stage points to now, if the plan deletes it. @throws ActionFailure `rollback-failed` */
export async function keepDeployment(
  live: LiveStage,
  gateway: ApiGateway,
  terraform: Pick<Terraform, "removeFromState">,
): Promise<void> {
  if (!live.fromDeleted || live.fromAddress === undefined) return;
  try {
    // Marked first: if the job is killed between the two steps, a later job finds the deployment and deletes it.
    await gateway.describeDeployment(live.from, KEPT);
  } catch (cause) {
    if (isCredentialsRejected(cause)) throw cause;
    throw new ActionFailure(
      "rollback-failed",
      `The previous deployment could not be kept for rollback: ${messageOf(cause)}`,
      {
        hint: "Nothing was changed. Give the job's role apigateway:PATCH on the API's deployments.",
        cause,
      },
    );
  }
  await terraform.removeFromState(live.fromAddress);
}

/** The newest deployment that an earlier job kept and that is not live: that job ended before the new one was proven. */
export async function keptByEarlierJob(gateway: ApiGateway, liveId: string | undefined): Promise<string | undefined> {
  return newestKept((await gateway.deployments()).filter(({ deploymentId }) => deploymentId !== liveId));
}

/** The newest of these that is kept for a rollback. */
export function newestKept(deployments: readonly Deployment[]): string | undefined {
  const kept = deployments.filter(({ description }) => description === KEPT);
  return kept.toSorted((a, b) => (b.createdDate ?? "").localeCompare(a.createdDate ?? ""))[0]?.deploymentId;
}

/** Marks the kept deployments, so that no job rolls back to them any more: what they use may be destroyed next. */
export async function supersedeKeptDeployments(gateway: ApiGateway, stageName: string): Promise<void> {
  try {
    for (const { deploymentId, description } of await formerDeployments(gateway, stageName)) {
      if (description === KEPT) await gateway.describeDeployment(deploymentId, SUPERSEDED);
    }
  } catch (cause) {
    log.warning(`The previous deployment could not be marked as replaced: ${messageOf(cause)}`);
  }
}

/** Deletes the kept deployments of this and earlier jobs, except one that the stage points to. Never fails a deploy. */
export async function deleteKeptDeployments(gateway: ApiGateway, stageName: string): Promise<void> {
  try {
    for (const { deploymentId } of await formerDeployments(gateway, stageName)) {
      await gateway.deleteDeployment(deploymentId);
    }
  } catch (cause) {
    log.warning(`A deployment that is no longer needed could not be deleted: ${messageOf(cause)}`);
  }
}

/** The deployments that this and earlier jobs have kept, except one that the stage points to. */
export async function formerDeployments(gateway: ApiGateway, stageName: string): Promise<readonly Deployment[]> {
  const [live, all] = await Promise.all([gateway.stage(stageName), gateway.deployments()]);
  return all.filter(
    ({ description, deploymentId }) =>
      (description === KEPT || description === SUPERSEDED) && deploymentId !== live.deploymentId,
  );
}
