/** The reports as text, JSON and JUnit: complete, and without characters that break their format. */
import fc from "fast-check";
import { type CaseResult, renderJson, renderJunit, renderText, type SmokeReport } from "../../../smoke";
import { escapeXml } from "../../../smoke/report/junit";
import { renderLoad } from "../../../smoke/report/load";
import { Histogram } from "../../../smoke/statistics";

const CONNECT: CaseResult = {
  id: "connect",
  title: "A client with a good token connects",
  verdict: "passed",
  expected: "101",
  actual: "101",
  status: 101,
  timings: { dns: 1.23456, tcp: 2, tls: 30, upgrade: 120 },
  durationMs: 153.2,
  attempts: 2,
};
const NO_TOKEN: CaseResult = {
  id: "no-token",
  title: "A client without a token is rejected",
  verdict: "failed",
  expected: "401",
  actual: "403",
  status: 403,
  detail: "The authorizer denied the token.",
  body: '{"message":"<Forbidden> & more"}',
  awsHeaders: { "x-amzn-requestid": "r-1" },
  durationMs: 20,
  attempts: 1,
};
const MESSAGE: CaseResult = {
  id: "message",
  title: "A message pushed through @connections arrives",
  verdict: "skipped",
  expected: "200, and the message",
  actual: "not run",
  detail: "There are no AWS credentials to sign with.",
  durationMs: 0,
  attempts: 0,
};
const REPORT: SmokeReport = {
  passed: false,
  url: "wss://h/prod?token=***",
  startedAt: "2026-01-01T00:00:00.000Z",
  durationMs: 180,
  cases: [CONNECT, NO_TOKEN, MESSAGE],
  connectMs: { p50: 153, p95: 160, samples: [153, 160, 150] },
  pingMs: undefined,
  upgradeMs: { gateway: 12, authorizer: 30, backend: 78 },
};

describe("text", () => {
  test("shows each case, why one failed, and the latencies", () => {
    expect(renderText(REPORT)).toBe(`wss://h/prod?token=***

✓ A client with a good token connects            101  153 ms, 2 attempts
✗ A client without a token is rejected           403 (expected 401)  20 ms
    The authorizer denied the token.
    body: {"message":"<Forbidden> & more"}
    x-amzn-requestid: r-1
○ A message pushed through @connections arrives  not run  0.0 ms
    There are no AWS credentials to sign with.

phases   dns 1.2 ms · tcp 2.0 ms · tls 30 ms · upgrade 120 ms
upgrade  about 12 ms gateway · 30 ms authorizer · 78 ms backend
connect  p50 153 ms, p95 160 ms of 3

failed: 1 passed, 1 failed in 180 ms; 1 not run: A message pushed through @connections arrives
`);
  });
  test("shows no authorizer where there is none", () => {
    expect(renderText({ ...REPORT, upgradeMs: { gateway: 12, backend: 78 } })).toContain(
      "upgrade  about 12 ms gateway · 78 ms backend\n",
    );
  });
  test("shows no phases when none took place", () => {
    expect(renderText({ ...REPORT, cases: [{ ...CONNECT, timings: {} }] })).not.toContain("phases");
  });
  test("has colours only with the option", () => {
    expect(renderText(REPORT)).not.toContain("\u001b");
    expect(renderText(REPORT, { color: true })).toContain("\u001b[31m✗\u001b[39m");
  });
  test("has no control characters of a server", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1 }), (body) => {
        const text = renderText({ ...REPORT, cases: [{ ...NO_TOKEN, body, awsHeaders: { "x-amzn-a": body } }] });
        const lines = text.split("\n");
        expect(lines).toHaveLength(12);
        for (const line of lines) expect(line).not.toMatch(/[\p{Cc}\u2028\u202e]/u);
      }),
    );
  });
});

describe("JSON", () => {
  test("is the report, with times in microseconds", () => {
    const parsed = JSON.parse(renderJson(REPORT));
    expect(parsed.cases[0].timings.dns).toBe(1.235);
    expect(parsed.cases[1]).toEqual(NO_TOKEN);
  });
  test("lists skipped cases and their reasons beside the verdict", () => {
    expect(JSON.parse(renderJson(REPORT)).notRun).toEqual([{ id: "message", detail: MESSAGE.detail }]);
    expect(JSON.parse(renderJson({ ...REPORT, cases: [CONNECT] })).notRun).toEqual([]);
  });
});

describe("JUnit", () => {
  test("has counts, and failed and skipped cases with their reasons", () => {
    const xml = renderJunit(REPORT);
    expect(xml).toContain('tests="3" failures="1" errors="0" skipped="1" time="0.180"');
    expect(xml).toContain(
      '<failure message="expected 401, got 403" type="status-403">The authorizer denied the token.&#10;',
    );
    expect(xml).toContain("&#60;Forbidden&#62; &#38; more");
    expect(xml).toContain('<skipped message="There are no AWS credentials to sign with."/>');
    expect(xml).toContain('<property name="connect.p50" value="153"/>');
  });
  test("holds only characters that XML 1.0 allows", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const escaped = escapeXml(text);
        expect(escaped).toMatch(/^(?:[\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}])*$/u);
        expect(escaped).not.toMatch(/[<>"']|&(?!#\d+;)/);
      }),
    );
  });
  test("replaces half a surrogate pair", () => expect(escapeXml("a\ud800b")).toBe("a\ufffdb"));
});

test.each([
  [30, 30],
  [undefined, 57],
])("the plot of a load test fits a terminal of %p columns", (columns, longest) => {
  const times = new Histogram();
  for (let i = 0; i < 20_000; i++) times.add(1);
  for (let i = 0; i < 100; i++) times.add(50);
  const { percentiles } = times;
  const report = { url: "ws://a", startedAt: "", concurrency: 1, durationMs: 1000, failures: {}, passed: true };
  const text = renderLoad({ ...report, connects: percentiles, roundTrips: percentiles }, { columns });
  const rows = text.split("\n").filter((row) => /[█▏]/.test(row));
  expect(Math.max(...rows.map((row) => row.length))).toBe(longest);
});
