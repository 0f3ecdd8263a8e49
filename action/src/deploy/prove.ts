/** Proves a stage: waits until it serves the deployment, runs the smoke test, and requires that it passes. */
import { setTimeout as delay } from "node:timers/promises";
import { runSmoke } from "../../../smoke";
import { ApiGateway } from "../api-gateway";
import { AwsError } from "../aws";
import { ActionFailure } from "../failure";
import type { Job } from "../job";
import { log } from "../log";
import { hide } from "../secrets";
import { assertable, type ProvenStage, requirePassed, smokeOptions } from "../smoke";
import type { TokenSource } from "../token";

/** The smoke test gets at least this long, so that it can report what is wrong. */
const LEAST_MS = 1000;

/** @throws ActionFailure `smoke-failed`, `token-unavailable`, `cancelled` */
export async function prove(job: Job, stage: ProvenStage, tokens: TokenSource): Promise<void> {
  const { inputs, stack, access, report, world } = job;
  const { cancellation } = world;
  const started = performance.now();
  const deadline = started + inputs.smoke.timeoutMs;
  try {
    await waitUntilLive(job, stage);
    const token = await tokens.get();
    hide([token]);
    const deadlineMs = Math.max(deadline - performance.now(), LEAST_MS);
    const options = smokeOptions({ inputs, stack, stage, token, access, deadlineMs, signal: cancellation.signal });
    const found = assertable(await runSmoke(options), stack, inputs.smoke.expect);
    // A rollback's proof does not replace the failure that caused it.
    if (report.smoke?.passed !== false) report.smoke = found;
    cancellation.check();
    requirePassed(found);
  } finally {
    report.smokeMs = (report.smokeMs ?? 0) + performance.now() - started;
  }
}

async function waitUntilLive({ access, inputs, world }: Job, stage: ProvenStage): Promise<void> {
  const { apiId, name, deploymentId } = stage;
  if (!access || deploymentId === undefined) return;
  const { cancellation } = world;
  const limit = AbortSignal.any([cancellation.signal, AbortSignal.timeout(inputs.smoke.timeoutMs)]);
  try {
    await waitForDeployment(new ApiGateway(access, apiId), name, deploymentId, limit);
  } catch (error) {
    cancellation.check();
    // Without the permission to read deployments, the smoke test decides: it retries while a deployment propagates.
    if (!(error instanceof AwsError)) throw error;
    log.line(`The status of the deployment could not be read: ${error.message}`);
  }
}

const POLL_MS = 500;

async function waitForDeployment(
  gateway: ApiGateway,
  stageName: string,
  deploymentId: string,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const [live, { deploymentStatus }] = await Promise.all([
      gateway.stage(stageName),
      gateway.deployment(deploymentId),
    ]);
    if (live.deploymentId === deploymentId && deploymentStatus !== "PENDING" && deploymentStatus !== "FAILED") return;
    if (deploymentStatus === "FAILED" || signal.aborted) {
      throw new ActionFailure("smoke-failed", `Deployment ${deploymentId} did not become live on the stage.`, {
        hint: "The deployment's page in the API Gateway console shows the reason.",
      });
    }
    await delay(POLL_MS, undefined, { signal }).catch(() => {});
  }
}
