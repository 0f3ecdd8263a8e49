/** The report for programs: the {@link SmokeReport} itself with what was not run, and why, beside the verdict; times to the microsecond. */
import type { SmokeReport } from "../types";
import { notRun } from "./not-run";

export function renderJson(report: SmokeReport): string {
  const round = (_key: string, value: unknown) => (typeof value === "number" ? Math.round(value * 1000) / 1000 : value);
  const { passed, ...rest } = report;
  const skipped = notRun(report).map(({ id, detail }) => ({ id, detail }));
  return `${JSON.stringify({ passed, notRun: skipped, ...rest }, round, 2)}\n`;
}
