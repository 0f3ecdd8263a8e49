/** The report for programs: the {@link SmokeReport} itself, with times to the microsecond. */
import type { SmokeReport } from "../types";

export function renderJson(report: SmokeReport): string {
  const round = (_key: string, value: unknown) => (typeof value === "number" ? Math.round(value * 1000) / 1000 : value);
  return `${JSON.stringify(report, round, 2)}\n`;
}
