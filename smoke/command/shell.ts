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
