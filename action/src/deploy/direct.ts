/** A deploy in one apply that is proven afterwards: the first deploy of an API, and every deploy with `strategy: direct`. */
import { ApiGateway } from "../api-gateway";
import { ActionFailure } from "../failure";
import type { Job } from "../job";
import { log } from "../log";
import { readOutputs, type StackOutputs } from "../outputs";
import { type Plan, withoutDeletion } from "../plan";
import type { TokenSource } from "../token";
import { deleteLeftOver } from "./candidate";
import { deleteKeptDeployments, keepDeployment } from "./kept";
import type { LiveStage } from "./live-stage";
import { applyInParts } from "./parts";
import { prove } from "./prove";
import { proveOrRollBack } from "./rollback";
import { step } from "./step";

/** @throws ActionFailure */
export async function direct(
  job: Job,
  plan: Plan,
  live: LiveStage | undefined,
  tokens: TokenSource | undefined,
): Promise<StackOutputs> {
  const { inputs, access, terraform } = job;
  const gateway = access && live ? new ApiGateway(access, live.apiId) : undefined;
  if (gateway && live) await deleteLeftOver(gateway, live.name).catch((cause: Error) => log.line(cause.message));
  const keeps = inputs.smoke.rollback && live?.fate === "changes" ? live : undefined;
  if (keeps && !gateway) {
    throw new ActionFailure("rollback-failed", "A rollback needs AWS credentials in the job's environment.", {
      hint: "Nothing was changed. Add a step with aws-actions/configure-aws-credentials before this one.",
    });
  }
  const before = keeps && (await gateway?.stage(keeps.name));
  if (keeps && gateway) await keepDeployment(keeps, gateway, terraform);

  const removed = keeps?.fromDeleted ? keeps.fromAddress : undefined;
  const whole = removed === undefined ? plan : withoutDeletion(plan, removed);
  await step(job, "terraform apply", () => applyInParts(job, plan, whole));
  const outputs = readOutputs(await terraform.output());
  if (tokens) {
    const created = job.report.applied.findLast(
      ({ address, action }) => action === "create" && address.startsWith("aws_apigatewayv2_deployment."),
    );
    const stage = { ...outputs, name: outputs.stage, deploymentId: created?.id };
    if (keeps && gateway) {
      await proveOrRollBack(job, gateway, stage, { deploymentId: keeps.from, stage: before }, tokens);
    } else await step(job, "Prove the stage", () => prove(job, stage, tokens));
  }
  if (gateway && live && live.fate !== "lost") await deleteKeptDeployments(gateway, live.name);
  return outputs;
}
