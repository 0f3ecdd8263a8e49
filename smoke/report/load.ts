/** Formats the report of a load test: percentiles, failures, and a plot of the times of the round trips. */
import { painter } from "../../terminal/color";
import type { LoadReport } from "../load";
import type { Percentiles } from "../statistics";
import { ms, type TextOptions } from "./text";

const MAX_WIDTH = 40;
const MIN_WIDTH = 5;
/** A bar in eighths of a character. */
const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

export interface LoadTextOptions extends TextOptions {
  /** Characters in a line of the terminal. */
  readonly columns?: number | undefined;
}

export function renderLoad(report: LoadReport, { color = false, columns }: LoadTextOptions = {}): string {
  const paint = painter(color);
  const { connects, roundTrips, failures, durationMs, concurrency } = report;
  const perSecond = roundTrips.count / (durationMs / 1000);
  const failed = Object.entries(failures).map(([what, count]) => paint("red", `✗ ${count} × ${what}`));
  return [
    `${report.url}  ${concurrency} clients, ${ms(durationMs)}`,
    "",
    line("connects", connects),
    `${line("round trips", roundTrips)}, ${perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond)} a second`,
    ...failed,
    "",
    ...plot(roundTrips, columns).map((row) => paint("cyan", row)),
    ...(roundTrips.count > 0 ? [""] : []),
    report.passed ? paint("green", "passed") : paint("red", "failed"),
    "",
  ].join("\n");
}

function line(name: string, { count, p50, p90, p99, max }: Percentiles): string {
  const times = count === 0 ? "" : `  p50 ${ms(p50)}, p90 ${ms(p90)}, p99 ${ms(p99)}, max ${ms(max)}`;
  return `${name.padEnd(12)}${count}${times}`;
}

/** One row for each range of times. */
function plot({ buckets }: Percentiles, columns = Number.POSITIVE_INFINITY): string[] {
  const most = Math.max(...buckets.map(({ count }) => count), 1);
  const width = Math.min(Math.max(columns - `${"".padStart(10)}  ${most}`.length, MIN_WIDTH), MAX_WIDTH);
  return buckets.map(({ to, count }) =>
    `${ms(to).padStart(10)} ${bar((count / most) * width)} ${count || ""}`.trimEnd(),
  );
}

function bar(length: number): string {
  const eighths = length > 0 ? Math.max(Math.round(length * 8), 1) : 0;
  return "█".repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? "");
}
