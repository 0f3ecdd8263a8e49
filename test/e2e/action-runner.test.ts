/**
 * The built action as a process under the runner's contract, on stacks that need no cloud: what it says when something
 * is wrong, and that neither cancelling nor killing it leaves a lock behind.
 */
import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { buildAction, type Finished, type JobOptions, runJob, startJob } from "../../harness/action/job";
import { tool } from "../../harness/tools";
import { describeWith } from "../support/describe-with";
import { changeToy, TOY_OUTPUTS, type Toy, toyProject } from "../support/e2e/toy";

jest.setTimeout(60_000);

describeWith(["terraform"], "the action on a runner", () => {
  let dir: string;
  let dist: string;
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(AWS_|TF_|GITHUB_|INPUT_)/.test(name)),
  );
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), "action-runner-"));
    dist = await buildAction();
  });
  afterAll(() => {
    for (const folder of [dir, dist]) rmSync(folder, { recursive: true, force: true });
  });

  const project = (toy?: Toy): string => toyProject(dir, toy);
  const options = (workspace: string, inputs: Record<string, string> = {}, extra: Record<string, string> = {}) => ({
    workspace,
    env: { ...env, GITHUB_ACTIONS: "true", ...extra },
    inputs: { "allow-local-state": "true", "smoke-test": "false", ...inputs },
  });
  const run = (workspace: string, inputs?: Record<string, string>, extra?: Record<string, string>): Promise<Finished> =>
    runJob(dist, options(workspace, inputs, extra));
  /** Empty for a process that has ended. */
  const commandOf = (pid: number): string => {
    const file = `/proc/${pid}/cmdline`;
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  };
  const locks = (folder: string) => readdirSync(folder).filter((name) => name.endsWith(".lock.info"));

  test("publishes the outputs of an app of its own, for later steps", async () => {
    const workspace = project();
    const { code, outputs, environment, summary } = await run(workspace);
    expect({ code, reason: outputs["failure-reason"] }).toEqual({ code: 0, reason: "" });
    expect(outputs).toMatchObject({
      WS_API_ENDPOINT: TOY_OUTPUTS.WS_API_ENDPOINT,
      "ws-url": TOY_OUTPUTS.WS_URL,
      "api-id": TOY_OUTPUTS.API_ID,
      stage: "prod",
      "plan-has-changes": "true",
      "plan-summary": "1 to create, 0 to update, 0 to replace, 0 to destroy",
      "smoke-result": "skipped",
    });
    expect(JSON.parse(outputs.outputs ?? "")).toEqual(TOY_OUTPUTS);
    expect(environment).toEqual({ WS_API_ENDPOINT: TOY_OUTPUTS.WS_API_ENDPOINT });
    expect(summary).toContain("| 🟢 create | `toy/thing` | terraform_data |  | done |");

    const published = await run(workspace, { mode: "output", "export-environment": "false" });
    expect(published.outputs.WS_API_ENDPOINT).toBe(TOY_OUTPUTS.WS_API_ENDPOINT);
    expect(published.environment).toEqual({});
  });

  test("deploys two configurations from one folder, each with its own state, and warns of TF_CLI_ARGS", async () => {
    const workspace = project();
    const first = await run(workspace, {}, { TF_CLI_ARGS_plan: "-parallelism=2" });
    expect(first.log).toContain("::warning::TF_CLI_ARGS_plan adds arguments to Terraform's commands");
    changeToy(workspace, { terraform: { backend: { local: { path: join(workspace, "other.tfstate") } } } });
    const second = await run(workspace);
    expect({ code: second.code, summary: second.outputs["plan-summary"] }).toMatchObject({
      code: 0,
      summary: "1 to create, 0 to update, 0 to replace, 0 to destroy",
    });
    expect(second.log).not.toContain("::warning::");
    // As `terraform workspace select` leaves it in a folder that a runner keeps.
    const folder = join(workspace, "cdktf.out/stacks/toy");
    mkdirSync(join(folder, "terraform.tfstate.d/other"), { recursive: true });
    writeFileSync(join(folder, ".terraform/environment"), "other");
    expect((await run(workspace)).outputs["plan-has-changes"]).toBe("false");
  });

  test("publishes a sensitive output on request, and runs `terraform output` only where it must", async () => {
    const program = join(mkdtempSync(join(dir, "terraform-")), "terraform");
    writeFileSync(program, `#!/bin/sh\necho "$1" >>commands\nexec ${tool("terraform")} "$@"\n`, { mode: 0o755 });
    const commands = async (workspace: string, inputs: Record<string, string> = {}) => {
      const file = join(workspace, "cdktf.out/stacks/toy/commands");
      rmSync(file, { force: true });
      const { outputs } = await run(workspace, inputs, { TERRAFORM_BINARY_NAME: program });
      const names = readFileSync(file, "utf8").trim().split("\n");
      return { outputs: JSON.parse(outputs.outputs ?? "{}"), names: names.filter((name) => name !== "version") };
    };
    const workspace = project();
    const plain = { outputs: TOY_OUTPUTS, names: ["init", "plan", "show", "apply"] };
    expect(await commands(workspace)).toEqual(plain);
    expect(await commands(workspace)).toEqual({ outputs: TOY_OUTPUTS, names: ["init", "plan", "output"] });

    const sensitive = { KEY: "value-of-a-sensitive-output" };
    changeToy(workspace, { value: "two", sensitive });
    const all = { ...TOY_OUTPUTS, ...sensitive };
    const wanted = { "sensitive-outputs": "true" };
    expect((await commands(workspace, wanted)).outputs).toEqual(all);
    expect((await commands(workspace, wanted)).outputs).toEqual(all);
    expect((await commands(workspace)).outputs).toEqual(TOY_OUTPUTS);
  });

  test.each<
    [reason: string, what: string, toy: Toy, step: { inputs?: Record<string, string>; env?: Record<string, string> }]
  >([
    ["invalid-input", "a mode that does not exist", {}, { inputs: { mode: "deplyo" } }],
    ["invalid-input", "an environment that does not exist", {}, { inputs: { environment: "staging" } }],
    ["terraform-missing", "no such program", {}, { env: { TERRAFORM_BINARY_NAME: "no-such-terraform" } }],
    ["local-state", "a state that would be lost with the runner", {}, { inputs: { "allow-local-state": "false" } }],
    [
      "account-refused",
      "an account to check, and no credentials",
      {},
      { inputs: { "allowed-account-ids": "123456789012" } },
    ],
    ["init-failed", "another version of Terraform demanded", { terraform: { required_version: ">= 99" } }, {}],
    ["plan-failed", "a reference to nothing", { outputs: { WS_API_ENDPOINT: "${terraform_data.none.id}" } }, {}],
    ["apply-failed", "a resource that cannot be made", { command: "echo ::error::spoofed >&2; exit 3" }, {}],
    ["outputs-missing", "a stack without the contract's outputs", { outputs: { API_ID: "x" } }, {}],
    [
      "token-unavailable",
      "a smoke test without a token",
      { resource: guarded() },
      { inputs: { "smoke-test": "true" } },
    ],
    [
      "smoke-failed",
      "an endpoint that refuses the connection",
      {},
      { inputs: { "smoke-test": "true", "smoke-timeout": "1" } },
    ],
    ["drift-found", "something to do in mode drift", {}, { inputs: { mode: "drift" } }],
    ["invalid-input", "a workspace that would move the state", {}, { env: { TF_WORKSPACE: "other" } }],
    ["invalid-input", "a plan file that is none", {}, { inputs: { "plan-file": "cdktf.json" } }],
  ])("fails with %s for %s", async (reason, _, toy, step) => {
    const workspace = project(toy);
    const { code, outputs, summary, log } = await run(workspace, step.inputs, step.env);
    expect({ code, reason: outputs["failure-reason"] }).toEqual({ code: 1, reason });
    expect(outputs).not.toHaveProperty("WS_API_ENDPOINT");
    expect(summary).toMatch(/^## ❌ WebSocket gateway/);
    expect(summary).toContain("What to do next");
    expect(log).toContain(`::error title=${reason}::`);
    expect(log).not.toMatch(/^\s*::error::spoofed/m);
    expect(log).not.toMatch(/^\s+at /m); // No stack trace.
    expect(JSON.parse(readFileSync(outputs["report-json"] ?? "", "utf8")).failure.reason).toBe(reason);
    expect(locks(workspace)).toEqual([]);
  });

  test("says how to destroy an environment that the configuration no longer has", async () => {
    const { outputs, summary } = await run(project(), { mode: "destroy", environment: "staging" });
    expect(outputs["failure-reason"]).toBe("invalid-input");
    expect(summary).toContain(
      "If staging was taken out of the configuration, it is still deployed: check out a commit",
    );
  });

  describe("with a runner that refuses", () => {
    const refused = (what: Partial<JobOptions>, inputs: Record<string, string> = {}) =>
      runJob(dist, { ...options(project(), inputs), ...what });
    const NOWHERE = join(__filename, "below-a-file");
    const noStackTrace = (log: string) => expect(log).not.toMatch(/^\s+at /m);

    test("a temporary folder, fails with runner-failed before it does anything", async () => {
      const { code, outputs, summary, log } = await refused({ temp: NOWHERE });
      expect({ code, reason: outputs["failure-reason"] }).toEqual({ code: 1, reason: "runner-failed" });
      expect(summary).toContain("No folder can be created in RUNNER\\_TEMP");
      expect(log).toMatch(/^::warning::The report could not be written/m);
      noStackTrace(log);
    });

    test("the folder for the synthesized files, fails with runner-failed", async () => {
      const workspace = project();
      writeFileSync(join(workspace, "cdktf.out"), "");
      const { outputs, summary } = await refused({ workspace });
      expect(outputs["failure-reason"]).toBe("runner-failed");
      expect(summary).toContain("The synthesized files cannot be written");
    });

    test.each(["GITHUB_OUTPUT", "GITHUB_ENV"])("%s, fails with runner-failed", async (variable) => {
      const { code, summary, log } = await refused({ files: { [variable]: join(NOWHERE, "file") } });
      expect(code).toBe(1);
      expect(summary).toContain("❌ WebSocket gateway `toy`: runner-failed");
      expect(log).toMatch(new RegExp(`^::error title=runner-failed::.*${variable}`, "m"));
      noStackTrace(log);
    });

    test("the summary and the report, succeeds with a warning", async () => {
      const files = { GITHUB_STEP_SUMMARY: join(NOWHERE, "file") };
      const { code, outputs, log } = await refused({ files });
      expect({ code, reason: outputs["failure-reason"] }).toEqual({ code: 0, reason: "" });
      expect(log).toMatch(/^::warning::The job summary could not be written/m);
      noStackTrace(log);
    });

    test("more than the disk holds, fails with runner-failed", async () => {
      const disk = mkdtempSync(join(dir, "disk-"));
      if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", disk]).status !== 0) return;
      try {
        const { code, outputs, summary, log } = await refused({ temp: disk });
        expect({ code, reason: outputs["failure-reason"] }).toEqual({ code: 1, reason: "runner-failed" });
        expect(summary).toContain("disk of RUNNER\\_TEMP");
        noStackTrace(log);
      } finally {
        spawnSync("umount", [disk]);
      }
    });
  });

  test("shows no secret of the job anywhere, though Terraform's error has it", async () => {
    const secret = "a-secret-of-the-test-that-is-long-enough";
    const password = "sw0rdfish";
    const command = 'echo "<$TF_VAR_hs256_secret> <$TF_VAR_db_password> <$(printf user:$TF_VAR_db_password | base64)>"';
    const workspace = project({ command: `${command}; exit 3` });
    const job = await run(workspace, { "hs256-secret": secret }, { TF_VAR_db_password: password });
    const { outputs, summary } = job;
    expect(outputs["failure-reason"]).toBe("apply-failed");
    expect(summary).toContain("&lt;\\*\\*\\*&gt; &lt;\\*\\*\\*&gt; &lt;\\*\\*\\*&gt;");
    const files = ["report-json", "report-markdown"].map((name) => readFileSync(outputs[name] ?? "", "utf8"));
    // These commands of the runner tell it what to mask: it does not show them.
    const log = job.log.replaceAll(/^::add-mask::.*$/gm, "");
    for (const text of [log, summary, JSON.stringify(outputs), ...files]) {
      for (const value of [secret, password, Buffer.from(`user:${password}`).toString("base64")])
        expect(text).not.toContain(value);
    }
  });

  test("lets its own app read no secret of the job, and leaves none of its processes running", async () => {
    // Unlike those of any other test that runs on this machine.
    const [input, password, key, custom] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    const secrets = { TF_VAR_db_password: password, AWS_SECRET_ACCESS_KEY: key, CUSTOM: custom };
    const workspace = toyProject(dir, {}, "node spy.cjs && node app.cjs");
    // What the app finds in its environment and in that of every process that it may look into, for a while.
    const spy = `
      const { readFileSync, readdirSync, writeFileSync } = require("node:fs");
      const { spawn } = require("node:child_process");
      const found = new Set(Object.values(process.env));
      for (const end = Date.now() + 300; Date.now() < end; ) {
        for (const pid of readdirSync("/proc").filter((name) => /^[0-9]+$/.test(name))) {
          try {
            for (const entry of readFileSync("/proc/" + pid + "/environ", "utf8").split("\\0")) found.add(entry);
          } catch {}
        }
      }
      const left = spawn("sleep", ["600"], { stdio: "ignore" });
      left.unref();
      writeFileSync("found.json", JSON.stringify({ texts: [...found], pid: left.pid }));`;
    writeFileSync(join(workspace, "spy.cjs"), spy);
    const { code, log } = await run(workspace, { "hs256-secret": input }, secrets);
    expect({ code, log }).toMatchObject({ code: 0 });
    const { texts, pid } = JSON.parse(readFileSync(join(workspace, "found.json"), "utf8"));
    expect(texts.join("\n")).toContain("PATH="); // So it has looked into other processes.
    for (const value of [input, ...Object.values(secrets)]) expect(texts.join("\n")).not.toContain(value);
    expect(commandOf(pid)).toBe("");
  });

  test("shows Terraform's warnings, once", async () => {
    const check = {
      ok: { assert: { condition: "${terraform_data.thing.id == null}", error_message: "Have a look." } },
    };
    const { code, log } = await run(project({ check }));
    expect(code).toBe(0);
    expect(log.match(/^::warning title=terraform::.*Have a look\./gm)).toHaveLength(1);
  });

  test("cancelled while the app runs in a shell, it does not wait for the app", async () => {
    const workspace = toyProject(dir, {}, "echo begun > begun; sleep 30; node app.cjs");
    const job = startJob(dist, options(workspace));
    while (!existsSync(join(workspace, "begun"))) await delay(20);
    const started = performance.now();
    job.child.kill("SIGINT");
    expect((await job.done).outputs["failure-reason"]).toBe("cancelled");
    expect(performance.now() - started).toBeLessThan(15_000);
  });

  test("points at the line of gateway.yaml that is wrong", async () => {
    const workspace = project();
    rmSync(join(workspace, "cdktf.json"));
    writeFileSync(join(workspace, "gateway.yaml"), "name: quotes\nbackend: https://api.example.com\nauthorizr: none\n");
    const { outputs, log } = await run(workspace);
    expect(outputs["failure-reason"]).toBe("synth-failed");
    expect(log).toMatch(/^::error title=synth-failed,file=gateway\.yaml,line=3,col=1::/m);
    expect(log).toContain("`npx websocket-gateway synth` shows the same error");
  });

  test("destroys, and says so when it could not", async () => {
    const workspace = project({ onDestroy: "exit 4" });
    await run(workspace);
    expect((await run(workspace, { mode: "destroy" })).outputs["failure-reason"]).toBe("destroy-failed");
    changeToy(workspace, {});
    const { code, summary } = await run(workspace, { mode: "destroy" });
    expect(code).toBe(0);
    expect(summary).toContain("| 🔴 destroy | `toy/thing` | terraform_data |  | done |");
  });

  test("applies what was planned, and nothing else", async () => {
    const workspace = project();
    const plan = await run(workspace, { mode: "plan" });
    const planFile = plan.outputs["plan-file"] ?? "";
    expect(plan.outputs).toMatchObject({ "plan-has-changes": "true", "failure-reason": "" });

    changeToy(workspace, { value: "two" });
    const other = await run(workspace, { "plan-file": planFile });
    expect(other.outputs["failure-reason"]).toBe("plan-changed");
    expect(other.summary).toContain("terraform\\_data.thing would get other values than in the reviewed plan.");
    expect(existsSync(join(workspace, "toy.tfstate"))).toBe(false);

    changeToy(workspace, {});
    expect((await run(workspace, { "plan-file": planFile })).code).toBe(0);
  });

  describe("with another run that changes the state between plan and apply", () => {
    /** Terraform that does something of its own before its first apply. */
    function terraformThat(does: string): Record<string, string> {
      const program = join(mkdtempSync(join(dir, "terraform-")), "terraform");
      const real = tool("terraform");
      const first = `if [ "$1" = apply ] && [ ! -e applied ]; then touch applied; ${does.replaceAll("terraform", real)}; fi`;
      writeFileSync(program, `#!/bin/sh\n${first} >&2\nexec ${real} "$@"\n`, { mode: 0o755 });
      return { TERRAFORM_BINARY_NAME: program };
    }

    test("it succeeds if that run has done the same", async () => {
      const { code, log } = await run(project(), {}, terraformThat("terraform apply -auto-approve"));
      expect(log).toContain("The other run has applied the same changes.");
      expect(code).toBe(0);
    });

    test("it applies the new plan if that would do the same as the first", async () => {
      const workspace = project();
      await run(workspace);
      changeToy(workspace, { value: "two" });
      const { code, log, outputs } = await run(
        workspace,
        {},
        terraformThat(
          'terraform state pull > s; sed -i \'s/"serial": *\\([0-9]*\\)/"serial": 1\\1/\' s; terraform state push s',
        ),
      );
      expect(log).toContain("The plan is made again.");
      expect({ code, reason: outputs["failure-reason"] }).toEqual({ code: 0, reason: "" });
    });

    test("it fails with plan-changed if the plan is another one now", async () => {
      const workspace = project();
      await run(workspace);
      changeToy(workspace, { value: "two" });
      const { outputs, summary } = await run(workspace, {}, terraformThat("terraform destroy -auto-approve"));
      expect(outputs["failure-reason"]).toBe("plan-changed");
      expect(summary).toContain("Another run changed the state");
    });
  });

  test("shows who holds the lock, and for how long", async () => {
    const workspace = project({ command: "while [ ! -e finish ]; do sleep 0.1; done" });
    const holder = startJob(dist, options(workspace));
    await holder.until("toy/thing (terraform_data): creating");
    const { code, outputs, summary } = await run(workspace, { "lock-timeout": "0s" });
    writeFileSync(join(workspace, "cdktf.out", "stacks", "toy", "finish"), "");
    expect({ code, reason: outputs["failure-reason"] }).toEqual({ code: 1, reason: "state-locked" });
    expect(JSON.parse(outputs["lock-info"] ?? "")).toMatchObject({
      operation: "Apply",
      who: expect.stringContaining("@"),
      ageSeconds: expect.any(Number),
    });
    expect(summary).toContain(`\`lock-id: ${JSON.parse(outputs["lock-info"] ?? "").id}\``.replaceAll("`", "\\`"));
    expect((await holder.done).code).toBe(0);
  });

  test.each([
    ["SIGINT", "::group::Synthesize"],
    ["SIGINT", "::group::terraform init"],
    ["SIGINT", "::group::terraform plan"],
    ["SIGTERM", "::group::terraform apply"],
    ["SIGINT", "toy/thing (terraform_data): creating"],
  ] as const)("cancelled by %s at «%s», it leaves no lock, and the next run does the work", async (signal, moment) => {
    const workspace = project({ command: "[ -e again ] || sleep 30" });
    const job = startJob(dist, options(workspace));
    await job.until(moment);
    job.child.kill(signal);
    const { code, outputs, summary } = await job.done;
    expect({ code, reason: outputs["failure-reason"] }).toEqual({ code: 1, reason: "cancelled" });
    expect(summary).toContain("❌ WebSocket gateway");
    expect(locks(workspace)).toEqual([]);
    changeToy(workspace, {});
    expect((await run(workspace, { "lock-timeout": "0s" })).code).toBe(0);
  });

  test("killed in mid-apply, Terraform comes to its end without it and frees the lock", async () => {
    const workspace = project({ command: "while [ ! -e finish ]; do sleep 0.1; done" });
    const job = startJob(dist, options(workspace));
    await job.until("toy/thing (terraform_data): creating");
    job.child.kill("SIGKILL");
    await job.done;
    expect(locks(workspace)).toHaveLength(1);
    writeFileSync(join(workspace, "cdktf.out", "stacks", "toy", "finish"), "");
    const next = await run(workspace, { "lock-timeout": "30s" });
    expect({ code: next.code, changes: next.outputs["plan-has-changes"] }).toEqual({ code: 0, changes: "false" });
  });

  test("takes a second signal for no second interrupt, and reports what it knows at once", async () => {
    const workspace = project({ command: "trap '' INT; while [ ! -e finish ]; do sleep 0.1; done" });
    const job = startJob(dist, options(workspace));
    await job.until("toy/thing (terraform_data): creating");
    job.child.kill("SIGINT");
    job.child.kill("SIGTERM");
    writeFileSync(join(workspace, "cdktf.out", "stacks", "toy", "finish"), "");
    expect((await job.done).outputs["failure-reason"]).toBe("cancelled");
    expect(locks(workspace)).toEqual([]);
  });
});

/** A `$connect` route with an authorizer that no token is known for. */
function guarded(): Record<string, unknown> {
  return {
    aws_apigatewayv2_route: { connect: { route_key: "$connect", authorization_type: "CUSTOM" } },
    aws_apigatewayv2_authorizer: { it: { identity_sources: ["route.request.querystring.token"] } },
  };
}
