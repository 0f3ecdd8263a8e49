/** The reusable workflow: what it does on each event, with which role, and what it passes to the action. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import * as z from "zod/mini";

const ROOT = join(__dirname, "../../..");
const read = (file: string): unknown => parse(readFileSync(join(ROOT, file), "utf8"));

const values = z.record(z.string(), z.string());
const step = z.looseObject({
  uses: z.optional(z.string()),
  run: z.optional(z.string()),
  if: z.optional(z.string()),
  with: z.optional(z.unknown()),
});
const input = z.looseObject({ type: z.string(), default: z.optional(z.unknown()) });
const workflow = z.object({
  on: z.object({
    workflow_call: z.object({
      inputs: z.record(z.string(), input),
      secrets: z.record(z.string(), z.object({ required: z.literal(false) })),
      outputs: z.record(z.string(), z.object({ value: z.string() })),
    }),
  }),
  jobs: z.object({
    choose: z.looseObject({ outputs: values, steps: z.array(step) }),
    gateway: z.looseObject({
      needs: z.literal("choose"),
      if: z.string(),
      environment: z.string(),
      concurrency: z.object({ group: z.string(), "cancel-in-progress": z.string() }),
      outputs: values,
      steps: z.array(step),
    }),
  }),
});
const { on, jobs } = z.parse(
  z.looseObject({ on: workflow.shape.on, jobs: workflow.shape.jobs }),
  read(".github/workflows/reusable-deploy.yml"),
);
const { inputs, secrets, outputs } = on.workflow_call;
const action = z
  .looseObject({
    inputs: z.record(z.string(), z.looseObject({ default: z.optional(z.string()) })),
    outputs: z.record(z.string(), z.unknown()),
  })
  .parse(read("action/action.yml"));
const given = values.parse(jobs.gateway.steps.find(({ uses }) => uses === "$/action")?.with);

/** Runs the job `choose`, as the runner does. */
function choose(event: string, { ref = "refs/heads/main", mode = "", head = "", gateway = "" } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "choose-"));
  try {
    const file = join(folder, "output");
    writeFileSync(file, "");
    const env = {
      PATH: process.env.PATH,
      GITHUB_EVENT_NAME: event,
      GITHUB_REF: ref,
      GITHUB_REPOSITORY: "octo-org/quotes",
      GITHUB_OUTPUT: file,
      MODE: mode,
      HEAD_REPOSITORY: head,
      DEFAULT_BRANCH: "main",
      GATEWAY: gateway,
    };
    const { status, stdout } = spawnSync("bash", ["-e", "-c", jobs.choose.steps[0]?.run ?? ""], {
      env,
      encoding: "utf8",
    });
    const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
    const made = values.parse(Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2))));
    return { status, stdout, ...made };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const own = { ref: "refs/pull/7/merge", head: "octo-org/quotes" };
const READS = { status: 0, changes: "false" };
const CHANGES = { status: 0, changes: "true", queue: "changes" };

test.each([
  ["pull_request", own, { ...READS, mode: "plan", queue: "plan refs/pull/7/merge" }],
  ["merge_group", { ref: "refs/heads/gh-readonly-queue/main/pr-7" }, { ...READS, mode: "plan" }],
  ["schedule", {}, { ...READS, mode: "drift", queue: "drift refs/heads/main" }],
  ["push", {}, { ...CHANGES, mode: "deploy" }],
  ["workflow_dispatch", {}, { ...CHANGES, mode: "deploy" }],
  ["workflow_dispatch", { mode: "destroy" }, { ...CHANGES, mode: "destroy" }],
  ["workflow_dispatch", { mode: "output" }, { ...READS, mode: "output" }],
  ["release", { mode: "deploy", ref: "refs/tags/v2" }, { ...CHANGES, mode: "deploy" }],
])("%s %j", (event, options, expected) => {
  expect(choose(event, options)).toMatchObject(expected);
});

test.each([
  ["pull_request", { ...own, head: "octocat/quotes" }],
  ["pull_request", { ...own, head: "" }],
  ["pull_request", { ...own, head: "octocat/quotes", mode: "deploy" }],
])("skips a pull request of a fork, or of one that was deleted: %s %j", (event, options) => {
  expect(choose(event, options)).toMatchObject({ status: 0, mode: "skip" });
  expect(jobs.gateway.if).toBe("needs.choose.outputs.mode != 'skip'");
});

test.each([
  ["push", { ref: "refs/heads/topic" }],
  ["push", { ref: "refs/tags/v1" }],
  ["workflow_dispatch", { ref: "refs/heads/topic" }],
  ["release", { ref: "refs/tags/v1" }],
  ["issue_comment", {}],
  ["pull_request_target", own],
])("fails with advice, and deploys nothing: %s %j", (event, options) => {
  const { status, stdout, ...made } = choose(event, options);
  expect({ status, made }).toEqual({ status: 1, made: {} });
  expect(stdout).toMatch(/^::error::Set the input 'mode': /);
});

test("gives the deploy role and the GitHub environment only to what changes something", () => {
  const credentials = jobs.gateway.steps.find(({ uses }) => uses?.startsWith("aws-actions/"));
  expect(credentials?.with).toMatchObject({
    "role-to-assume": "${{ needs.choose.outputs.changes == 'true' && inputs.deploy-role || inputs.plan-role }}",
  });
  expect(jobs.gateway.environment).toBe(
    "${{ needs.choose.outputs.changes == 'true' && inputs.github-environment || '' }}",
  );
  expect([inputs["plan-role"]?.required, inputs["deploy-role"]?.required]).toEqual([true, true]);
});

test("queues by folder, file, environment and kind of run, and cancels only an older plan", () => {
  const names = ["inputs.working-directory", "inputs.config", "inputs.environment", "needs.choose.outputs.queue"];
  expect(jobs.gateway.concurrency.group).toBe(`gateway ${names.map((name) => `\${{ ${name} }}`).join(" ")}`);
  expect(jobs.gateway.concurrency["cancel-in-progress"]).toBe("${{ needs.choose.outputs.mode == 'plan' }}");
});

test("passes every input of the action on, with the action's own defaults", () => {
  expect(Object.keys(given).sort()).toEqual(Object.keys(action.inputs).sort());
  for (const [name, value] of Object.entries(given)) {
    if (name === "mode" || name === "recovery-file" || value.includes("secrets.")) continue;
    expect(value).toBe(`\${{ inputs.${name} }}`);
    const own = inputs[name]?.default;
    expect([name, own === undefined ? undefined : String(own)]).toEqual([name, action.inputs[name]?.default]);
    const isBoolean = /^(true|false)$/.test(String(own)) && name !== "comment"; // That has a third value, `on-change`.
    expect([name, inputs[name]?.type]).toEqual([name, isBoolean ? "boolean" : "string"]);
  }
});

test("takes secrets by names that GitHub permits, so that a GitHub environment can have them too", () => {
  for (const name of Object.keys(secrets)) expect(name).toMatch(/^(?!GITHUB_)[A-Z_][A-Z0-9_]*$/);
  const used = [...JSON.stringify(jobs.gateway.steps).matchAll(/secrets\.(\w+)/g)].map(([, name]) => name);
  expect(used.sort()).toEqual(Object.keys(secrets).sort());
});

describe("a state that could not be saved", () => {
  const step = (action: string) => jobs.gateway.steps.find(({ uses }) => uses?.startsWith(action));

  test("is uploaded only if it is encrypted, and fetched by the same name in mode recover", () => {
    const upload = step("actions/upload-artifact@");
    expect(upload?.if).toBe("always() && endsWith(steps.gateway.outputs.recovery-file, '.enc')");
    const fetched = step("actions/download-artifact@");
    expect(fetched?.if).toBe("needs.choose.outputs.mode == 'recover'");
    const name = "${{ needs.choose.outputs.artifact }}";
    expect([upload?.with, fetched?.with]).toMatchObject([{ name }, { name, path: "${{ runner.temp }}/recovery" }]);
    expect(given["recovery-file"]).toBe("${{ steps.recovery.outputs.file }}");
  });

  test("has a name of its own for each folder, file and environment, which GitHub permits", () => {
    const artifact = (gateway: string, name: string) =>
      expect(choose("push", { gateway })).toMatchObject({ artifact: `gateway-recovery-${name}` });
    artifact("services/quotes gateway.yaml prod", "services-quotes-gateway.yaml-prod");
    artifact(". gateway.yaml ", ".-gateway.yaml-");
  });
});

test("offers every output of the action but the paths of files, which are lost with the runner", () => {
  const wanted = Object.keys(action.outputs).filter((name) => !/^report-|-file$/.test(name));
  expect(outputs).toEqual(
    Object.fromEntries(wanted.map((name) => [name, { value: `\${{ jobs.gateway.outputs.${name} }}` }])),
  );
  expect(jobs.gateway.outputs).toEqual(
    Object.fromEntries(wanted.map((name) => [name, `\${{ steps.gateway.outputs.${name} }}`])),
  );
});
