/**
 * A cached value that is fetched again. It compares clock times and uses no timers, because Lambda freezes a function
 * between events: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
import { FETCH_BUDGET_MS } from "./http";

/** Milliseconds since 1970. */
export type Clock = () => number;

export interface Refreshing<T> {
  /** Undefined if it was not fetched yet, or is too old to be trusted. */
  readonly value: () => T | undefined;
  /** In milliseconds; decades if there is no value yet. */
  readonly age: () => number;
  /** Whether the last attempt failed. */
  readonly failed: () => boolean;
  /** Waits for the attempt in flight, or starts one if the last is old enough. Never rejects. */
  readonly refresh: (evenIfCooling?: boolean) => Promise<void>;
}

export function refreshing<T>(
  now: Clock,
  load: () => Promise<T>,
  onFailure: (error: unknown) => void,
  latest?: T,
): Refreshing<T> {
  /** Milliseconds for which a value is used if it cannot be refreshed. */
  const staleLimit = 86_400_000;
  /** Milliseconds between the starts of two attempts, successful or not. */
  const coolDown = 30_000;
  let loadedAt = latest ? now() : 0;
  let attemptedAt = 0;
  let inFlight: Promise<void> | undefined;
  let failed = false;

  async function attempt(startedAt: number): Promise<void> {
    try {
      const value = await load();
      if (attemptedAt !== startedAt) return;
      failed = false;
      latest = value;
      loadedAt = startedAt;
    } catch (error) {
      if (attemptedAt !== startedAt) return;
      failed = true;
      onFailure(error);
    }
    inFlight = undefined;
  }

  return {
    value: () => (now() - loadedAt < staleLimit ? latest : undefined),
    age: () => now() - loadedAt,
    failed: () => failed,
    refresh: async (evenIfCooling) => {
      const time = now();
      const elapsed = time - attemptedAt;
      // An attempt older than its time limit was frozen by Lambda with its connection, so a new one is started.
      if (inFlight ? elapsed > FETCH_BUDGET_MS : evenIfCooling || elapsed >= coolDown) {
        attemptedAt = time;
        inFlight = attempt(time);
      }
      return inFlight;
    },
  };
}
