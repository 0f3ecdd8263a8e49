/** Percentiles of a handful of measurements. */
import type { Timings } from "./types";

export interface Distribution {
  readonly p50: number;
  readonly p95: number;
  readonly samples: readonly number[];
}

/** Nearest-rank percentiles: always a value that was measured. */
export function distribution(samples: readonly number[]): Distribution | undefined {
  const sorted = [...samples].sort((a, b) => a - b);
  const rank = (p: number) => sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)];
  const p50 = rank(0.5);
  const p95 = rank(0.95);
  return p50 === undefined || p95 === undefined ? undefined : { p50, p95, samples };
}

/** Milliseconds from nothing to the answer. */
export function total(timings: Timings): number {
  return Object.values(timings).reduce<number>((sum, ms) => sum + (ms ?? 0), 0);
}
