/** The report for a person at a terminal. */
import type { CaseResult, SmokeReport, Timings } from "../types";
import { notRun } from "./not-run";

export interface TextOptions {
  readonly color?: boolean;
}

const SIGNS = {
  passed: { sign: "✓", color: 32 },
  failed: { sign: "✗", color: 31 },
  reported: { sign: "•", color: 36 },
  skipped: { sign: "○", color: 33 },
} as const;

export function renderText(report: SmokeReport, { color = false }: TextOptions = {}): string {
  const paint = (code: number, text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  const width = Math.max(...report.cases.map(({ title }) => title.length));
  const lines = report.cases.flatMap((result) => caseLines(result, width, paint));
  return [report.url, "", ...lines, "", ...latencyLines(report), summary(report, paint), ""].join("\n");
}

function caseLines(result: CaseResult, width: number, paint: (code: number, text: string) => string): string[] {
  const { sign, color } = SIGNS[result.verdict];
  const answer =
    result.verdict === "failed" ? `${printable(result.actual)} (expected ${result.expected})` : result.actual;
  const tries = result.attempts > 1 ? `, ${result.attempts} attempts` : "";
  const head = `${paint(color, sign)} ${result.title.padEnd(width)}  ${printable(answer)}  ${paint(90, `${ms(result.durationMs)}${tries}`)}`;
  const below: string[] = [];
  if (result.detail) below.push(result.detail);
  if (result.verdict === "failed") {
    if (result.body) below.push(`body: ${result.body}`);
    for (const [name, value] of Object.entries(result.awsHeaders ?? {})) below.push(`${name}: ${value}`);
  }
  return [head, ...below.map((line) => `    ${printable(line)}`)];
}

function latencyLines(report: SmokeReport): string[] {
  const lines: string[] = [];
  const timings = report.cases.find(({ id }) => id === "connect")?.timings;
  if (timings && Object.keys(timings).length > 0) lines.push(`phases   ${phases(timings)}`);
  if (report.upgradeMs) {
    const { gateway, authorizer, backend } = report.upgradeMs;
    lines.push(`upgrade  about ${ms(gateway)} gateway · ${ms(authorizer)} authorizer · ${ms(backend)} backend`);
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

/** `dns 3 ms · tcp 12 ms · tls 30 ms · upgrade 167 ms`; only the phases that took place. */
export function phases(timings: Timings): string {
  return Object.entries(timings)
    .map(([phase, value]) => `${phase} ${ms(value)}`)
    .join(" · ");
}

/** `passed: 6 passed, 1 reported in 180 ms; 1 not run: A message pushed through @connections arrives`. */
function summary(report: SmokeReport, paint: (code: number, text: string) => string): string {
  const counts = (["passed", "failed", "reported"] as const)
    .map((verdict) => [verdict, report.cases.filter((result) => result.verdict === verdict).length] as const)
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => `${count} ${verdict}`);
  const verdict = report.passed ? paint(32, "passed") : paint(31, "failed");
  const left = notRun(report).map(({ title }) => title);
  const without = left.length > 0 ? `; ${paint(33, `${left.length} not run`)}: ${left.join("; ")}` : "";
  return `${verdict}: ${counts.join(", ")} in ${ms(report.durationMs)}${without}`;
}

export function ms(value: number): string {
  if (value >= 10_000) return `${(value / 1000).toFixed(1)} s`;
  return value < 10 ? `${value.toFixed(1)} ms` : `${Math.round(value)} ms`;
}

/** A server's words must not move the cursor or colour the terminal. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ");
}
