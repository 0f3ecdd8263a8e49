/** Mode `unlock`: shows who holds the state's lock, and releases it when the workflow gives its id. */
import { initialize, type Job } from "./job";
import { describeLock } from "./lock";
import { log } from "./log";
import { LockedFailure } from "./terraform-failure";

/** @throws ActionFailure `state-locked` with the holder, without `lock-id` or with the id of another lock */
export async function unlock(job: Job): Promise<void> {
  await initialize(job);
  await releaseLock(job);
}

/** Releases the lock. The workflow must give its id, because another run may have taken the lock after a person saw it. */
export async function releaseLock({ inputs, report, terraform }: Job): Promise<void> {
  const holder = await terraform.lockHolder();
  if (!holder) return log.line("The state is not locked.");
  log.line(`${describeLock(holder)} Lock id: ${holder.id}`);
  if (inputs.lockId !== holder.id) throw new LockedFailure(holder);
  await terraform.forceUnlock(holder.id);
  report.lock = holder;
  log.line("The lock was released.");
}
