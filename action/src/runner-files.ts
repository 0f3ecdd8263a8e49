/** The files and folders that the runner provides. Each may be missing, read-only or on a full disk. */
import { accessSync, constants, mkdirSync, mkdtempSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportVariable, setOutput } from "@actions/core";
import { messageOf } from "../../terminal/error";
import type { Variables } from "../../terminal/shell";
import { ActionFailure } from "./failure";
import type { Inputs } from "./inputs";
import { log } from "./log";

export const temporaryFolder = (env: Variables): string => env.RUNNER_TEMP || tmpdir();

/** Returns the folder for the report. By default each step has its own: `GITHUB_ACTION` is the step's id. */
export const reportDirectory = (inputs: Pick<Inputs, "reportDirectory"> | undefined, env: Variables): string =>
  inputs?.reportDirectory ??
  join(temporaryFolder(env), ["gateway-report", env.GITHUB_ACTION].filter(Boolean).join("-"));

/** Terraform's plan and its output are larger than this. */
const LEAST_BYTES = 1_048_576;

/** A new folder for this run. @throws ActionFailure `runner-failed` */
export function createScratch(env: Variables): string {
  const parent = temporaryFolder(env);
  const folder = fromRunner(`No folder can be created in RUNNER_TEMP (${parent})`, () =>
    mkdtempSync(join(parent, "gateway-")),
  );
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize >= LEAST_BYTES) return folder;
  throw new ActionFailure("runner-failed", `The disk of RUNNER_TEMP (${parent}) is full.`, {
    hint: "Nothing was changed. Free space in an earlier step, or use a larger runner.",
  });
}

/** Creates the folder for the synthesized files. @throws ActionFailure `runner-failed` if it is not writable */
export function createOutputFolder(path: string): void {
  fromRunner("The synthesized files cannot be written", () => {
    mkdirSync(path, { recursive: true });
    accessSync(path, constants.W_OK);
  });
}

/** Outputs of the step. @throws ActionFailure `runner-failed` */
export function setOutputs(outputs: Readonly<Record<string, string | number>>): void {
  fromRunner("The step's outputs cannot be written (GITHUB_OUTPUT)", () => {
    for (const [name, value] of Object.entries(outputs)) setOutput(name, value);
  });
}

/** The environment of later steps. @throws ActionFailure `runner-failed` */
export function setVariable(name: string, value: string): void {
  fromRunner("The environment of later steps cannot be written (GITHUB_ENV)", () => exportVariable(name, value));
}

/** Writes a part of the report: the job's result does not depend on it, so a failure is a warning. */
export function writePart(what: string, write: () => void): void {
  try {
    write();
  } catch (cause) {
    log.warning(`${what} could not be written: ${messageOf(cause)}`);
  }
}

/** @throws ActionFailure `runner-failed` for what `act` throws */
export function fromRunner<T>(what: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    throw new ActionFailure("runner-failed", `${what}: ${messageOf(cause)}`, {
      hint: "Check the runner's disk, and the variables that the workflow or the runner sets.",
      cause,
    });
  }
}
