/**
 * An execution environment for this project's authorizer, in the gateway's own process. As in a process, it has its own
 * state, variables and log, handles one event at a time, and ends when an event's time is over. Keys and secrets are
 * fetched by another process.
 */
import { type Authorizer, createAuthorizer } from "../../functions/authorizer/authorizer";
import type { Fetch } from "../../functions/authorizer/http";
import type { LogRecord } from "../../functions/authorizer/log";
import type { AuthorizerResult } from "../../functions/authorizer/policy";
import {
  CLOSED,
  type ExecutionEnvironment,
  type ExecutionEnvironmentEvents,
  HeadWatch,
  type Invocation,
  timeoutError,
} from "./execution-environment";
import type { OwnAuthorizer } from "./own-authorizer";
import type { FunctionError, InvocationResult, LambdaFunction } from "./types";

export class AuthorizerEnvironment implements ExecutionEnvironment {
  state: "starting" | "ready" | "stopped" = "starting";
  isSlow = false;
  #inFlight: Invocation[] = [];
  #isWorking = false;
  readonly #watch: HeadWatch;

  /** @param variables the function's environment variables, with those of the runtime */
  constructor(
    private readonly fn: LambdaFunction,
    own: OwnAuthorizer,
    variables: Readonly<Record<string, string>>,
    fetch: Fetch,
    private readonly events: ExecutionEnvironmentEvents,
  ) {
    this.#watch = new HeadWatch(
      fn.timeoutSeconds * 1000,
      () => this.#headIsSlow(),
      () => this.#timedOut(),
    );
    const world = {
      environment: variables,
      snapshot: own.snapshot,
      now: Date.now,
      sleep: (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds).unref()),
      fetch,
      log: (record: LogRecord) => this.#log(record),
    };
    setImmediate(() => this.#load(() => createAuthorizer(own.settings, world)));
  }

  get load(): number {
    return this.#inFlight.length;
  }

  submit(invocation: Invocation): void {
    this.#inFlight.push(invocation);
    if (!this.#isWorking) void this.#work();
  }

  stop(): void {
    const failed = this.#inFlight.splice(0);
    this.#end();
    for (const invocation of failed) invocation.settle({ functionError: CLOSED });
  }

  #authorize: Authorizer = () => Promise.reject(new Error("The authorizer is not loaded."));

  #load(create: () => Authorizer): void {
    if (this.state !== "starting") return;
    try {
      this.#authorize = create();
    } catch (error) {
      this.#end();
      this.events.broken(this, describe(error));
      return;
    }
    this.state = "ready";
    this.events.ready(this);
  }

  async #work(): Promise<void> {
    this.#isWorking = true;
    for (let head = this.#inFlight[0]; head !== undefined; head = this.#inFlight[0]) {
      this.#watch.changed(true);
      const start = performance.now();
      const outcome = await this.#authorize(head.event).then(succeeded, failed);
      // It was too late: its environment has ended.
      if (this.#inFlight[0] !== head) return;
      this.#inFlight.shift();
      this.isSlow = false;
      head.settle(outcome);
      this.events.done(this, performance.now() - start);
    }
    this.#watch.changed(false);
    this.#isWorking = false;
  }

  #headIsSlow(): boolean {
    const [head, ...rest] = this.#inFlight;
    if (!head) return false;
    this.#inFlight = [head];
    this.isSlow = true;
    this.events.slow(this, rest);
    return true;
  }

  #timedOut(): void {
    const head = this.#inFlight.shift();
    head?.settle({ functionError: timeoutError(head, this.fn.timeoutSeconds) });
    this.#end();
    this.events.gone(this, this.#inFlight.splice(0));
  }

  #end(): void {
    this.state = "stopped";
    this.#watch.stop();
  }

  #log(record: LogRecord): void {
    if (this.state === "stopped") return;
    const { requestId, invokedFor } = this.#inFlight[0] ?? {};
    const { functionName } = this.fn;
    this.events.log({
      functionName,
      requestId,
      level: "INFO",
      get text() {
        return JSON.stringify(record);
      },
      invokedFor,
    });
  }
}

/** The policy is plain data, so it need not become JSON. */
const succeeded = (payload: AuthorizerResult): InvocationResult => ({ payload });

const failed = (error: unknown): InvocationResult => ({ functionError: describe(error) });

/** In the format of the Node.js runtime, as in `runner.cjs`. */
function describe(error: unknown): FunctionError {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: error.stack?.split("\n") ?? [] };
}
