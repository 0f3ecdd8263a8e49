/**
 * A value that is fetched and kept. Its ages are differences of clock times, never timers, because a Lambda function is
 * frozen between events: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
import { FETCH_BUDGET_MS } from "./http";

/** Milliseconds since 1970. */
export type Clock = () => number;

export interface Refreshing<T> {
  /** Undefined where there is none yet, or none young enough to be trusted. */
  readonly value: () => T | undefined;
  /** In milliseconds; decades where there is none yet. */
  readonly age: () => number;
  /** Whether the last attempt came to nothing. */
  readonly failed: () => boolean;
  /** Joins the attempt in flight or makes one, unless it is too soon for another. Never rejects. */
  readonly refresh: (evenIfCooling?: boolean) => Promise<void>;
}

export function refreshing<T>(
  now: Clock,
  load: () => Promise<T>,
  onFailure: (error: unknown) => void,
  latest?: T,
): Refreshing<T> {
  /** A value that cannot be renewed is good for this long, and no longer. */
  const staleLimit = 86_400_000;
  /** Between the starts of two attempts, whether the first went well or not. */
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
      // One older than its budget was frozen together with its connection, and says nothing about the other end.
      if (inFlight ? elapsed > FETCH_BUDGET_MS : evenIfCooling || elapsed >= coolDown) {
        attemptedAt = time;
        inFlight = attempt(time);
      }
      return inFlight;
    },
  };
}
