/** Formats the report as text for a terminal, and as JSON for programs. */
import { type Color, type Paint, painter } from "../../terminal/color";
import { replaceControls } from "../../terminal/control-characters";
import type { CaseResult, SmokeReport, Timings } from "../types";

export interface TextOptions {
  readonly color?: boolean;
}

const SIGNS = {
  passed: { sign: "✓", color: "green" },
  failed: { sign: "✗", color: "red" },
  reported: { sign: "•", color: "cyan" },
  skipped: { sign: "○", color: "yellow" },
} as const satisfies Record<CaseResult["verdict"], { sign: string; color: Color }>;

export function renderText(report: SmokeReport, { color = false }: TextOptions = {}): string {
  const paint = painter(color);
  const width = Math.max(...report.cases.map(({ title }) => title.length));
  const lines = report.cases.flatMap((result) => caseLines(result, width, paint));
  return [report.url, "", ...lines, "", ...latencyLines(report), summary(report, paint), ""].join("\n");
}

function caseLines(result: CaseResult, width: number, paint: Paint): string[] {
  const { sign, color } = SIGNS[result.verdict];
  const answer =
    result.verdict === "failed" ? `${replaceControls(result.actual)} (expected ${result.expected})` : result.actual;
  const tries = result.attempts > 1 ? `, ${result.attempts} attempts` : "";
  const head = `${paint(color, sign)} ${result.title.padEnd(width)}  ${replaceControls(answer)}  ${paint("gray", `${ms(result.durationMs)}${tries}`)}`;
  const below: string[] = [];
  if (result.detail) below.push(result.detail);
  if (result.verdict === "failed") {
    if (result.body) below.push(`body: ${result.body}`);
    for (const [name, value] of Object.entries(result.awsHeaders ?? {})) below.push(`${name}: ${value}`);
  }
  return [head, ...below.map((line) => `    ${replaceControls(line)}`)];
}

function latencyLines(report: SmokeReport): string[] {
  const lines: string[] = [];
  const timings = report.cases.find(({ id }) => id === "connect")?.timings;
  if (timings && Object.keys(timings).length > 0) lines.push(`phases   ${phases(timings)}`);
  if (report.upgradeMs) {
    const { gateway, authorizer, backend } = report.upgradeMs;
    const middle = authorizer === undefined ? "" : ` · ${ms(authorizer)} authorizer`;
    lines.push(`upgrade  about ${ms(gateway)} gateway${middle} · ${ms(backend)} backend`);
  }
  const measured = [
    ["connect", report.connectMs],
    ["ping", report.pingMs],
  ] as const;
  for (const [name, values] of measured) {
    if (values)
      lines.push(`${name.padEnd(8)} p50 ${ms(values.p50)}, p95 ${ms(values.p95)} of ${values.samples.length}`);
  }
  return lines.length > 0 ? [...lines, ""] : [];
}

/** Formats the phases that took place, such as `dns 3 ms · tcp 12 ms · tls 30 ms · upgrade 167 ms`. */
export function phases(timings: Timings): string {
  return Object.entries(timings)
    .map(([phase, value]) => `${phase} ${ms(value)}`)
    .join(" · ");
}

/**
 * Formats the summary, such as `passed: 6 passed, 1 reported in 180 ms; 1 not run: A message pushed through
 * @connections arrives`.
 */
function summary(report: SmokeReport, paint: Paint): string {
  const counts = (["passed", "failed", "reported"] as const)
    .map((verdict) => [verdict, report.cases.filter((result) => result.verdict === verdict).length] as const)
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => `${count} ${verdict}`);
  const verdict = report.passed ? paint("green", "passed") : paint("red", "failed");
  const left = notRun(report).map(({ title }) => title);
  const without = left.length > 0 ? `; ${paint("yellow", `${left.length} not run`)}: ${left.join("; ")}` : "";
  return `${verdict}: ${counts.join(", ")} in ${ms(report.durationMs)}${without}`;
}

export function ms(value: number): string {
  if (value >= 10_000) return `${(value / 1000).toFixed(1)} s`;
  return value < 10 ? `${value.toFixed(1)} ms` : `${Math.round(value)} ms`;
}

/**
 * Serializes the {@link SmokeReport} and lists the skipped cases beside the verdict. Times are in milliseconds with three
 * decimals.
 */
export function renderJson(report: SmokeReport): string {
  const round = (_key: string, value: unknown) => (typeof value === "number" ? Math.round(value * 1000) / 1000 : value);
  const { passed, ...rest } = report;
  const skipped = notRun(report).map(({ id, detail }) => ({ id, detail }));
  return `${JSON.stringify({ passed, notRun: skipped, ...rest }, round, 2)}\n`;
}

/** Returns the skipped cases. A test passes without them, so reports must list them. */
export function notRun({ cases }: SmokeReport): readonly CaseResult[] {
  return cases.filter(({ verdict }) => verdict === "skipped");
}
