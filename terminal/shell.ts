/** What a command needs of its process, as one value that a test can hold still, and the process that provides it. */
import { constants } from "node:os";
import { wantsColor } from "./color";
import { codeOf, explain, messageOf } from "./error";
import { UsageError } from "./values";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Shell {
  readonly cwd: string;
  readonly env: Environment;
  readonly color: boolean;
  /** Aborted when the command should stop. Its reason is the name of the signal, such as `SIGTERM`. */
  readonly signal: AbortSignal;
  out(text: string): void;
  err(text: string): void;
}

/** Exit code of a command line that cannot be used, as in bash. */
export const USAGE = 2;

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** npm repeats a signal that the terminal has already sent to all processes: within this time it is the same one. */
const SAME_SIGNAL_MS = 500;

/** 128 and the signal's number, as a shell reports it. Without a known signal: SIGINT's. */
export function exitCodeOf({ reason }: AbortSignal): number {
  return 128 + constants.signals[SIGNALS.find((name) => name === reason) ?? "SIGINT"];
}

export interface RunOptions {
  /** What prints the options: `npm run smoke -- --help`. */
  readonly help: string;
  /** Exit code of an error that is not the command line's. */
  readonly failed: number;
  /** The text of such an error. */
  readonly explain?: (error: unknown) => string;
}

/** Runs a command, prints what it throws, and gives the exit code. */
export async function runCommand(shell: Shell, options: RunOptions, run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof UsageError) {
      shell.err(`${explain(error)}\nFor the options: ${options.help}\n`);
      return USAGE;
    }
    shell.err(`${(options.explain ?? explain)(error)}\n`);
    return options.failed;
  }
}

export interface ProcessOptions {
  /** Stop when the reader of the output is gone, as `head` is after its lines. For a command that does not end by itself. */
  readonly stopWhenUnread?: boolean;
  /** Exit code where the command passed, but its output could not be written. */
  readonly unwritten: number;
}

/** Runs a command in this process, and ends the process with its exit code. */
export async function runProcess(
  command: (argv: readonly string[], shell: Shell) => Promise<number>,
  { stopWhenUnread = false, unwritten }: ProcessOptions,
): Promise<void> {
  const controller = new AbortController();
  stopBySignal(controller);
  let lost: string | undefined;
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error) => {
      if (codeOf(error) !== "EPIPE" && stream === process.stdout) lost ??= messageOf(error);
      if (stopWhenUnread) controller.abort();
    });
  }
  let code = await command(process.argv.slice(2), {
    cwd: process.cwd(),
    env: process.env,
    color: wantsColor(process.stdout, process.env),
    signal: controller.signal,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
  });
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  if (lost !== undefined) {
    process.stderr.write(`The output could not be written: ${lost}\n`);
    code ||= unwritten;
  }
  // A DNS query without an answer would keep the process alive.
  process.exit(code);
}

/** The first signal stops the command; the next one ends the process, after its `exit` listeners. */
function stopBySignal(controller: AbortController): void {
  let first: number | undefined;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      first ??= performance.now();
      controller.abort(signal);
      if (performance.now() - first > SAME_SIGNAL_MS) process.exit(128 + constants.signals[signal]);
    });
  }
}

const flushed = (stream: NodeJS.WriteStream) => new Promise<void>((resolve) => stream.write("", () => resolve()));
