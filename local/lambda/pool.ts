/**
 * The execution environments of one function. Lambda starts another one whenever all are busy. Here a process costs 40 ms
 * of CPU, so a function that responds within a few milliseconds has one, which gets many events at a time, and a slow
 * function gets more, up to a limit.
 */
import { randomUUID } from "node:crypto";
import {
  CLOSED,
  type ExecutionEnvironment,
  type ExecutionEnvironmentEvents,
  type Invocation,
  type LogLine,
} from "./execution-environment";
import type { FunctionError, InvocationResult, InvokedFor } from "./types";

export interface PoolOptions {
  readonly onLog: (line: LogLine) => void;
  /** Maximum number of execution environments. */
  readonly concurrency: number;
  /** Milliseconds after which an idle execution environment is stopped, except the last one. */
  readonly idleMs: number;
}

/** The function, as a pool starts and ends it. */
export interface Startable {
  start(events: ExecutionEnvironmentEvents): ExecutionEnvironment;
  /** Called when the pool is closed. */
  release(): void;
}

/** Limit in milliseconds. A function that is faster on average gets events before the previous one has finished. */
const FAST_MS = 5;
/**
 * Maximum duration that one event adds to the average, so that one pause of the machine does not make a fast function
 * slow.
 */
const MOST_MS = 4 * FAST_MS;
/** Number of events that a fast function gets at a time. */
const AHEAD = 256;

export class Pool {
  readonly #environments = new Set<ExecutionEnvironment>();
  readonly #idle = new Map<ExecutionEnvironment, NodeJS.Timeout>();
  readonly #waiting: Invocation[] = [];
  #averageMs: number | undefined;
  #lastId = 0;
  #closed = false;
  #draining = false;

  constructor(
    private readonly startable: Startable,
    private readonly options: PoolOptions,
  ) {}

  invoke(event: unknown, invokedFor?: InvokedFor): Promise<InvocationResult> {
    if (this.#closed) return Promise.resolve({ functionError: CLOSED });
    return new Promise((settle) => {
      this.#lastId += 1;
      const id = String(this.#lastId);
      this.#waiting.push({ id, requestId: randomUUID(), event, invokedFor, settle });
      this.#dispatch();
    });
  }

  /** Starts the first execution environment before the first event. */
  warm(): void {
    if (this.#environments.size === 0 && !this.#closed) this.#start();
  }

  /** Finishes the events that have been submitted, then closes. */
  drain(): void {
    this.#draining = true;
    this.#closeIfDrained();
  }

  close(): void {
    this.#closed = true;
    for (const environment of this.#environments) this.#remove(environment);
    for (const { settle } of this.#waiting.splice(0)) settle({ functionError: CLOSED });
    this.startable.release();
  }

  #dispatch(): void {
    const isFast = this.#averageMs !== undefined && this.#averageMs < FAST_MS;
    while (this.#waiting.length > 0) {
      const environment = this.#withRoom(isFast ? AHEAD : 1);
      if (!environment) break;
      const invocation = this.#waiting.shift();
      if (!invocation) break;
      clearTimeout(this.#idle.get(environment));
      environment.submit(invocation);
    }
    if (this.#waiting.length > 0 && !this.#closed) this.#grow(isFast);
  }

  /** Starts with one and doubles the number whenever all are slow, so that a short burst does not start thirty. */
  #grow(isFast: boolean): void {
    const all = [...this.#environments];
    const starting = all.filter(({ state }) => state === "starting").length;
    const usable = all.filter(({ isSlow }) => !isSlow).length;
    if (usable > 0 && (isFast || this.#averageMs === undefined)) return;
    const wanted = Math.min(this.#waiting.length, Math.max(1, all.length - starting)) - starting;
    const room = this.options.concurrency - all.length;
    for (let count = Math.min(wanted, room); count > 0; count -= 1) this.#start();
  }

  /**
   * Returns the first execution environment that can accept an event. Sending to a busy process is cheaper than waking an
   * idle one, and events that are sent together cost less.
   */
  #withRoom(ahead: number): ExecutionEnvironment | undefined {
    for (const environment of this.#environments) {
      if (environment.state === "ready" && !environment.isSlow && environment.load < ahead) return environment;
    }
    return undefined;
  }

  #start(): void {
    let answers = 0;
    const environment = this.startable.start({
      ready: () => this.#dispatch(),
      done: (from, durationMs) => {
        answers += 1;
        // The first event of a process includes the time to compile the code.
        if (answers > 1 || durationMs < FAST_MS) this.#learn(durationMs);
        if (this.#waiting.length > 0) this.#dispatch();
        if (from.load === 0) this.#retireWhenIdle(from);
        this.#closeIfDrained();
      },
      slow: (_, takenBack) => {
        this.#waiting.unshift(...takenBack);
        this.#dispatch();
      },
      broken: (from, error) => this.#broken(from, error),
      gone: (from, orphans) => {
        this.#remove(from);
        this.#waiting.unshift(...orphans);
        this.#dispatch();
        this.#closeIfDrained();
      },
      log: this.options.onLog,
    });
    this.#environments.add(environment);
  }

  #learn(durationMs: number): void {
    const counted = Math.min(durationMs, MOST_MS);
    this.#averageMs = this.#averageMs === undefined ? counted : 0.8 * this.#averageMs + 0.2 * counted;
  }

  /**
   * Handles a module that cannot be loaded. All waiting events get the error. The next event tries again, as on Lambda.
   */
  #broken(environment: ExecutionEnvironment, functionError: FunctionError): void {
    this.#remove(environment);
    for (const { settle } of this.#waiting.splice(0)) settle({ functionError });
    this.#closeIfDrained();
  }

  #closeIfDrained(): void {
    if (!this.#draining || this.#closed || this.#waiting.length > 0) return;
    if ([...this.#environments].every(({ load }) => load === 0)) this.close();
  }

  #retireWhenIdle(environment: ExecutionEnvironment): void {
    if (this.#environments.size === 1) return;
    const timer = this.#idle.get(environment);
    if (timer) {
      timer.refresh();
      return;
    }
    const retire = () => environment.load === 0 && this.#environments.size > 1 && this.#remove(environment);
    this.#idle.set(environment, setTimeout(retire, this.options.idleMs).unref());
  }

  #remove(environment: ExecutionEnvironment): void {
    clearTimeout(this.#idle.get(environment));
    this.#idle.delete(environment);
    this.#environments.delete(environment);
    environment.stop();
  }
}
