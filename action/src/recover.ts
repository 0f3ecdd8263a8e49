/** A state that Terraform could not save: moved to the report's folder, and saved later by mode `recover`. */
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as z from "zod";
import { messageOf } from "../../terminal/error";
import { ActionFailure, asFailure } from "./failure";
import type { Inputs } from "./inputs";
import { initialize, type Job, type World } from "./job";
import { lockIdInput } from "./lock";
import { log } from "./log";
import { encrypt, readRecoveryFile } from "./recovery-file";
import type { Report } from "./report/report";
import { reportDirectory } from "./runner-files";
import type { Stack } from "./stack";
import type { Terraform } from "./terraform";
import { releaseLock } from "./unlock";

/** Name of the file to which Terraform writes it: https://developer.hashicorp.com/terraform/cli/commands/state/push */
const ERRORED = "errored.tfstate";
/** The owner may read and write, others have no access. */
const PRIVATE = 0o600;

/** The parts of a stopped job that are needed here. */
interface Stopped {
  readonly stack: Pick<Stack, "name" | "directory">;
  readonly inputs: Pick<Inputs, "reportDirectory" | "recoveryKey">;
  readonly world: Pick<World, "env">;
  readonly report: Pick<Report, "lock" | "recoveryFile">;
  readonly terraform: Pick<Terraform, "unreleased">;
}

/**
 * Moves the state that Terraform could not save to the report's folder: the stack's folder is deleted with the runner.
 * Without this, the next run would create every resource a second time.
 *
 * @throws ActionFailure `state-not-saved`, if there is such a state
 */
export function keepUnsavedState({ stack, inputs, world, report, terraform }: Stopped, thrown?: unknown): void {
  const from = join(stack.directory, ERRORED);
  if (!existsSync(from)) return;
  const key = inputs.recoveryKey;
  const to = join(reportDirectory(inputs, world.env), `${stack.name}.${ERRORED}${key ? ".enc" : ""}`);
  const file = move(from, to, key);
  report.recoveryFile = file;
  const { unreleased } = terraform;
  const lock = unreleased === "unknown" ? undefined : unreleased;
  if (lock) report.lock = lock;

  const message = [
    "The state could not be saved. What was applied is only in the recovery file.",
    unreleased
      ? `The lock ${lock?.id ?? ""} could not be released either.`.replace("  ", " ")
      : thrown !== undefined && "The lock was released.",
    thrown === undefined ? "An earlier run has left it." : messageOf(thrown),
  ]
    .filter(Boolean)
    .join(" ");
  const lockId = unreleased && `, \`${lockIdInput(lock)}\``;
  const step = `\`mode: recover\`, \`recovery-file: ${file}\`${lockId ?? ""}${file === to && key ? " and the same `recovery-key`" : ""}`;
  const where = file.endsWith(".enc")
    ? "in a later step of this job, or upload the file and run it in another job"
    : "in a later step of this job. The file contains the state's secrets in clear text: do not upload it; with `recovery-key` it is encrypted and can be uploaded";
  throw new ActionFailure("state-not-saved", message, {
    hint: `Do not deploy before the state is recovered: Terraform would create everything a second time. Renew the credentials and run this action with ${step}, ${where}.`,
    problems: thrown === undefined ? [] : asFailure(thrown).problems,
    cause: thrown,
  });
}

/** Returns the failure, with this run's lock if Terraform could not release it. */
export function withUnreleasedLock(
  { report, terraform }: Pick<Stopped, "report" | "terraform">,
  thrown: unknown,
): unknown {
  const { unreleased } = terraform;
  if (!unreleased) return thrown;
  const { code, message, hint, problems } = asFailure(thrown);
  const lock = unreleased === "unknown" ? undefined : unreleased;
  if (lock) report.lock = lock;
  return new ActionFailure(code, `${message} The lock of this run could not be released.`, {
    hint: `${hint ?? ""} Before the next run, release the lock: run this action with \`mode: unlock\` and \`${lockIdInput(lock)}\`.`.trim(),
    problems,
    cause: thrown,
  });
}

/** Returns the path of the moved file: where the report's folder cannot be written, it stays where it is. */
function move(from: string, to: string, key: string | undefined): string {
  try {
    const state = readFileSync(from, "utf8");
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, key ? encrypt(state, key) : state, { mode: PRIVATE });
    rmSync(from);
    return to;
  } catch (cause) {
    log.warning(`The unsaved state could not be moved to the report's folder: ${messageOf(cause)}`);
    chmodSync(from, PRIVATE);
    return from;
  }
}

const state = z.object({ version: z.int(), serial: z.int(), lineage: z.string(), resources: z.array(z.unknown()) });

/** Mode `recover`. @throws ActionFailure `recovery-refused` where saving the file would lose a newer or another state */
export async function recover(job: Job): Promise<void> {
  const { inputs, stack, terraform, world } = job;
  const text = readRecoveryFile(inputs.recoveryFile ?? "", inputs.recoveryKey);
  await initialize(job);
  await releaseLock(job);
  const kept = parseState(text, "The recovery file");
  const pulled = await terraform.pullState();
  const found = pulled.trim() === "" ? undefined : parseState(pulled, "The state in the backend");
  // Where there is no state yet, Terraform prints an empty one.
  const current = found?.lineage === "" ? undefined : found;
  if (current && current.serial === kept.serial && same(pulled, text)) {
    return log.line("The state in the backend is already the recovered one.");
  }
  if (current && current.lineage !== kept.lineage) {
    throw refused(
      "The backend has the state of another first deploy, which does not contain what the recovery file contains.",
      `A deploy ran before the recovery, and created the resources a second time. Destroy those with mode \`destroy\`, delete the state from the backend (${stack.backend}), and recover again.`,
    );
  }
  if (current && current.serial >= kept.serial) {
    throw refused(
      `The state in the backend is newer (serial ${current.serial}) than the recovery file (serial ${kept.serial}).`,
      "Another run has saved a state since. Compare both files, and import what only the recovery file contains.",
    );
  }
  const file = join(stack.directory, "recovered.tfstate");
  writeFileSync(file, text, { mode: PRIVATE });
  try {
    await log.group("terraform state push", () => terraform.pushState(file));
  } finally {
    rmSync(file, { force: true });
  }
  world.cancellation.check();
  log.line(`The state is saved: serial ${kept.serial}, ${kept.resources.length} resources. The next deploy continues.`);
}

const refused = (message: string, hint: string) =>
  new ActionFailure("recovery-refused", message, { hint: `Nothing was changed. ${hint}` });

function parseState(text: string, what: string): z.infer<typeof state> {
  try {
    return state.parse(JSON.parse(text));
  } catch (cause) {
    throw new ActionFailure("invalid-input", `${what} is not a Terraform state.`, {
      hint: "Pass the file of the output `recovery-file`.",
      cause,
    });
  }
}

/** Returns whether two states are equal apart from their white space. */
const same = (a: string, b: string): boolean => JSON.stringify(JSON.parse(a)) === JSON.stringify(JSON.parse(b));
