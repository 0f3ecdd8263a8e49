/**
 * An execution environment handles one event of a function at a time, like Lambda's own. There are two kinds: the process
 * of `process-environment.ts`, and `authorizer-environment.ts` for this project's authorizer.
 */
import type { FunctionError, InvocationResult, InvokedFor } from "./types";

export interface LogLine {
  readonly functionName: string;
  /** Undefined for a line written before the first event, or directly to standard output. */
  readonly requestId: string | undefined;
  readonly level: string;
  readonly text: string;
  readonly invokedFor: InvokedFor | undefined;
}

/**
 * Leaves out a line that repeats the one before and belongs to no event, as when keys are fetched again and again. It keeps
 * the line, not its text, which an authorizer's line creates only when it is read.
 */
export function withoutRepeats(onLog: (line: LogLine) => void): (line: LogLine) => void {
  let before: LogLine | undefined;
  return (line) => {
    if (line.invokedFor === undefined && line.text === before?.text) return;
    before = line;
    onLog(line);
  };
}

export interface Invocation {
  readonly id: string;
  readonly requestId: string;
  readonly event: unknown;
  readonly invokedFor: InvokedFor | undefined;
  settle(outcome: InvocationResult): void;
}

export interface ExecutionEnvironment {
  readonly state: "starting" | "ready" | "ending" | "stopped";
  /** Its event has been running for {@link SLOW_MS}. */
  readonly isSlow: boolean;
  /** Number of its events. */
  readonly load: number;
  /** Takes an event. Only when it is ready. */
  submit(invocation: Invocation): void;
  /** Fails its events and releases what it holds. */
  stop(): void;
}

/** What an execution environment reports to its pool. */
export interface ExecutionEnvironmentEvents {
  /** It can take events. */
  ready(environment: ExecutionEnvironment): void;
  /** An event took this long. */
  done(environment: ExecutionEnvironment, durationMs: number): void;
  /**
   * Its first event has been running for {@link SLOW_MS}.
   * @param takenBack events that have not started; the pool dispatches them again.
   */
  slow(environment: ExecutionEnvironment, takenBack: Invocation[]): void;
  /** The function could not be loaded. */
  broken(environment: ExecutionEnvironment, error: FunctionError): void;
  /** It has ended. `orphans`: events that had not started. */
  gone(environment: ExecutionEnvironment, orphans: Invocation[]): void;
  log(line: LogLine): void;
}

export const CLOSED: FunctionError = { errorType: "Runtime.ExitError", errorMessage: "The runtime was closed" };

/** No event waits longer than this for the one before it. */
const SLOW_MS = 100;

/** Watches the event that is running: whether it is slow, and whether its time is over. */
export class HeadWatch {
  readonly #watch: NodeJS.Timeout;
  #look: NodeJS.Immediate | undefined;
  #deadline: NodeJS.Timeout | undefined;

  /**
   * @param slow called after {@link SLOW_MS}. Returns whether an event is running
   * @param timedOut called after the function's timeout
   */
  constructor(timeoutMs: number, slow: () => boolean, timedOut: () => void) {
    const look = (): void => {
      if (slow()) this.#deadline = setTimeout(timedOut, timeoutMs - SLOW_MS);
    };
    this.#watch = setTimeout(() => {
      // After pending responses have been read, so that the gateway's own delay is not attributed to the function.
      this.#look = setImmediate(look);
    }, SLOW_MS);
    this.#watch.unref();
  }

  /** Another event is running, or none. */
  changed(isRunning: boolean): void {
    clearTimeout(this.#deadline);
    clearImmediate(this.#look);
    if (isRunning) this.#watch.refresh();
  }

  stop(): void {
    this.changed(false);
    clearTimeout(this.#watch);
  }
}

export function timeoutError({ requestId }: Invocation, timeoutSeconds: number): FunctionError {
  const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
  return { errorType: "Sandbox.Timedout", errorMessage };
}
