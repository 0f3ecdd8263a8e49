/** One execution environment of a function: a child process that handles one event at a time, like Lambda's own. */
import type { ChildProcess } from "node:child_process";
import type { Duplex } from "node:stream";
import { exitReason, startRunner } from "./runner-process";
import type { LambdaFunction } from "./types";

export interface FunctionError {
  errorType: string;
  errorMessage: string;
  trace?: readonly string[];
}

export type InvocationResult = { payload: unknown } | { functionError: FunctionError };

export interface LogLine {
  readonly functionName: string;
  /** Absent for what was written before the first event, or straight to standard output. */
  readonly requestId: string | undefined;
  readonly level: string;
  readonly text: string;
}

export interface Invocation {
  readonly id: string;
  readonly requestId: string;
  /** The event as JSON. */
  readonly event: string;
  settle(outcome: InvocationResult): void;
}

/** How an environment tells its pool what happened. */
export interface ExecutionEnvironmentEvents {
  /** It has room for events. */
  ready(environment: ExecutionEnvironment): void;
  /** An event took this long. */
  done(environment: ExecutionEnvironment, durationMs: number): void;
  /** The event at its head has been running for {@link SLOW_MS}; these have not begun and are the pool's again. */
  slow(environment: ExecutionEnvironment, takenBack: Invocation[]): void;
  /** The module could not be loaded. */
  broken(environment: ExecutionEnvironment, error: FunctionError): void;
  /** The process is gone; these had not begun. */
  gone(environment: ExecutionEnvironment, orphans: Invocation[]): void;
  log(line: LogLine): void;
}

/** After this long nobody should wait behind an event. */
const SLOW_MS = 100;
/** How long an event of a burst waits for others at most. */
const GATHER_MS = 5;
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html: the init phase is limited to 10 seconds.
const INIT_MS = 10_000;
/** More than Lambda's largest response; whoever writes more without a line end is not the runner. */
const MAX_LINE = 16 * 1024 * 1024;
/** A process that ends closes its channels first: this long it may take to say how it ended, and what it wrote to come. */
const ENDING_MS = 100;

export class ExecutionEnvironment {
  /** Ending: a channel is closed, and how the process ended is not known yet. */
  state: "starting" | "ready" | "ending" | "stopped" = "starting";
  /** Its event has been running for {@link SLOW_MS}. */
  isSlow = false;
  #inFlight: Invocation[] = [];
  #unsent: string[] = [];
  /** How many events the last write had. */
  #gathered = 0;
  #rest = "";
  #loaded = false;
  readonly #child: ChildProcess;
  readonly #input: Duplex;
  readonly #answers: Duplex;
  readonly #watch: NodeJS.Timeout;
  #look: NodeJS.Immediate | undefined;
  #deadline: NodeJS.Timeout | undefined;
  readonly #init: NodeJS.Timeout;

  constructor(
    private readonly fn: LambdaFunction,
    taskRoot: string,
    private readonly events: ExecutionEnvironmentEvents,
  ) {
    const { child, events: input, answers } = startRunner(fn, taskRoot);
    this.#child = child;
    this.#input = input;
    this.#answers = answers;
    this.#input.resume();
    this.#answers.setEncoding("utf8").on("data", (chunk: string) => this.#read(chunk));
    for (const one of [this.#input, this.#answers]) one.on("error", () => {}).on("close", () => this.#broke());
    this.#child.on("error", (error) => this.#ended(`Runtime could not be started: ${error.message}`));
    this.#child.on("exit", (code, signal) => this.#exited(exitReason(code, signal)));
    for (const [stream, level] of [[this.#child.stdout, "INFO"] as const, [this.#child.stderr, "ERROR"] as const]) {
      stream?.setEncoding("utf8").on("data", (text: string) => this.#log(undefined, level, text.replace(/\n$/, "")));
    }
    this.#watch = setTimeout(() => {
      this.#look = setImmediate(() => this.#lookAtHead());
    }, SLOW_MS);
    this.#watch.unref();
    this.#init = setTimeout(() => {
      this.#kill();
      this.events.broken(this, {
        errorType: "Sandbox.Timedout",
        errorMessage: "Init phase timed out after 10 seconds",
      });
    }, INIT_MS);
  }

  get load(): number {
    return this.#inFlight.length;
  }

  submit(invocation: Invocation): void {
    if (this.#inFlight.push(invocation) === 1) this.#headChanged();
    const deadline = Date.now() + this.fn.timeoutSeconds * 1000;
    this.#unsent.push(`I${invocation.id} ${invocation.requestId} ${deadline} ${invocation.event}\n`);
    if (this.#unsent.length === 1) this.#flushSoon();
  }

  /** Ends it; what is in flight fails. */
  stop(): void {
    const failed = this.#inFlight.splice(0);
    this.#kill();
    for (const invocation of failed) {
      invocation.settle({ functionError: { errorType: "Runtime.ExitError", errorMessage: "The runtime was closed" } });
    }
  }

  /**
   * After everything that this turn of the event loop has read, so that connects that come together are one write; and
   * once there has been such a burst, with those of the next moment: to wake a process costs more than an event does.
   */
  #flushSoon(): void {
    if (this.#gathered > 1) setTimeout(() => this.#flush(), GATHER_MS);
    else setImmediate(() => this.#flush());
  }

  #flush(): void {
    if (this.#unsent.length === 0) return;
    if (this.state === "ready") this.#input.write(this.#unsent.join(""));
    this.#gathered = this.#unsent.length;
    this.#unsent = [];
  }

  #read(chunk: string): void {
    const lines = (this.#rest + chunk).split("\n");
    this.#rest = lines.pop() ?? "";
    try {
      for (const line of lines) this.#handle(line);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.#ended("Runtime wrote what is no answer");
    }
    if (this.#rest.length > MAX_LINE) this.#ended("Runtime wrote a line without end");
  }

  #handle(line: string): void {
    const kind = line[0];
    if (kind === "S" || kind === "E" || kind === "X") {
      const first = line.indexOf(" ");
      const second = line.indexOf(" ", first + 1);
      // An answer that is not the head's belongs to an event that was taken back too late.
      if (this.#inFlight[0]?.id !== line.slice(1, first)) return;
      const result: unknown = JSON.parse(line.slice(second + 1));
      const invocation = this.#inFlight.shift();
      this.#headChanged();
      invocation?.settle(kind === "S" ? { payload: result } : { functionError: result as FunctionError });
      if (kind === "X") this.#leave();
      else this.events.done(this, Number(line.slice(first + 1, second)));
    } else if (kind === "L") {
      const [, requestId, level = "INFO", text = '""'] = /^L(\S+) (\S+) (.*)$/s.exec(line) ?? [];
      this.#log(requestId === "-" ? undefined : requestId, level, String(JSON.parse(text)));
    } else if (kind === "R") {
      if (this.state !== "starting") return;
      clearTimeout(this.#init);
      this.#loaded = true;
      this.state = "ready";
      this.events.ready(this);
    } else if (kind === "F") {
      this.#kill();
      this.events.broken(this, JSON.parse(line.slice(1)) as FunctionError);
    }
  }

  #headChanged(): void {
    this.isSlow = false;
    clearTimeout(this.#deadline);
    clearImmediate(this.#look);
    if (this.#inFlight.length > 0) this.#watch.refresh();
  }

  /** Runs after the pending answers have been read, so that a busy gateway does not take its own delay for the function's. */
  #lookAtHead(): void {
    const [head, ...rest] = this.#inFlight;
    if (!head || this.state !== "ready") return;
    this.#deadline = setTimeout(() => this.#timedOut(head), this.fn.timeoutSeconds * 1000 - SLOW_MS);
    this.#inFlight = [head];
    this.isSlow = true;
    // Nor must what is taken back before it was sent be sent after all, and so run twice.
    this.#unsent = [];
    if (rest.length > 0) this.#input.write(`W${rest.map(({ id }) => id).join(",")}\n`);
    this.events.slow(this, rest);
  }

  #timedOut(head: Invocation): void {
    this.#inFlight.shift();
    const seconds = this.fn.timeoutSeconds.toFixed(2);
    const errorMessage = `RequestId: ${head.requestId} Error: Task timed out after ${seconds} seconds`;
    head.settle({ functionError: { errorType: "Sandbox.Timedout", errorMessage } });
    this.#leave();
  }

  #leave(): void {
    this.#kill();
    this.events.gone(this, this.#inFlight.splice(0));
  }

  /** What a process does without its channels, nobody learns. Most often it is ending already. */
  #broke(): void {
    if (this.state === "stopped") return;
    this.state = "ending";
    setTimeout(() => this.#child.kill("SIGKILL"), ENDING_MS).unref();
  }

  /** After everything that it wrote has been read, unless what it started keeps the channel open. */
  #exited(reason: string): void {
    if (this.state === "stopped") return;
    this.state = "ending";
    if (this.#answers.closed) this.#ended(reason);
    else this.#answers.once("close", () => this.#ended(reason));
    setTimeout(() => this.#ended(reason), ENDING_MS);
  }

  #ended(reason: string): void {
    if (this.state === "stopped") return;
    this.#kill();
    const error = { errorType: "Runtime.ExitError", errorMessage: reason };
    if (!this.#loaded) {
      this.events.broken(this, error);
      return;
    }
    const [head, ...orphans] = this.#inFlight.splice(0);
    if (head) {
      const errorMessage = `RequestId: ${head.requestId} Error: ${reason}`;
      head.settle({ functionError: { ...error, errorMessage } });
    }
    this.events.gone(this, orphans);
  }

  #kill(): void {
    this.state = "stopped";
    clearTimeout(this.#init);
    clearTimeout(this.#watch);
    clearTimeout(this.#deadline);
    this.#child.kill("SIGKILL");
    this.#input.destroy();
    this.#answers.destroy();
  }

  #log(requestId: string | undefined, level: string, text: string): void {
    this.events.log({ functionName: this.fn.functionName, requestId, level, text });
  }
}
