/**
 * A cached value that is fetched again. Like all modules that are loaded only when something is fetched, it imports only
 * types from the handler. It compares clock times, because Lambda freezes a function between events:
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
import type { Failure, FailureCode } from "./errors";
import type { Fetch } from "./http";
import type { Log } from "./log";

/** Milliseconds since 1970. */
export type Clock = () => number;

/** What is passed to the modules that fetch something. */
export interface Surroundings {
  readonly now: Clock;
  /** Resolves after so many milliseconds. @default with a timer */
  readonly sleep?: (milliseconds: number) => Promise<unknown>;
  /** @default fetchText */
  readonly fetch?: Fetch;
  readonly log: Log;
  /** Milliseconds for one event's attempts. */
  readonly budgetMs: number;
}

export interface Refreshing<T> {
  /** Undefined if it was not fetched yet, or is too old to be trusted. */
  readonly value: () => T | undefined;
  /** In milliseconds; decades if there is no value yet. */
  readonly age: () => number;
  /** Whether the last attempt failed. */
  readonly failed: () => boolean;
  /** Waits for the attempt in flight, or starts one if the last is old enough. Never rejects. */
  readonly refresh: (evenIfCooling?: boolean) => Promise<void>;
  /** The value. Without one, attempts are repeated until the budget is spent. Rejects with {@link Failure}. */
  readonly required: () => Promise<T>;
}

/** Returns an error like {@link Failure}, but without its class, which belongs to the handler. */
export const failure = (code: FailureCode): Pick<Failure, "code"> => Object.assign(new Error(code), { code });

/** Returns whether another attempt would give the same error. */
const isPermanent = (error: unknown): boolean => Object(error).permanent === true;

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Creates a cached value. `latest` is a value that is known already, and `loadedAt` its time. */
export function refreshing<T>(
  issuer: string,
  { now, sleep = pause, log, budgetMs }: Surroundings,
  load: (budgetMs: number) => Promise<T>,
  latest?: T,
  loadedAt = 0,
): Refreshing<T> {
  /** Milliseconds for which a value is used if it cannot be refreshed. */
  const staleLimit = 86_400_000;
  /** Milliseconds between the starts of two attempts, successful or not, while there is a value. */
  const coolDown = 30_000;
  let attemptedAt = 0;
  let inFlight: Promise<void> | undefined;
  let lastError: unknown;

  const value = () => (now() - loadedAt < staleLimit ? latest : undefined);

  async function attempt(startedAt: number, deadline: number): Promise<void> {
    try {
      const value = await load(deadline - startedAt);
      if (attemptedAt !== startedAt) return;
      lastError = undefined;
      latest = value;
      loadedAt = startedAt;
    } catch (error) {
      if (attemptedAt !== startedAt) return;
      lastError = error;
      log({ keys: isPermanent(error) ? "misconfigured" : "unavailable", issuer, reason: `${error}` });
    }
    inFlight = undefined;
  }

  async function refresh(evenIfCooling = false, deadline = now() + budgetMs): Promise<void> {
    const time = now();
    const elapsed = time - attemptedAt;
    // An attempt older than its time limit was frozen by Lambda with its connection, so a new one is started.
    if (inFlight ? elapsed > budgetMs : evenIfCooling || elapsed >= coolDown) {
      attemptedAt = time;
      inFlight = attempt(time, deadline);
    }
    return inFlight;
  }

  return {
    value,
    age: () => now() - loadedAt,
    failed: () => !!lastError,
    refresh,
    required: async () => {
      const deadline = now() + budgetMs;
      for (let wait = 50; ; wait *= 2) {
        const known = value();
        if (known) return known;
        await refresh(true, deadline);
        if (value()) continue;
        if (isPermanent(lastError)) throw failure("keys_misconfigured");
        if (now() + wait >= deadline) throw failure("keys_unavailable");
        await sleep(wait);
      }
    },
  };
}
