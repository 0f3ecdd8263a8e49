/** The steps of a deploy, timed for the report. */
import { asFailure } from "../failure";
import type { Job } from "../job";
import { log } from "../log";
import type { Step } from "../report/report";

export async function step<T>({ report }: Job, name: Step["name"], body: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const ended = (outcome: Step["outcome"]) => {
    report.steps.push({ name, outcome, durationMs: performance.now() - started });
  };
  try {
    const result = await log.group(name, body);
    ended("done");
    return result;
  } catch (thrown) {
    ended(asFailure(thrown).code === "cancelled" ? "cancelled" : "failed");
    throw thrown;
  }
}
