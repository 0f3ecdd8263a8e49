/** Finds the Terraform (or OpenTofu) program on the runner, and reads its version. */

import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import * as z from "zod";
import { messageOf } from "../../terminal/error";
import { appEnvironment } from "./environment";
import { ActionFailure } from "./failure";
import { runProgram } from "./program";

export interface Tool {
  readonly path: string;
  readonly version: string;
}

/** The first version with state locks in S3 itself (`use_lockfile`), in Terraform and in OpenTofu. */
const OLDEST = [1, 10] as const;

/** @throws ActionFailure `terraform-missing` */
export async function findTerraform(env: NodeJS.ProcessEnv, cwd: string, signal: AbortSignal): Promise<Tool> {
  const path = locate(env);
  if (!path) {
    const wanted = env.TERRAFORM_BINARY_NAME ?? "terraform or tofu";
    throw new ActionFailure("terraform-missing", `${wanted} was not found on the PATH.`, {
      hint: "Add a step that installs it, such as hashicorp/setup-terraform, before this one.",
    });
  }
  const { stdout, stderr } = await runProgram(path, ["version", "-json"], {
    cwd,
    env: { ...appEnvironment(env), CHECKPOINT_DISABLE: "1" },
    signal,
  }).catch((cause: unknown) => {
    if (cause instanceof ActionFailure) throw cause;
    return { stdout: "", stderr: messageOf(cause) };
  });
  const version = versionIn(stdout);
  if (!version) {
    throw new ActionFailure("terraform-missing", `${path} version -json shows no version. ${stderr.trim()}`.trim(), {
      hint: "Check that it is Terraform or OpenTofu, and that it runs on this machine.",
    });
  }
  if (!isNewEnough(version)) {
    throw new ActionFailure(
      "terraform-missing",
      `${path} is version ${version}; ${OLDEST.join(".")} or newer is required.`,
      {
        hint: "Install a newer version before this step.",
      },
    );
  }
  return { path, version };
}

export function locate(
  env: NodeJS.ProcessEnv,
  isProgram: (path: string) => boolean = isExecutable,
): string | undefined {
  const chosen = env.TERRAFORM_BINARY_NAME;
  if (chosen && isAbsolute(chosen)) return isProgram(chosen) ? chosen : undefined;
  const folders = (env.PATH ?? "").split(delimiter).filter(Boolean);
  for (const name of chosen ? [chosen] : ["terraform", "tofu"]) {
    // hashicorp/setup-terraform installs a wrapper script that adds its own lines to the output, and the program
    // beside it as `terraform-bin`. https://github.com/hashicorp/setup-terraform#inputs
    const found = folders
      .filter((folder) => isProgram(join(folder, name)))
      .map((folder) => [join(folder, `${name}-bin`), join(folder, name)].find(isProgram));
    if (found[0]) return found[0];
  }
  return undefined;
}

function versionIn(json: string): string | undefined {
  try {
    return z.object({ terraform_version: z.string() }).parse(JSON.parse(json)).terraform_version;
  } catch {
    return undefined;
  }
}

export function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map((part) => Number.parseInt(part, 10));
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
