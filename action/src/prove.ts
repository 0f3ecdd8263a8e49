/** Proves what was applied: waits for the new deployment, runs the smoke test, and rolls back after a failure if wanted. */
import { runSmoke } from "../../smoke";
import { type Access, ApiGateway, AwsError } from "./aws";
import type { Cancellation } from "./cancellation";
import { type KeptDeployment, rollBack, waitForDeployment } from "./deployment";
import { ActionFailure } from "./failure";
import type { Inputs } from "./inputs";
import { log } from "./log";
import type { StackOutputs } from "./outputs";
import type { Report } from "./report/report";
import { assertable, requirePassed, smokeOptions } from "./smoke";
import type { Stack } from "./stack";
import type { TokenSource } from "./token";

export interface Proof {
  readonly inputs: Inputs;
  readonly stack: Stack;
  readonly outputs: StackOutputs;
  readonly token: TokenSource;
  readonly access: Access | undefined;
  readonly report: Report;
  readonly cancellation: Cancellation;
  readonly kept: KeptDeployment | undefined;
  /** The deployment that this job has created. */
  readonly deploymentId: string | undefined;
}

/** The smoke test gets at least this long, so that it can report what is wrong. */
const LEAST_MS = 1000;

/** @throws ActionFailure `smoke-failed`, `rolled-back`, `rollback-failed`, `cancelled`; a rollback always fails the job. */
export async function prove(proof: Proof): Promise<void> {
  const { inputs, report, kept, cancellation } = proof;
  const deadline = performance.now() + inputs.smoke.timeoutMs;
  try {
    await waitUntilLive(proof);
    const token = await proof.token.get();
    const deadlineMs = Math.max(deadline - performance.now(), LEAST_MS);
    const options = smokeOptions({ ...proof, token, deadlineMs, signal: cancellation.signal });
    report.smoke = assertable(await runSmoke(options), proof.stack);
    cancellation.check();
    requirePassed(report.smoke);
  } catch (error) {
    if (!(error instanceof ActionFailure) || error.code !== "smoke-failed" || !inputs.smoke.rollback) throw error;
    if (!kept) {
      log.line("There is no previous deployment to roll back to.");
      throw error;
    }
    await rollBack(kept);
    report.rolledBackTo = kept.deploymentId;
    const { message, hint, problems } = error;
    throw new ActionFailure("rolled-back", `${message} The stage was rolled back to its previous deployment.`, {
      hint,
      problems,
    });
  }
}

async function waitUntilLive({ access, deploymentId, outputs, inputs, cancellation }: Proof): Promise<void> {
  if (!access || !deploymentId) return;
  const limit = AbortSignal.any([cancellation.signal, AbortSignal.timeout(inputs.smoke.timeoutMs)]);
  try {
    await waitForDeployment(new ApiGateway(access, outputs.apiId, outputs.stage), deploymentId, limit);
  } catch (error) {
    cancellation.check();
    // Without the permission to read deployments, the smoke test decides: it retries while a deployment propagates.
    if (!(error instanceof AwsError)) throw error;
    log.line(`The status of the deployment could not be read: ${error.message}`);
  }
}
