/** The cases that a report does not vouch for: a test that passed says which part of the way was not gone. */
import type { CaseResult, SmokeReport } from "../types";

export function notRun({ cases }: SmokeReport): readonly CaseResult[] {
  return cases.filter(({ verdict }) => verdict === "skipped");
}
