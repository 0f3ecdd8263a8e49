/** The provider lock file: mode plan writes it, and a committed one decides which providers a run uses. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildAction, runJob } from "../../harness/action/job";
import { terraformEnvironment } from "../../harness/aws";
import { tool } from "../../harness/tools";
import { describeWith } from "../support/describe-with";
import { toyProject } from "../support/e2e/toy";

jest.setTimeout(120_000);

describeWith(["terraform", "provider"], "the provider lock file", () => {
  let dir: string;
  let dist: string;
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), "action-lock-"));
    dist = await buildAction();
  });
  afterAll(() => {
    for (const folder of [dir, dist]) rmSync(folder, { recursive: true, force: true });
  });

  test("is written by mode plan, and a provider with another checksum is refused", async () => {
    const workspace = toyProject(dir, { terraform: { required_providers: { aws: { source: "hashicorp/aws" } } } });
    const env = {
      ...terraformEnvironment({ aws: "http://127.0.0.1:1", dir }),
      // `terraform providers lock` asks the registry unless it gets a mirror.
      TF_CLI_ARGS_providers_lock: `-fs-mirror=${tool("provider")}`,
    };
    const plan = (more: Record<string, string>) =>
      runJob(dist, { workspace, env, inputs: { mode: "plan", "allow-local-state": "true", ...more } });

    const written = await plan({ "lock-platforms": "linux_amd64" });
    expect({ code: written.code, reason: written.outputs["failure-reason"] }).toEqual({ code: 0, reason: "" });
    const file = join(workspace, ".terraform.lock.hcl");
    expect(written.outputs["provider-lock-file"]).toBe(file);
    const lock = readFileSync(file, "utf8");
    expect(lock).toMatch(/hashicorp\/aws"[\s\S]*"h1:/);

    expect((await plan({})).code).toBe(0);
    writeFileSync(file, lock.replace(/"(h1|zh):[^"]*"/g, '"h1:0000000000000000000000000000000000000000000="'));
    const refused = await plan({});
    expect(refused.outputs["failure-reason"]).toBe("init-failed");
    expect(refused.summary).toContain("committed .terraform.lock.hcl does not fit");
  });
});
