/** What users see: the report's text, the log's lines, and who holds the lock. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { describe as describeEvent, parseEvent } from "../../../action/src/events";
import { FAILURE_REASONS } from "../../../action/src/failure-reasons";
import { describeLock, lockInfoIn } from "../../../action/src/lock";
import { inert } from "../../../action/src/log";
import { fit } from "../../../action/src/report/fit";
import { code, inline, renderMarkdown } from "../../../action/src/report/markdown";
import { newReport, type Report } from "../../../action/src/report/report";
import { problemsIn } from "../../../action/src/synth";
import { actionTables } from "../../../scripts/action-tables";
import { withTable } from "../../../scripts/markers";

const ROOT = join(__dirname, "..", "..", "..");
const ACTION = readFileSync(join(ROOT, "action", "action.yml"), "utf8");

describe("action.yml", () => {
  test("lists the failure reasons that there are", () => {
    const { description } = parse(ACTION).outputs["failure-reason"];
    expect([...description.matchAll(/`([a-z-]+)`/g)].map(([, reason]) => reason)).toEqual([...FAILURE_REASONS]);
  });

  test("names every input that is read, and no other", () => {
    const source = ["inputs.ts", "secrets.ts"]
      .map((file) => readFileSync(join(ROOT, "action", "src", file), "utf8"))
      .join("");
    const read = [...source.matchAll(/"([a-z0-9-]+)"/g)].map(([, name]) => name);
    expect(Object.keys(parse(ACTION).inputs).filter((name) => !read.includes(name))).toEqual([]);
  });

  test("is what the manual's tables say", () => {
    const readme = readFileSync(join(ROOT, "docs/action.md"), "utf8");
    const tables = actionTables(ACTION);
    expect(withTable(readme, "action-inputs", tables.inputs)).toBe(readme);
    expect(withTable(readme, "action-outputs", tables.outputs)).toBe(readme);
    expect(readme).toContain(tables.inputs);
    expect(readme).toContain(tables.outputs);
  });
});

describe("the report", () => {
  const failed: Report = {
    ...newReport("deploy", new Date(0)),
    environment: "prod",
    failure: { reason: "smoke-failed", message: "It <b>fails</b> | @octocat", hint: "Look.", problems: [] },
  };

  test("begins with the failure and what to do next, and escapes text from outside", () => {
    const text = renderMarkdown(failed, undefined);
    expect(text).toMatch(/^## ❌ WebSocket gateway `prod`: smoke-failed\n\n\*\*It &lt;b&gt;fails/);
    expect(text).toContain("\\| &#64;octocat");
    expect(text).toContain("> **What to do next**: Look.");
  });

  test.each([
    ["a|b", "`a\\|b`"],
    ["a`b``c", "```a`b``c```"],
    ["`x", "`` `x ``"],
    ["a\nb", "`a b`"],
  ])("shows %j as code", (text, shown) => expect(code(text)).toBe(shown));

  test("keeps text on its line", () => expect(inline("a\n\n# b")).toBe("a # b"));

  test("says that removed routes are destroyed before the new deployment is created", () => {
    const one = { construct: "prod/x", attributes: [] };
    const route = { ...one, type: "aws_apigatewayv2_route", address: "aws_r.r", effect: "destroy" as const };
    const deployment = { ...one, type: "aws_apigatewayv2_deployment", address: "aws_d.d", effect: "replace" as const };
    const facts = { hasChanges: true, outputs: [], drifted: [], summary: "1 to replace, 1 to destroy" };
    const rendered = (...changes: (typeof route | typeof deployment)[]) =>
      renderMarkdown({ ...newReport("plan", new Date(0)), plan: { ...facts, changes } }, undefined);
    expect(rendered(route, deployment)).toContain("Removed routes are destroyed first");
    expect(rendered(deployment)).not.toContain("destroyed first");
    expect(rendered(route)).not.toContain("destroyed first");
  });

  test("shows how long API Gateway, the authorizer and the backend took", () => {
    const timings = { tcp: 1, upgrade: 60 };
    const connect = {
      id: "connect",
      title: "",
      verdict: "passed",
      expected: "101",
      actual: "101",
      attempts: 1,
    } as const;
    const smoke: Report["smoke"] = {
      passed: true,
      url: "wss://x/prod",
      startedAt: "",
      durationMs: 1,
      cases: [{ ...connect, durationMs: 61, timings }],
      connectMs: { p50: 61, p95: 61, samples: [61] },
      pingMs: undefined,
      upgradeMs: { gateway: 10, authorizer: 20, backend: 30 },
    };
    const text = renderMarkdown({ ...newReport("smoke-test", new Date(0)), smoke }, undefined);
    expect(text).toContain("about 10 ms are API Gateway's, 20 ms the authorizer's, 30 ms the backend's");
    expect(text).toContain("x-axis [TCP, Gateway, Authorizer, Backend]");
    expect(text).toContain("bar [1, 10, 20, 30]");
    const signed = { ...smoke, upgradeMs: { gateway: 10, backend: 30 } };
    const iam = renderMarkdown({ ...newReport("smoke-test", new Date(0)), smoke: signed }, undefined);
    expect(iam).toContain("about 10 ms are API Gateway's, 30 ms the backend's");
    expect(iam).toContain("x-axis [TCP, Gateway, Backend]");
  });

  test("is truncated at a line with a notice, and closes a chart that it cuts", () => {
    const cut = fit(`intro\n\n\`\`\`mermaid\n${"x\n".repeat(400)}`, 200, "**Cut.**");
    expect(cut.length).toBeLessThanOrEqual(200);
    expect(cut).toMatch(/x\n```\n\n\*\*Cut\.\*\*\n$/);
    expect(fit("short", 200, "**Cut.**")).toBe("short");
  });
});

describe("the log", () => {
  test.each(["::error::x", "  ::set-output name=a::b", "a\n::stop-commands::x", "##[error]x", "x ##[group]y"])(
    "makes no command of %j",
    (text) => expect(inert(text)).not.toMatch(/^\s*::|##\[/m),
  );

  test("shows a Terraform event with its construct", () => {
    const hook = { resource: { addr: "aws_x.y", resource_type: "aws_x" }, action: "create", elapsed_seconds: 3 };
    const event = parseEvent(JSON.stringify({ type: "apply_complete", hook }));
    expect(event && describeEvent(event, () => "prod/thing")).toBe("prod/thing (aws_x): created in 3 s");
  });

  test.each(["", "not JSON", "{", '{"type":"new_in_terraform_9"}', '{"type":"apply_start"}', "[]"])(
    "ignores the line %j",
    (line) => expect(parseEvent(line)).toBeUndefined(),
  );

  // JSON is YAML too.
  test.each(["gateway.yaml", "gateway.json"])("finds the lines of the mistakes in %s", (name) => {
    const text = `${name}:3:1 authorizr: no such setting.\n  3 | authorizr: none\n    | ^\n\n1 problem found.`;
    expect(problemsIn(text, (file) => `infra/${file}`)).toEqual([
      { message: "authorizr: no such setting.", location: { file: `infra/${name}`, line: 3, column: 1 } },
    ]);
  });
});

describe("a held lock", () => {
  const detail =
    "Error message: resource temporarily unavailable\nLock Info:\n  ID:        dcba778f\n  Path:      bucket/key\n" +
    "  Operation: OperationTypeApply\n  Who:       ann@laptop\n  Version:   1.11.4\n" +
    "  Created:   2026-01-02 03:04:05.1216051 +0000 UTC\n  Info:      \n\n\nTerraform acquires a state lock.";
  const error = { severity: "error" as const, summary: "Error acquiring the state lock", detail };

  test("is shown with holder, operation and age", () => {
    const lock = lockInfoIn([error], Date.parse("2026-01-02T03:14:05.121Z"));
    expect(lock).toMatchObject({
      id: "dcba778f",
      path: "bucket/key",
      who: "ann@laptop",
      operation: "Apply",
      ageSeconds: 600,
    });
    expect(lock && describeLock(lock)).toBe("The state is locked by ann@laptop for apply, for 10 minutes.");
  });

  test("of the http backend is shown by its id alone: the rest is this run's own", () => {
    const http = {
      ...error,
      detail: detail.replace("resource temporarily unavailable", "HTTP remote state already locked: ID=1f2e"),
    };
    expect(lockInfoIn([http], 0)).toMatchObject({ id: "1f2e", who: "" });
  });

  test("that this run could not release is no lock of another run", () => {
    expect(lockInfoIn([{ ...error, summary: "Error releasing the state lock" }], 0)).toBeUndefined();
  });

  test("is not found in another error", () => {
    expect(lockInfoIn([{ ...error, detail: "no route to host" }], 0)).toBeUndefined();
  });
});
