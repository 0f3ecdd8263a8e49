/** From "applied" to "proven": waits for the new deployment, tests it, and goes back if that is wanted and needed. */
import { type Access, ApiGateway, AwsError } from "./aws";
import type { Cancellation } from "./cancellation";
import { goBack, settle, type WayBack } from "./deployment";
import { ActionFailure } from "./failure";
import type { Inputs } from "./inputs";
import { log } from "./log";
import type { StackOutputs } from "./outputs";
import type { Report } from "./report/report";
import { requirePassed, smokeTest } from "./smoke";
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
  readonly wayBack: WayBack | undefined;
  /** The deployment that this job has made. */
  readonly deploymentId: string | undefined;
}

/** What waiting for the deployment leaves to the test at least, so that it can say what is wrong. */
const LEAST_MS = 1000;

/** @throws ActionFailure `smoke-failed`, `rolled-back`, `rollback-failed`, `cancelled`: never green after a rollback. */
export async function prove(proof: Proof): Promise<void> {
  const { inputs, report, wayBack, cancellation } = proof;
  const deadline = performance.now() + inputs.smoke.timeoutMs;
  try {
    await waitUntilLive(proof);
    const token = await proof.token.get();
    const deadlineMs = Math.max(deadline - performance.now(), LEAST_MS);
    report.smoke = await smokeTest({ ...proof, token, deadlineMs, signal: cancellation.signal });
    cancellation.check();
    requirePassed(report.smoke);
  } catch (error) {
    if (!(error instanceof ActionFailure) || error.code !== "smoke-failed" || !inputs.smoke.rollback) throw error;
    if (!wayBack) {
      log.line("There is no earlier deployment to roll back to.");
      throw error;
    }
    await goBack(wayBack);
    report.rolledBackTo = wayBack.deploymentId;
    const { message, next, problems } = error;
    throw new ActionFailure("rolled-back", `${message} The stage is back at the deployment it had before.`, {
      next,
      problems,
    });
  }
}

async function waitUntilLive({ access, deploymentId, outputs, inputs, cancellation }: Proof): Promise<void> {
  if (!access || !deploymentId) return;
  const limit = AbortSignal.any([cancellation.signal, AbortSignal.timeout(inputs.smoke.timeoutMs)]);
  try {
    await settle(new ApiGateway(access, outputs.apiId, outputs.stage), deploymentId, limit);
  } catch (error) {
    cancellation.check();
    // Without the permission to look, the test itself finds out: it retries what looks like propagation.
    if (!(error instanceof AwsError)) throw error;
    log.line(`Could not look at the deployment: ${error.message}`);
  }
}
