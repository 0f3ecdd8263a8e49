/** What the command needs of its process, so that a test can hold it still. */
import { messageOf, OptionsError } from "../errors";

export interface Shell {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly color: boolean;
  readonly signal: AbortSignal;
  out(text: string): void;
  err(text: string): void;
  /** `-` is standard input. @throws for a file that cannot be read */
  read(file: string): string;
  /** @throws for a file that could not be written, which is neither made nor changed by asking */
  requireWritable(file: string): void;
  write(file: string, text: string): void;
}

/** @throws OptionsError */
export function readFile(shell: Shell, file: string): string {
  try {
    return shell.read(file);
  } catch (error) {
    throw new OptionsError(`${file} cannot be read: ${messageOf(error)}.`);
  }
}

/** Before the test: its report is not to be lost after it. @throws OptionsError */
export function requireWritable(shell: Shell, file: string): void {
  try {
    shell.requireWritable(file);
  } catch (error) {
    throw new OptionsError(`${file} cannot be written: ${messageOf(error)}.`);
  }
}

/** Whether it could be written; if not, that has been said. */
export function writeFile(shell: Shell, file: string, text: string): boolean {
  try {
    shell.write(file, text);
    return true;
  } catch (error) {
    shell.err(`${file} could not be written: ${messageOf(error)}.\n`);
    return false;
  }
}
