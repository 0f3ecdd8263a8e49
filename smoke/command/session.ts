/** A session on one connection, as with wscat: sends lines of the input, prints what arrives. */
import { createInterface, type Interface } from "node:readline";
import { Writable } from "node:stream";
import { painter } from "../../terminal/color";
import { escapeControls } from "../../terminal/control-characters";
import type { Shell } from "../../terminal/shell";
import { adviceFor, brief } from "../advice";
import { type Close, Connection, type Frame } from "../connection";
import { delay } from "../deadline";
import { ProbeError } from "../errors";
import { probe } from "../probe";
import type { ProbeOptions } from "../types";
import { EXIT, exitCodeOfAnswer } from "./exit-codes";

export interface SessionOptions extends ProbeOptions {
  /** Whether to send the lines of standard input. */
  readonly interactive: boolean;
  /** Whether to stay until the server closes the connection, also after the end of the input. */
  readonly listen: boolean;
  /** Time to wait for answers after the end of the input, in milliseconds. */
  readonly waitMs: number;
  /** One JSON object for each message, in place of its text. */
  readonly json: boolean;
}

/** The longest time of a timer. */
const FOREVER_MS = 2 ** 31 - 1;

/** Runs until the input ends, the server closes the connection, or the shell stops it. Returns the exit code. */
export async function runSession(options: SessionOptions, shell: Shell): Promise<number> {
  const answer = await probe(options);
  if (!(answer instanceof Connection)) {
    const body = answer.kind === "refused" && answer.body ? `\nbody: ${answer.body}` : "";
    shell.err(`✗ ${brief(answer)}: ${adviceFor(answer)}${body}\n`);
    return exitCodeOfAnswer(answer);
  }
  const terminal = options.interactive && shell.input?.isTTY === true;
  const screen = new Screen(shell, options.json, terminal);
  if (terminal) shell.err("Connected. Each line is a message; Ctrl-D closes the connection.\n");
  const over = new AbortController();
  const stop = () => over.abort();
  shell.signal.addEventListener("abort", stop, { once: true });
  const receiving = receive(answer, screen, over.signal);
  const sending = options.interactive ? send(answer, screen, shell, over.signal) : Promise.resolve();
  const ended = sending.then(async () => {
    if (!options.listen) await delay(terminal ? 0 : options.waitMs, over.signal).catch(() => {});
    return options.listen ? await receiving : undefined;
  });
  const closed = await Promise.race([ended, receiving]);
  over.abort();
  screen.close();
  shell.signal.removeEventListener("abort", stop);
  if (closed === undefined) await answer.close({ timeoutMs: 2_000 }).catch(() => {});
  else shell.err(`closed by the server: ${closed.code}${closed.reason ? ` ${closed.reason}` : ""}\n`);
  return closed === undefined || closed.code === 1000 || closed.code === 1001 ? EXIT.passed : EXIT.reset;
}

/** Prints messages until the connection closes. Returns the server's close, or undefined where the session was stopped. */
async function receive(connection: Connection, screen: Screen, signal: AbortSignal): Promise<Close | undefined> {
  for (;;) {
    try {
      screen.show(await connection.receive(() => true, { timeoutMs: FOREVER_MS, signal }));
    } catch (error) {
      if (!(error instanceof ProbeError)) throw error;
      return signal.aborted ? undefined : await connection.closed;
    }
  }
}

/** Sends each line of the input. Ends with the input. */
async function send(connection: Connection, screen: Screen, shell: Shell, signal: AbortSignal): Promise<void> {
  const lines = screen.read(shell);
  signal.addEventListener("abort", () => lines.close(), { once: true });
  for await (const line of lines) {
    if (line !== "") await connection.send(line, { signal });
    screen.prompt();
  }
}

/** The terminal, or the standard streams of a script. */
class Screen {
  #lines: Interface | undefined;

  constructor(
    private readonly shell: Shell,
    private readonly json: boolean,
    private readonly terminal: boolean,
  ) {}

  read({ input }: Shell): Interface {
    const output = new Writable({
      write: (chunk, _, done) => {
        this.shell.out(String(chunk));
        done();
      },
    });
    const lines = createInterface({ input: input ?? process.stdin, ...(this.terminal && { output, terminal: true }) });
    this.#lines = lines;
    lines.setPrompt("> ");
    this.prompt();
    return lines;
  }

  prompt(): void {
    if (this.terminal) this.#lines?.prompt(true);
  }

  show({ text, binary }: Frame): void {
    const paint = painter(this.shell.color);
    if (this.json) this.shell.out(`${JSON.stringify({ at: Date.now(), text, binary })}\n`);
    // Moves to the start of the line and erases the prompt, which is printed again below the message.
    else if (this.terminal) this.shell.out(`\r\u001b[2K${paint("cyan", `< ${escapeControls(text, "\n\t")}`)}\n`);
    else this.shell.out(`${text}\n`);
    this.prompt();
  }

  close(): void {
    this.#lines?.close();
  }
}
