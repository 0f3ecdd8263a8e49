/**
 * The stage and its deployments around an apply: waiting until the new one is live, and the way back to what was there.
 *
 * Terraform deletes a stage's old deployment in the same apply that makes the new one, and nothing would be left to point
 * back to. A new snapshot would not do: the API may have been edited since the old one was taken. So Terraform is made to
 * forget the old deployment before the apply, and we delete it once the new one is proven.
 */
import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod";
import { type Access, ApiGateway } from "./aws";
import { ActionFailure } from "./failure";
import { log } from "./log";
import type { Plan } from "./plan";
import type { Terraform } from "./terraform";

export interface WayBack {
  readonly gateway: ApiGateway;
  readonly deploymentId: string;
  /** Address of the deployment that Terraform has been made to forget: its plan is no longer the one to apply. */
  readonly forgotten?: string;
}

/** Marks those that are ours to delete among an API's deployments. */
const DESCRIPTION = "Way back for the deploy that followed, kept by the WebSocket gateway action";

/** `undefined`: there is nothing to go back to, since the stage is new or would not be moved. */
export async function prepareWayBack(
  plan: Plan,
  access: Access | undefined,
  terraform: Pick<Terraform, "forget">,
): Promise<WayBack | undefined> {
  const move = stageMove(plan);
  if (!move) return undefined;
  if (!access) {
    throw new ActionFailure(
      "rollback-failed",
      "`on-smoke-failure: rollback` needs AWS credentials in the environment.",
      {
        next: "Nothing was changed. Add a step with aws-actions/configure-aws-credentials before this one.",
      },
    );
  }
  const gateway = new ApiGateway(access, move.apiId, move.stage);
  const { from, deletedAs } = move;
  if (deletedAs === undefined) return { gateway, deploymentId: from };
  try {
    // In this order: whatever comes in between, the next job with a way back finds it, and deletes it in the end.
    await gateway.describeDeployment(from, DESCRIPTION);
  } catch (cause) {
    throw new ActionFailure("rollback-failed", `The way back could not be kept: ${sentence(cause)}`, {
      next: "Nothing was changed. The job's role needs apigateway:PATCH on the API's deployments.",
      cause,
    });
  }
  await terraform.forget(deletedAs);
  return { gateway, deploymentId: from, forgotten: deletedAs };
}

const stageBefore = z.object({ api_id: z.string(), name: z.string(), deployment_id: z.string().min(1) });
const stageAfter = z.object({ deployment_id: z.string().optional() });

export interface StageMove {
  readonly apiId: string;
  readonly stage: string;
  /** The deployment that it points at now. */
  readonly from: string;
  /** Address under which the plan deletes that deployment, if it does. */
  readonly deletedAs: string | undefined;
}

/** Which stage the plan points at another deployment. */
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

/** Points the stage back. @throws ActionFailure `rollback-failed` */
export async function goBack({ gateway, deploymentId }: WayBack): Promise<void> {
  try {
    await gateway.pointStageAt(deploymentId);
    const now = await gateway.deploymentOfStage();
    if (now !== deploymentId) throw new Error(`the stage points at ${now}, not at ${deploymentId}`);
  } catch (cause) {
    throw new ActionFailure("rollback-failed", `The stage could not be pointed back: ${sentence(cause)}`, {
      next: "The new deployment is still live, and it did not pass its smoke test. Deploy the last good commit.",
      cause,
    });
  }
}

/** Deletes this way back, and those of earlier jobs that the stage no longer points at. Never fails a deploy. */
export async function forgetWayBack({ gateway }: WayBack): Promise<void> {
  try {
    const live = await gateway.deploymentOfStage();
    const all = await gateway.deployments();
    const ours = all.filter(({ description, deploymentId }) => description === DESCRIPTION && deploymentId !== live);
    for (const { deploymentId } of ours) await gateway.deleteDeployment(deploymentId);
  } catch (cause) {
    log.warning(`A deployment that is no longer needed could not be deleted: ${sentence(cause)}`);
  }
}

const POLL_MS = 500;

/** Waits until the stage serves the deployment that the apply made. @throws ActionFailure `smoke-failed` */
export async function settle(gateway: ApiGateway, deploymentId: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    const [live, { deploymentStatus }] = await Promise.all([
      gateway.deploymentOfStage(),
      gateway.deployment(deploymentId),
    ]);
    if (live === deploymentId && deploymentStatus !== "PENDING" && deploymentStatus !== "FAILED") return;
    if (deploymentStatus === "FAILED" || signal.aborted) {
      throw new ActionFailure("smoke-failed", `Deployment ${deploymentId} did not become live on the stage.`, {
        next: "Look at the deployment in the API Gateway console: it says why.",
      });
    }
    await delay(POLL_MS, undefined, { signal }).catch(() => {});
  }
}

const sentence = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
