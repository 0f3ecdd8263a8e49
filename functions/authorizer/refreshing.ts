/**
 * A value that is fetched and kept. Its ages are differences of clock times, never timers, because a Lambda function is
 * frozen between events: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
import { FETCH_BUDGET_MS } from "./http";

/** Milliseconds since 1970. */
export type Clock = () => number;

/** Between the starts of two attempts, whether the first went well or not. */
export const COOL_DOWN_MS = 30_000;
/** A value that cannot be renewed is good for this long, and no longer. */
export const STALE_LIMIT_MS = 24 * 3_600_000;

export interface Refreshing<T> {
  /** Undefined where there is none yet, or none young enough to be trusted. */
  readonly value: () => T | undefined;
  /** Infinite where there is none yet. */
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
  let loadedAt = latest ? now() : Number.NEGATIVE_INFINITY;
  let attemptedAt = Number.NEGATIVE_INFINITY;
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
    value: () => (now() - loadedAt < STALE_LIMIT_MS ? latest : undefined),
    age: () => now() - loadedAt,
    failed: () => failed,
    refresh: async (evenIfCooling) => {
      const time = now();
      const elapsed = time - attemptedAt;
      // One older than its budget was frozen together with its connection, and says nothing about the other end.
      if (inFlight ? elapsed > FETCH_BUDGET_MS : evenIfCooling || elapsed >= COOL_DOWN_MS) {
        attemptedAt = time;
        inFlight = attempt(time);
      }
      return inFlight;
    },
  };
}
