/** Points the stage to its previous deployment again, and proves that too. */
import { messageOf } from "../../../terminal/error";
import type { ApiGateway, Stage } from "../api-gateway";
import { ActionFailure, asFailure } from "../failure";
import type { Job } from "../job";
import type { ProvenStage } from "../smoke";
import type { TokenSource } from "../token";
import { prove } from "./prove";
import { step } from "./step";

export interface Previous {
  readonly deploymentId: string;
  /** The stage before it was changed, where this job has changed it. */
  readonly stage?: Stage | undefined;
}

/** @throws ActionFailure `rolled-back`, `rollback-failed`, `cancelled` */
export async function proveOrRollBack(
  job: Job,
  gateway: ApiGateway,
  stage: ProvenStage,
  previous: Previous,
  tokens: TokenSource,
): Promise<void> {
  try {
    await step(job, "Prove the stage", () => prove(job, stage, tokens));
  } catch (error) {
    // Cancelled: there is no time to prove a rollback. The next run finds the kept deployment.
    if (!(error instanceof ActionFailure) || error.code === "cancelled") throw error;
    await rollBack(job, gateway, stage, previous, tokens, error);
  }
}

/** A rollback always fails the job. */
async function rollBack(
  job: Job,
  gateway: ApiGateway,
  stage: ProvenStage,
  previous: Previous,
  tokens: TokenSource,
  reason: ActionFailure,
): Promise<never> {
  await step(job, "Roll back", () => pointBack(gateway, stage.name, previous));
  job.report.rolledBackTo = previous.deploymentId;
  try {
    const { deploymentId } = previous;
    await step(job, "Prove the rollback", () => prove(job, { ...stage, deploymentId }, tokens));
  } catch (thrown) {
    const failure = asFailure(thrown);
    if (failure.code === "cancelled") throw failure;
    throw new ActionFailure(
      "rollback-failed",
      `${reason.message} The stage was rolled back to its previous deployment, which does not pass the smoke test either: ${failure.message}`,
      {
        hint: "Both deployments fail, so the cause is probably outside of them: check the backend, the token and the job's permissions.",
        problems: [...reason.problems, ...failure.problems],
      },
    );
  }
  const { hint, problems } = reason;
  throw new ActionFailure("rolled-back", `${reason.message} The stage was rolled back to its previous deployment.`, {
    hint,
    problems,
  });
}

export async function pointBack(gateway: ApiGateway, name: string, { deploymentId, stage }: Previous): Promise<void> {
  try {
    const { stageVariables, routeSettings } = await gateway.stage(name);
    const added = Object.keys(stageVariables).filter((key) => stage && !(key in stage.stageVariables));
    await gateway.updateStage(name, {
      deploymentId,
      ...(stage && {
        // An empty value removes a variable.
        stageVariables: { ...Object.fromEntries(added.map((key) => [key, ""])), ...stage.stageVariables },
        defaultRouteSettings: stage.defaultRouteSettings,
        routeSettings: stage.routeSettings,
      }),
    });
    // An update of a stage leaves the settings of routes that it does not name.
    for (const key of Object.keys(routeSettings)) {
      if (stage && !(key in stage.routeSettings)) await gateway.deleteRouteSettings(name, key);
    }
    const { deploymentId: now } = await gateway.stage(name);
    if (now !== deploymentId) throw new Error(`the stage points to ${now}, not to ${deploymentId}`);
  } catch (cause) {
    throw new ActionFailure("rollback-failed", `The stage could not be rolled back: ${messageOf(cause)}`, {
      hint: "The new deployment is still live, and it failed its smoke test. Deploy the last good commit.",
      cause,
    });
  }
}
