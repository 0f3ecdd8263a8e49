/** An execution environment that is a child process. */
import type { ChildProcess } from "node:child_process";
import type { Duplex } from "node:stream";
import {
  CLOSED,
  type ExecutionEnvironment,
  type ExecutionEnvironmentEvents,
  HeadWatch,
  type Invocation,
  timeoutError,
} from "./execution-environment";
import { exitReason, startRunner } from "./runner-process";
import type { FunctionError, LambdaFunction } from "./types";

/** How long an event of a burst waits, so that others are sent with it. */
const GATHER_MS = 5;
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html: the init phase takes at most 10 seconds.
const INIT_MS = 10_000;
/** More than Lambda's largest response. A longer line does not come from the runner. */
const MAX_LINE = 16 * 1024 * 1024;
/** A process closes its channels before it exits. This is how long to wait for its exit status and its last output. */
const ENDING_MS = 100;

export class ProcessEnvironment implements ExecutionEnvironment {
  /** `ending`: a channel is closed, and the exit status is not known yet. */
  state: "starting" | "ready" | "ending" | "stopped" = "starting";
  isSlow = false;
  #inFlight: Invocation[] = [];
  #unsent: string[] = [];
  /** The number of events in the last write. */
  #gathered = 0;
  #rest = "";
  #loaded = false;
  readonly #child: ChildProcess;
  readonly #input: Duplex;
  readonly #answers: Duplex;
  readonly #watch: HeadWatch;
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
    this.#watch = new HeadWatch(
      fn.timeoutSeconds * 1000,
      () => this.#headIsSlow(),
      () => this.#timedOut(),
    );
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
    this.#unsent.push(`I${invocation.id} ${invocation.requestId} ${deadline} ${JSON.stringify(invocation.event)}\n`);
    if (this.#unsent.length === 1) this.#flushSoon();
  }

  /** Kills the process. Events in flight fail. */
  stop(): void {
    const failed = this.#inFlight.splice(0);
    this.#kill();
    for (const invocation of failed) invocation.settle({ functionError: CLOSED });
  }

  /**
   * Writes at the end of this turn of the event loop, so that events that arrive together are one write. After such a
   * burst it waits {@link GATHER_MS} longer: waking a process costs more than an event.
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
      this.#ended("Runtime wrote an invalid response");
    }
    if (this.#rest.length > MAX_LINE) this.#ended("Runtime wrote a line that is too long");
  }

  #handle(line: string): void {
    const kind = line[0];
    if (kind === "S" || kind === "E" || kind === "X") {
      const first = line.indexOf(" ");
      const second = line.indexOf(" ", first + 1);
      // A response to another event than the first is for one that was taken back after it had started.
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
    this.#watch.changed(this.#inFlight.length > 0);
  }

  #headIsSlow(): boolean {
    const [head, ...rest] = this.#inFlight;
    if (!head || this.state !== "ready") return false;
    this.#inFlight = [head];
    this.isSlow = true;
    // What was taken back must not be sent later, or it would run twice.
    this.#unsent = [];
    if (rest.length > 0) this.#input.write(`W${rest.map(({ id }) => id).join(",")}\n`);
    this.events.slow(this, rest);
    return true;
  }

  #timedOut(): void {
    const head = this.#inFlight.shift();
    head?.settle({ functionError: timeoutError(head, this.fn.timeoutSeconds) });
    this.#leave();
  }

  #leave(): void {
    this.#kill();
    this.events.gone(this, this.#inFlight.splice(0));
  }

  /** Without its channels a process is useless. In most cases it is exiting already. */
  #broke(): void {
    if (this.state === "stopped") return;
    this.state = "ending";
    setTimeout(() => this.#child.kill("SIGKILL"), ENDING_MS).unref();
  }

  /** Waits until its output has been read, but not if a child of it keeps the channel open. */
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
    this.#watch.stop();
    this.#child.kill("SIGKILL");
    this.#input.destroy();
    this.#answers.destroy();
  }

  #log(requestId: string | undefined, level: string, text: string): void {
    const { invokedFor } = this.#inFlight.find((one) => one.requestId === requestId) ?? {};
    this.events.log({ functionName: this.fn.functionName, requestId, level, text, invokedFor });
  }
}
