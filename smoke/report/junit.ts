/** Formats the report as JUnit XML, which CI systems show as tests. */
import type { CaseResult, SmokeReport } from "../types";

export function renderJunit(report: SmokeReport, suite = "smoke test"): string {
  const count = (verdict: CaseResult["verdict"]) => report.cases.filter((result) => result.verdict === verdict).length;
  const attributes = attributesOf({
    name: suite,
    tests: report.cases.length,
    failures: count("failed"),
    errors: 0,
    skipped: count("skipped"),
    time: seconds(report.durationMs),
    timestamp: report.startedAt,
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    "<testsuites>",
    `  <testsuite ${attributes}>`,
    `    <properties>${properties(report)}</properties>`,
    ...report.cases.map((result) => `    ${testcase(result, report.url)}`),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function properties(report: SmokeReport): string {
  const values = {
    url: report.url,
    "connect.p50": report.connectMs?.p50,
    "connect.p95": report.connectMs?.p95,
    "ping.p50": report.pingMs?.p50,
    "ping.p95": report.pingMs?.p95,
  };
  return Object.entries(values)
    .flatMap(([name, value]) => (value === undefined ? [] : [`<property ${attributesOf({ name, value })}/>`]))
    .join("");
}

function testcase(result: CaseResult, url: string): string {
  const attributes = attributesOf({ name: result.title, classname: result.id, time: seconds(result.durationMs) });
  const answer = `expected ${result.expected}, got ${result.actual}`;
  switch (result.verdict) {
    case "failed": {
      const aws = Object.entries(result.awsHeaders ?? {}).map(([name, value]) => `${name}: ${value}`);
      const lines = [result.detail, url, result.body, ...aws].filter((line) => line);
      const type = result.failure ?? (result.status === undefined ? "expectation" : `status-${result.status}`);
      return `<testcase ${attributes}><failure ${attributesOf({ message: answer, type })}>${escapeXml(lines.join("\n"))}</failure></testcase>`;
    }
    case "skipped":
      return `<testcase ${attributes}><skipped ${attributesOf({ message: result.detail ?? "" })}/></testcase>`;
    default:
      return `<testcase ${attributes}><system-out>${escapeXml(answer)}</system-out></testcase>`;
  }
}

function attributesOf(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}="${escapeXml(String(value))}"`)
    .join(" ");
}

const seconds = (value: number): string => (value / 1000).toFixed(3);

/**
 * Escapes a text for XML, and replaces characters that XML 1.0 does not allow, such as most control characters and lone
 * surrogates.
 */
export function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD")
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/[\t\n\r]/g, (space) => `&#${space.charCodeAt(0)};`);
}
