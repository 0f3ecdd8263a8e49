/**
 * The stage's deployments around an apply: keeps the previous one for a rollback, and waits until the new one is live.
 *
 * Terraform deletes a stage's previous deployment in the apply that creates the new one, so there would be nothing to roll
 * back to. A new snapshot would not do: the API may have been edited since the previous one was taken. So the previous
 * deployment is removed from Terraform's state before the apply, and the action deletes it once the new one is proven.
 */

import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod";
import { messageOf } from "../../terminal/error";
import { type Access, ApiGateway } from "./aws";
import { ActionFailure } from "./failure";
import { log } from "./log";
import type { Plan } from "./plan";
import type { Terraform } from "./terraform";

export interface KeptDeployment {
  readonly gateway: ApiGateway;
  readonly deploymentId: string;
  /** Its address, if it was removed from Terraform's state: the first plan can then no longer be applied. */
  readonly removedFromState?: string;
}

/** Marks the deployments that the action may delete. */
const DESCRIPTION = "Previous deployment, kept by the WebSocket gateway action for rollback";

/** `undefined`: there is nothing to roll back to, since the plan creates the stage or leaves its deployment. */
export async function keepDeployment(
  plan: Plan,
  access: Access | undefined,
  terraform: Pick<Terraform, "removeFromState">,
): Promise<KeptDeployment | undefined> {
  const move = stageMove(plan);
  if (!move) return undefined;
  if (!access) {
    throw new ActionFailure(
      "rollback-failed",
      "`on-smoke-failure: rollback` needs AWS credentials in the environment.",
      {
        hint: "Nothing was changed. Add a step with aws-actions/configure-aws-credentials before this one.",
      },
    );
  }
  const gateway = new ApiGateway(access, move.apiId, move.stage);
  const { from, deletedAs } = move;
  if (deletedAs === undefined) return { gateway, deploymentId: from };
  try {
    // Marked first: if the job is killed between the two steps, a later job finds the deployment and deletes it.
    await gateway.describeDeployment(from, DESCRIPTION);
  } catch (cause) {
    throw new ActionFailure(
      "rollback-failed",
      `The previous deployment could not be kept for rollback: ${messageOf(cause)}`,
      {
        hint: "Nothing was changed. Give the job's role apigateway:PATCH on the API's deployments.",
        cause,
      },
    );
  }
  await terraform.removeFromState(deletedAs);
  return { gateway, deploymentId: from, removedFromState: deletedAs };
}

const stageBefore = z.object({ api_id: z.string(), name: z.string(), deployment_id: z.string().min(1) });
const stageAfter = z.object({ deployment_id: z.string().optional() });

export interface StageMove {
  readonly apiId: string;
  readonly stage: string;
  /** The deployment that the stage points to now. */
  readonly from: string;
  /** Address under which the plan deletes that deployment, if it does. */
  readonly deletedAs: string | undefined;
}

/** The stage that the plan points to another deployment. */
export function stageMove({ document }: Plan): StageMove | undefined {
  const stage = document.resource_changes.find(({ type }) => type === "aws_apigatewayv2_stage")?.change;
  const before = stageBefore.safeParse(stage?.before).data;
  const after = stageAfter.safeParse(stage?.after).data;
  if (!before || !after || after.deployment_id === before.deployment_id) return undefined;
  const deleted = document.resource_changes.find(({ type, change }) => {
    const old = z.object({ id: z.string() }).safeParse(change.before).data;
    return (
      type === "aws_apigatewayv2_deployment" && change.actions.includes("delete") && old?.id === before.deployment_id
    );
  });
  return { apiId: before.api_id, stage: before.name, from: before.deployment_id, deletedAs: deleted?.address };
}

/** Points the stage to the kept deployment. @throws ActionFailure `rollback-failed` */
export async function rollBack({ gateway, deploymentId }: KeptDeployment): Promise<void> {
  try {
    await gateway.pointStageAt(deploymentId);
    const now = await gateway.deploymentOfStage();
    if (now !== deploymentId) throw new Error(`the stage points to ${now}, not to ${deploymentId}`);
  } catch (cause) {
    throw new ActionFailure("rollback-failed", `The stage could not be rolled back: ${messageOf(cause)}`, {
      hint: "The new deployment is still live, and it failed its smoke test. Deploy the last good commit.",
      cause,
    });
  }
}

/** Deletes the kept deployments of this and earlier jobs, except one that the stage points to. Never fails a deploy. */
export async function deleteKeptDeployments({ gateway }: KeptDeployment): Promise<void> {
  try {
    const live = await gateway.deploymentOfStage();
    const all = await gateway.deployments();
    const ours = all.filter(({ description, deploymentId }) => description === DESCRIPTION && deploymentId !== live);
    for (const { deploymentId } of ours) await gateway.deleteDeployment(deploymentId);
  } catch (cause) {
    log.warning(`A deployment that is no longer needed could not be deleted: ${messageOf(cause)}`);
  }
}

const POLL_MS = 500;

/** Waits until the stage serves the deployment that the apply created. @throws ActionFailure `smoke-failed` */
export async function waitForDeployment(gateway: ApiGateway, deploymentId: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    const [live, { deploymentStatus }] = await Promise.all([
      gateway.deploymentOfStage(),
      gateway.deployment(deploymentId),
    ]);
    if (live === deploymentId && deploymentStatus !== "PENDING" && deploymentStatus !== "FAILED") return;
    if (deploymentStatus === "FAILED" || signal.aborted) {
      throw new ActionFailure("smoke-failed", `Deployment ${deploymentId} did not become live on the stage.`, {
        hint: "The deployment's page in the API Gateway console shows the reason.",
      });
    }
    await delay(POLL_MS, undefined, { signal }).catch(() => {});
  }
}
