/** Imports APIs with real Terraform and the real provider, in one folder, and compares each before and after. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AdoptError } from "../../../adopt/errors";
import { fileTree, type Project, planProject } from "../../../adopt/project";
import { readApi } from "../../../adopt/read/api";
import { chooseStage } from "../../../adopt/target";
import { type SharedProvider, shareProvider, terraformEnvironment } from "../../../harness/aws";
import { run } from "../../../harness/programs";
import { tool } from "../../../harness/tools";
import { type SimulatedAws, simulatedAws } from "./aws";
import { buildApi } from "./build-api";
import type { RandomApi } from "./random-api";
import { synthesizeHere } from "./synthesize";

/** `imported`: nothing was changed, and nothing is left to do. `refused`: with the reason. */
export type Result = { readonly kind: "imported" } | { readonly kind: "refused"; readonly why: string };

export class ImportEnvironment {
  private isInitialized = false;

  private constructor(
    private readonly aws: SimulatedAws,
    private readonly folder: string,
    private readonly provider: SharedProvider,
  ) {}

  static async start(): Promise<ImportEnvironment> {
    const aws = await simulatedAws();
    const dir = mkdtempSync(join(tmpdir(), "adopt-import-"));
    const folder = join(dir, "stack");
    mkdirSync(folder);
    return new ImportEnvironment(aws, dir, await shareProvider(terraformEnvironment({ aws: aws.url, dir }), folder));
  }

  async stop(): Promise<void> {
    await this.provider.stop();
    await this.aws.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Adopts an API, applies, and plans again. @throws if the import changed something, or left something to do */
  async adopt(spec: RandomApi): Promise<Result> {
    const { store, functions } = this.aws;
    const { apiId, stageName } = buildApi(store, functions, spec);
    const live = await readApi(this.aws.reader(), apiId, () => {});
    let project: Project;
    try {
      project = planProject(live, chooseStage(live, stageName), { synthesize: synthesizeHere, local: true });
    } catch (error) {
      if (!(error instanceof AdoptError)) throw error;
      return { kind: "refused", why: error.message };
    }
    this.writeStack(project);
    const before = structuredClone(store.apis.get(apiId));
    const applied = await this.terraform("apply", "-auto-approve", "-input=false");
    const count = Object.keys(project.record.ids).length;
    const lines = `${applied.stdout}${applied.stderr}`.split("\n");
    const changes = lines.filter((line) => /will be (?!imported)|must be|Error:/.test(line));
    expect({ changes, last: lines.find((line) => line.startsWith("Apply complete!")) }).toEqual({
      changes: [],
      last: `Apply complete! Resources: ${count} imported, 0 added, 0 changed, 0 destroyed.`,
    });
    const planned = await this.terraform("plan", "-detailed-exitcode", "-input=false");
    expect({ code: planned.code, output: planned.code === 0 ? "" : planned.stdout }).toEqual({ code: 0, output: "" });
    expect(store.apis.get(apiId)).toEqual(before);
    return { kind: "imported" };
  }

  /** With a state in the folder itself, which is initialized once. */
  private writeStack(project: Project): void {
    const text = JSON.stringify(fileTree(project.names, project, project.recordFile));
    const json: Record<string, unknown> = Object(synthesizeHere(text, project.files, project.names.environment));
    const { backend: _, ...terraform } = Object(json.terraform);
    const folder = join(this.folder, "stack");
    for (const file of ["terraform.tfstate", "terraform.tfstate.backup"]) rmSync(join(folder, file), { force: true });
    writeFileSync(join(folder, "cdk.tf.json"), JSON.stringify({ ...json, terraform }));
  }

  private async terraform(...args: string[]) {
    const options = { cwd: join(this.folder, "stack"), env: this.provider.env };
    if (!this.isInitialized) await run(tool("terraform"), ["init", "-input=false", "-no-color"], options);
    this.isInitialized = true;
    return await run(tool("terraform"), [...args, "-no-color"], options);
  }
}
