/** The trace as a person and as a machine reads it. */
import { createPrinter } from "../../../../local/trace/print";
import type { TraceEvent } from "../../../../local/trace/trace";

const on = { at: Date.UTC(2026, 0, 2, 3, 4, 5, 678), apiId: "api", stage: "prod", connectionId: "TXzPWdnOjoECGjA=" };
const request = { ...on, requestId: "r", routeKey: "$connect" };

function printed(event: TraceEvent, color = false): string {
  let text = "";
  createPrinter(
    "text",
    (part) => {
      text += part;
    },
    color,
  )?.(event);
  return text;
}

test.each<[TraceEvent, string]>([
  [
    {
      ...on,
      type: "connecting",
      requestId: "r",
      path: "/prod?stocks=a",
      sourceIp: "127.0.0.1",
      userAgent: undefined,
      headers: {},
    },
    "← connecting /prod?stocks=a from 127.0.0.1",
  ],
  [{ ...request, type: "check", check: "identity-sources", passed: true }, "✓ identity-sources"],
  [{ ...request, type: "check", check: "policy", passed: false, detail: "no Allow" }, "✗ policy: no Allow"],
  [
    { ...request, type: "authorizer", functionArn: "arn", outcome: "deny", durationMs: 1.26, detail: "statement 1" },
    "✗ authorizer: deny (1.3 ms), statement 1",
  ],
  [
    { ...request, type: "route", selected: "", found: false },
    '✗ no route has the key "", and there is no $default route',
  ],
  [
    { ...request, type: "integration-failure", reason: "timeout", durationMs: 29000, detail: "after 29 s" },
    "✗ $connect: timeout (29000 ms), after 29 s",
  ],
  [{ ...on, type: "opened", durationMs: 4, protocol: undefined, compressed: false }, "✓ open (4.0 ms)"],
  [
    { ...on, type: "refused", status: 403, message: "Forbidden", check: "policy", detail: "", durationMs: 4 },
    "✗ refused: 403 Forbidden, by policy (4.0 ms)",
  ],
  [
    { ...on, type: "refused", status: 403, message: "Forbidden", check: "stage", detail: "no stage x", durationMs: 4 },
    "✗ refused: 403 Forbidden, by stage (4.0 ms): no stage x",
  ],
  [
    { ...on, type: "refused", status: 400, message: "not HTTP", check: "request", detail: "not HTTP", durationMs: 4 },
    "✗ refused: 400 not HTTP, by request (4.0 ms)",
  ],
  [
    { ...on, type: "closed", by: "idle", code: 1001, reason: "Going away", durationMs: 600000 },
    "· closed by idle: 1001: Going away (600000 ms)",
  ],
  [
    { ...on, type: "management", method: "POST", status: 410, bytes: 2, detail: "gone" },
    "✗ @connections POST: 410: gone",
  ],
])("%j", (event, line) => {
  expect(printed(event)).toBe(`03:04:05.678 TXzPWdnOjoECGjA= ${line}\n`);
});

test("shows the mappings below the request to the backend", () => {
  const lines = printed({
    ...request,
    type: "integration-request",
    integrationType: "HTTP",
    method: "POST",
    target: "http://localhost:8080/connect?stocks=aapl",
    headers: { Accept: "application/json", "X-Amzn-Trace-Id": "Root=1" },
    body: "{}",
    mapped: {
      "integration.request.querystring.stocks": "route.request.querystring.stocks",
      "integration.request.querystring.orgId": "context.authorizer.orgId",
      "integration.request.header.X-Kind": "'chat'",
    },
    values: { "integration.request.querystring.stocks": "aapl", "integration.request.header.X-Kind": "chat" },
  });
  expect(lines.split("\n").map((line) => line.trim())).toEqual([
    "03:04:05.678 TXzPWdnOjoECGjA= → $connect: HTTP POST http://localhost:8080/connect?stocks=aapl",
    "integration.request.querystring.stocks ← route.request.querystring.stocks: aapl",
    "integration.request.querystring.orgId ← context.authorizer.orgId has no value, so it is left out",
    "integration.request.header.X-Kind ← 'chat'",
    "headers Accept: application/json, X-Amzn-Trace-Id: Root=1",
    "body {}",
    "",
  ]);
});

test("escapes control characters that clients send", () => {
  const line = printed({ ...on, type: "frame", direction: "in", cause: "message", bytes: 9, text: "\x1b[2Jhi\n\x9b" });
  expect(line).toContain("\\u001b[2Jhi\\u000a\\u009b");
  expect(line.replace(/\n$/, "")).not.toMatch(/\p{Cc}/u);
});

test("uses colours only with the option", () => {
  const event: TraceEvent = { ...request, type: "check", check: "stage", passed: true };
  expect(printed(event, true)).toContain("\x1b[32m✓\x1b[39m");
});

test("prints one line of JSON for each event, and nothing when quiet", () => {
  const event: TraceEvent = { type: "notice", at: 0, code: "A", message: "b\nc" };
  let text = "";
  createPrinter(
    "json",
    (part) => {
      text += part;
    },
    true,
  )?.(event);
  expect(text.endsWith("\n")).toBe(true);
  expect(text.trimEnd()).not.toContain("\n");
  expect(JSON.parse(text)).toEqual(event);
  expect(createPrinter("quiet", () => {}, false)).toBeUndefined();
});
