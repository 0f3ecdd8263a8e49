/** The events of a gateway for tests: all of them as they happen, and waits for one. */
import { CodedError } from "../terminal/error";
import type { Trace, TraceEvent } from "./trace/trace";

export type EventType = TraceEvent["type"];
export type EventOf<Type extends EventType> = Extract<TraceEvent, { readonly type: Type }>;

/** Events that are kept, oldest first. */
const KEPT = 1000;
const TIMEOUT_MS = 5_000;

interface Waiter {
  take(event: TraceEvent): boolean;
  /** The gateway closes. */
  close(): void;
}

/**
 * What the gateway does and why: handshakes, the authorizer's decisions, requests to the backend, messages, pushes.
 * Secrets are masked.
 */
export class GatewayEvents {
  readonly #kept: TraceEvent[] = [];
  readonly #waiters = new Set<Waiter>();
  readonly #stop: () => void;
  #isClosed = false;

  constructor(private readonly trace: Trace) {
    this.#stop = trace.listen((event) => {
      this.#kept.push(event);
      if (this.#kept.length > KEPT) this.#kept.shift();
      for (const waiter of this.#waiters) if (waiter.take(event)) this.#waiters.delete(waiter);
    });
  }

  /** The last 1,000 events, oldest first. */
  get recorded(): readonly TraceEvent[] {
    return [...this.#kept];
  }

  /** Forgets what is recorded, so that {@link waitFor} waits for what comes. */
  clear(): void {
    this.#kept.length = 0;
  }

  /** Calls the listener with each event. Returns a function that removes it. */
  on(listener: (event: TraceEvent) => void): () => void {
    // As with an EventEmitter, in JavaScript.
    if (typeof listener !== "function") {
      throw new CodedError("no-listener", "`events.on` takes a function, which it calls with each event.");
    }
    return this.trace.listen(listener);
  }

  /**
   * Returns the first event of a type that matches, recorded or still to come.
   *
   * @example
   * const closed = await gateway.events.waitFor("closed", ({ connectionId }) => connectionId === id);
   * closed.code; // 1000
   *
   * @throws CodedError `no-event` after `timeoutMs` milliseconds (default: 5,000), or if the gateway closes before
   */
  waitFor<Type extends EventType>(
    type: Type,
    matches: (event: EventOf<Type>) => boolean = () => true,
    { timeoutMs = TIMEOUT_MS }: { readonly timeoutMs?: number } = {},
  ): Promise<EventOf<Type>> {
    const isWanted = (event: TraceEvent): event is EventOf<Type> => isOf(event, type) && matches(event);
    const recorded = this.#kept.find(isWanted);
    if (recorded !== undefined) return Promise.resolve(recorded);
    return new Promise((resolve, reject) => {
      const fail = (reason: string) => {
        const types = [...new Set(this.#kept.map((event) => event.type))].join(", ") || "nothing";
        reject(
          new CodedError("no-event", `There was no event \`${type}\` that matches ${reason}. Recorded: ${types}.`),
        );
      };
      if (this.#isClosed) {
        fail("before the gateway closed");
        return;
      }
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter);
        fail(`within ${timeoutMs} ms`);
      }, timeoutMs);
      const waiter: Waiter = {
        take(event) {
          if (!isWanted(event)) return false;
          clearTimeout(timer);
          resolve(event);
          return true;
        },
        close() {
          clearTimeout(timer);
          fail("before the gateway closed");
        },
      };
      this.#waiters.add(waiter);
    });
  }

  /** Ends all waits. */
  close(): void {
    this.#stop();
    this.#isClosed = true;
    for (const waiter of this.#waiters) waiter.close();
    this.#waiters.clear();
  }
}

function isOf<Type extends EventType>(event: TraceEvent, type: Type): event is EventOf<Type> {
  return event.type === type;
}
