/** `cdktf synth --hcl`: Terraform plans the same from HCL as from JSON, to the last backslash. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Service, startMoto, terraformEnvironment } from "../../harness/aws";
import { succeed } from "../../harness/programs";
import { ROOT } from "../../harness/tools";
import { describeWith } from "../support/describe-with";
import { createProject, type Project } from "../support/e2e/project";

describeWith(["terraform", "provider", "moto"], "cdktf synth --hcl", () => {
  let moto: Service;
  let project: Project;

  beforeAll(async () => {
    moto = await startMoto();
    project = await createProject((dir) => ({
      ...terraformEnvironment({ aws: moto.url, dir }),
      TF_VAR_origin_secret: "s".repeat(32),
    }));
    project.configure(readFileSync(join(ROOT, "test/support/stacks/everything.yaml"), "utf8"));
  }, 60_000);
  afterAll(async () => {
    await project.remove();
    await moto.stop();
  });

  /** Every value that Terraform would set, by address. */
  async function planned(): Promise<ReadonlyMap<string, unknown>> {
    expect(await project.terraform("init")).toMatchObject({ code: 0 });
    expect(await project.terraform("plan", "-out=plan")).toMatchObject({ code: 0 });
    const { stdout } = await project.terraform("show", "-json", "plan");
    const { planned_values } = JSON.parse(stdout);
    const resources: readonly { readonly address: string; readonly values: unknown }[] =
      planned_values.root_module.resources;
    return new Map(resources.map(({ address, values }) => [address, values]));
  }

  test("plans the same resources with the same values", async () => {
    await project.synth();
    const json = await planned();
    expect(json.size).toBeGreaterThan(40);
    await succeed("rm", ["-r", join(project.path, "cdktf.out")]);
    const cdktf = join(ROOT, "node_modules/.bin/cdktf");
    await succeed(cdktf, ["synth", "--hcl"], { cwd: project.path, env: project.env });
    expect(await planned()).toEqual(json);
  }, 240_000);

  test("is valid in Terraform's eyes", async () => {
    expect(await project.terraform("validate")).toMatchObject({ code: 0 });
  }, 30_000);
});
