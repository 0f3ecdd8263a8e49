/** Runs commands. A command gets its environment, output and signals as a {@link Shell}, which tests replace. */
import { constants } from "node:os";
import { dirname, sep } from "node:path";
import { wantsColor } from "./color";
import { codeOf, explain, messageOf } from "./error";
import { UsageError } from "./values";

/** Environment variables by name. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Returns the value of a variable that the command line names. @throws UsageError if it is not set */
export function requiredVariable(env: Variables, name: string): string {
  const value = env[name];
  if (!value) throw new UsageError(`The environment variable ${name} is not set, or is empty.`);
  return value;
}

/** The parts of a process that a command uses. */
export interface Shell {
  /** Absolute path of the working directory. */
  readonly cwd: string;
  readonly env: Variables;
  /** Whether standard output has colours. */
  readonly color: boolean;
  /** Characters in a line of the terminal. Undefined: standard output is no terminal. */
  readonly columns?: number | undefined;
  /** Aborts when the command should stop. The reason is the name of the signal, such as `SIGTERM`. */
  readonly signal: AbortSignal;
  /** How the user runs this command, such as `npx websocket-gateway smoke`. Each command has its own default. */
  readonly invocation?: string;
  /** Standard input, for commands that read it. */
  readonly input?: (NodeJS.ReadableStream & { readonly isTTY?: boolean }) | undefined;
  out(text: string): void;
  err(text: string): void;
}

/** Exit code for an invalid command line, as in bash. */
export const USAGE = 2;

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** The terminal sends a signal to all processes, and npm sends it again. Within this time a signal counts as a repetition. */
const SAME_SIGNAL_MS = 500;

/**
 * Returns the exit code of a command that a signal stopped: 128 plus the number of the signal, as shells report it. If the
 * reason is not a known signal, returns that of SIGINT.
 */
export function exitCodeOf({ reason }: AbortSignal): number {
  return 128 + constants.signals[SIGNALS.find((name) => name === reason) ?? "SIGINT"];
}

/** How {@link runCommand} runs a command, and reports its errors. */
export interface RunOptions {
  /** How users run the command, such as `npm run smoke --`, if the shell does not know it. */
  readonly invocation: string;
  /** Exit code for every error except an invalid command line. */
  readonly failed: number;
  /** Returns the text for such an error. Default is the error's message and hint. */
  readonly explain?: (error: unknown) => string;
}

/**
 * Runs a command, prints any error, and returns the exit code.
 *
 * @param run receives how the user runs the command, for its help
 */
export async function runCommand(
  shell: Shell,
  options: RunOptions,
  run: (invocation: string) => Promise<number>,
): Promise<number> {
  const { invocation = options.invocation } = shell;
  try {
    return await run(invocation);
  } catch (error) {
    if (error instanceof UsageError) {
      shell.err(`${explain(error)}\nFor the options: ${invocation} --help\n`);
      return USAGE;
    }
    shell.err(`${(options.explain ?? explain)(error)}\n`);
    return options.failed;
  }
}

/** Options of {@link runProcess}. */
export interface ProcessOptions {
  /** Whether to stop when the reader of the output exits, as `head` does. For commands that run until they are stopped. */
  readonly stopWhenUnread?: boolean;
  /** Exit code if the command succeeded but its output could not be written. */
  readonly unwritten: number;
  /** Whether to work in this project's folder although the user called npm in another. */
  readonly inProject?: boolean;
}

/**
 * Returns the folder in which the user called npm, if npm runs a script of this project from another folder
 * (`npm --prefix <clone> run local`). npm changes to the project's folder. Otherwise returns `cwd`.
 */
export function callersFolder(env: Variables, cwd: string): string {
  const { INIT_CWD: caller, npm_package_json: manifest, npm_package_name: name } = env;
  if (!caller || !manifest || name !== "websocket-gateway" || dirname(manifest) !== cwd) return cwd;
  return caller === cwd || caller.startsWith(`${cwd}${sep}`) ? cwd : caller;
}

/** Runs a command with this process's environment and output, and exits with its exit code. */
export async function runProcess(
  command: (argv: readonly string[], shell: Shell) => Promise<number>,
  { stopWhenUnread = false, unwritten, inProject = false }: ProcessOptions,
): Promise<void> {
  if (!inProject) process.chdir(callersFolder(process.env, process.cwd()));
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
    columns: process.stdout.columns,
    signal: controller.signal,
    // Opened when it is read, because an open terminal keeps the process alive.
    get input() {
      return process.stdin;
    },
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

/** Stops the command at the first signal. The next signal ends the process, after its `exit` listeners. */
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
