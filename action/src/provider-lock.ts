/** The provider lock file beside gateway.yaml: every run uses the providers in it, and mode `plan` can write it. */
import { copyFileSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Inputs } from "./inputs";
import { log } from "./log";
import { fromRunner, setOutputs } from "./runner-files";
import type { Stack } from "./stack";
import type { Terraform } from "./terraform";

/** https://developer.hashicorp.com/terraform/language/files/dependency-lock */
const FILE = ".terraform.lock.hcl";

interface Place {
  readonly inputs: Pick<Inputs, "workingDirectory" | "lockPlatforms">;
  readonly stack: Pick<Stack, "directory">;
  readonly terraform: Pick<Terraform, "init" | "lockProviders">;
}

/** Terraform runs in the stack's folder, and looks for the file only there. */
export async function initWithLock({ inputs, stack, terraform }: Place): Promise<void> {
  const committed = join(inputs.workingDirectory, FILE);
  const used = join(stack.directory, FILE);
  if (inputs.lockPlatforms.length > 0) {
    rmSync(used, { force: true });
    await terraform.init();
    await terraform.lockProviders(inputs.lockPlatforms);
    fromRunner(`The provider lock file cannot be written (${committed})`, () => copyFileSync(used, committed));
    setOutputs({ "provider-lock-file": committed });
    log.line(`${committed} holds the providers for ${inputs.lockPlatforms.join(", ")}. Commit it.`);
    return;
  }
  const locked = existsSync(committed);
  if (locked) copyFileSync(committed, used);
  await terraform.init({ readonly: locked });
}
