/** Types of the table of subcommands. */
import type { OptionTable } from "../terminal/options";
import type { ProcessOptions, Shell } from "../terminal/shell";

/** What a subcommand's module exports. */
export interface Loaded {
  readonly run: (argv: readonly string[], shell: Shell) => Promise<number>;
  /** Options that a shell's completion suggests. */
  readonly options: OptionTable;
  /** Positional arguments that the completion suggests. */
  readonly words?: readonly string[];
}

export interface Command {
  /** Text in the list of commands. */
  readonly summary: string;
  readonly process?: Partial<ProcessOptions>;
  load(): Promise<Loaded>;
}

export type Commands = Readonly<Record<string, Command>>;
