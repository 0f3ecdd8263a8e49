/**
 * The built action when the state's backend fails: nothing is lost, and no second API comes into being, if a person
 * follows the report's advice. Stacks that need no cloud, and a state backend that can refuse what is written.
 */
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildAction, type Finished, runJob } from "../../harness/action/job";
import { type StateServer, startStateServer } from "../../harness/action/state-server";
import { describeWith } from "../support/describe-with";
import { toyProject } from "../support/e2e/toy";

jest.setTimeout(120_000);

describeWith(["terraform"], "the action and a state backend that fails", () => {
  let dir: string;
  let dist: string;
  let states: StateServer;
  let workspace: string;
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(AWS_|TF_|GITHUB_|INPUT_)/.test(name)),
  );
  const KEY = "a-recovery-key-of-the-test";

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), "action-recovery-"));
    dist = await buildAction();
  });
  afterAll(() => {
    for (const folder of [dir, dist]) rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    states = await startStateServer();
    workspace = toyProject(dir, { terraform: states.terraform });
  });
  afterEach(() => states.close());

  const run = (inputs: Record<string, string> = {}): Promise<Finished> =>
    runJob(dist, {
      workspace,
      env: { ...env, GITHUB_ACTIONS: "true" },
      inputs: { "smoke-test": "false", "lock-timeout": "0s", ...inputs },
    });
  const verdict = ({ code, outputs }: Finished) => ({ code, reason: outputs["failure-reason"] });

  async function deployUnsaved(inputs: Record<string, string> = {}): Promise<Finished> {
    states.refuseWrites = true;
    const finished = await run(inputs);
    states.refuseWrites = false;
    expect(verdict(finished)).toEqual({ code: 1, reason: "state-not-saved" });
    return finished;
  }

  test("a state that cannot be saved is kept, the lock is reported, and recovering restores both", async () => {
    const { outputs, summary } = await deployUnsaved();
    const { "recovery-file": file = "", "lock-info": lock = "" } = outputs;
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, "utf8")).resources).toHaveLength(1);
    const { id } = JSON.parse(lock);
    expect(summary).toContain("Do not deploy before the state is recovered");
    expect(summary).toContain(`The lock ${id} could not be released`);

    // A deploy in spite of the advice creates nothing: the lock is still there.
    expect(verdict(await run())).toEqual({ code: 1, reason: "state-locked" });
    expect(states.state).toBe("");

    const recovered = await run({ mode: "recover", "recovery-file": file, "lock-id": id });
    expect(verdict(recovered)).toEqual({ code: 0, reason: "" });
    expect(states.lock).toBe("");
    const next = await run();
    expect(verdict(next)).toEqual({ code: 0, reason: "" });
    expect(next.outputs["plan-has-changes"]).toBe("false");
  });

  test("with a key the kept state is encrypted, and only that key recovers it", async () => {
    const { outputs } = await deployUnsaved({ "recovery-key": KEY });
    const { "recovery-file": file = "", "lock-info": lock = "" } = outputs;
    expect(file).toMatch(/\.enc$/);
    expect(readFileSync(file, "utf8")).not.toContain("terraform_data");
    const recovery = { mode: "recover", "recovery-file": file, "lock-id": JSON.parse(lock).id };
    expect(verdict(await run({ ...recovery, "recovery-key": "another-key-of-the-test" }))).toEqual({
      code: 1,
      reason: "invalid-input",
    });
    expect(verdict(await run({ ...recovery, "recovery-key": KEY }))).toEqual({ code: 0, reason: "" });
    expect(JSON.parse(states.state).resources).toHaveLength(1);
  });

  test("a state of another first deploy is not overwritten", async () => {
    const { outputs } = await deployUnsaved();
    states.lock = "";
    expect((await run()).code).toBe(0);
    const before = states.state;
    const refused = await run({ mode: "recover", "recovery-file": outputs["recovery-file"] ?? "" });
    expect(verdict(refused)).toEqual({ code: 1, reason: "recovery-refused" });
    expect(states.state).toBe(before);
  });

  test("a lock is shown with its holder, and released only by its id", async () => {
    states.lock = JSON.stringify({
      ID: "dcba778f",
      Operation: "OperationTypeApply",
      Who: "ann@laptop",
      Version: "1.11.4",
      Created: "2026-01-02T03:04:05Z",
      Path: "",
      Info: "",
    });
    const shown = await run({ mode: "unlock" });
    expect(verdict(shown)).toEqual({ code: 1, reason: "state-locked" });
    expect(shown.summary).toContain("locked by ann&#64;laptop for apply");
    expect(verdict(await run({ mode: "unlock", "lock-id": "another" }))).toEqual({ code: 1, reason: "state-locked" });
    expect(states.lock).not.toBe("");

    expect(verdict(await run({ mode: "unlock", "lock-id": "dcba778f" }))).toEqual({ code: 0, reason: "" });
    expect(states.lock).toBe("");
    expect((await run({ mode: "unlock" })).log).toContain("The state is not locked.");
  });
});
