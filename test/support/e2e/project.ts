/** Creates a user's folder: a `gateway.yaml`, and a `cdktf.json` that runs this project's app. */
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { shareProvider } from "../../../harness/aws";
import { run, succeed } from "../../../harness/programs";
import { ROOT, tool } from "../../../harness/tools";

export interface Project {
  readonly path: string;
  /** Where Terraform runs. */
  readonly stack: string;
  readonly env: NodeJS.ProcessEnv;
  configure(text: string): void;
  /** Sets one key of the configuration, or removes it if the value is undefined. */
  set(place: readonly string[], value: unknown): void;
  cdktf(...args: string[]): ReturnType<typeof succeed>;
  synth(): Promise<void>;
  terraform(...args: string[]): ReturnType<typeof run>;
  /** Removes the folder and ends the provider. */
  remove(): Promise<void>;
}

/** A copy of an example, in which Terraform may leave its files. */
export function exampleCopy(example: string): string {
  const folder = mkdtempSync(join(tmpdir(), "example-"));
  cpSync(join(ROOT, "examples", example), folder, { recursive: true });
  return folder;
}

const APP = `node ${join(ROOT, "scripts/run.mjs")} main.ts`;

/**
 * Creates the folder with the shipped configuration. `environment` gets its path. With `ownProviders`, each Terraform
 * command starts its own process of the AWS provider, as it does for users.
 */
export async function createProject(
  environment: (dir: string) => NodeJS.ProcessEnv,
  options: { readonly ownProviders?: boolean } = {},
): Promise<Project> {
  const path = mkdtempSync(join(tmpdir(), "gateway-"));
  const file = join(path, "gateway.yaml");
  const stack = join(path, "cdktf.out/stacks/prod");
  copyFileSync(join(ROOT, "gateway.yaml"), file);
  const cdktf = { ...JSON.parse(readFileSync(join(ROOT, "cdktf.json"), "utf8")), app: APP };
  writeFileSync(join(path, "cdktf.json"), JSON.stringify(cdktf));
  const home = join(path, "home");
  mkdirSync(home);
  const own = { ...environment(path), CDKTF_HOME: home };
  const provider = options.ownProviders ? undefined : await shareProvider(own, stack);
  const env = provider?.env ?? own;
  return {
    path,
    stack,
    env,
    configure: (text) => writeFileSync(file, text),
    set(place, value) {
      const document = parseDocument(readFileSync(file, "utf8"));
      if (value === undefined) document.deleteIn(place);
      else document.setIn(place, value);
      writeFileSync(file, String(document));
    },
    cdktf: (...args) => succeed(join(ROOT, "node_modules/.bin/cdktf"), args, { cwd: path, env }),
    async synth() {
      await succeed(process.execPath, [join(ROOT, "scripts/run.mjs"), "main.ts"], { cwd: path, env });
    },
    terraform: (...args) => run(tool("terraform"), [...args, "-no-color"], { cwd: stack, env }),
    async remove() {
      await provider?.stop();
      rmSync(path, { recursive: true });
    },
  };
}
