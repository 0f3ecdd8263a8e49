/** Percentiles of a few measurements. */
import type { CaseResult, Timings, UpgradeShares } from "./types";

export interface Distribution {
  readonly p50: number;
  readonly p95: number;
  readonly samples: readonly number[];
}

/** Returns nearest-rank percentiles, which are always measured values. */
export function distribution(samples: readonly number[]): Distribution | undefined {
  const sorted = [...samples].sort((a, b) => a - b);
  const rank = (p: number) => sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)];
  const p50 = rank(0.5);
  const p95 = rank(0.95);
  return p50 === undefined || p95 === undefined ? undefined : { p50, p95, samples };
}

/** Returns the milliseconds from the start to the answer. */
export function total(timings: Timings): number {
  return Object.values(timings).reduce<number>((sum, ms) => sum + (ms ?? 0), 0);
}

/**
 * Estimates the shares of the upgrade's time. Returns undefined if a client was not rejected as expected, because its
 * time cannot be compared.
 *
 * @param iam whether API Gateway verifies signatures itself, so that there is no authorizer
 */
export function upgradeShares(cases: readonly CaseResult[], iam = false): UpgradeShares | undefined {
  const upgradeOf = (id: CaseResult["id"]) =>
    cases.find((result) => result.id === id && result.verdict === "passed")?.timings?.upgrade;
  const [gateway, denied, accepted] = [upgradeOf("no-token"), upgradeOf("bad-token"), upgradeOf("connect")];
  if (gateway === undefined || denied === undefined || accepted === undefined) return undefined;
  if (iam) return { gateway: denied, backend: Math.max(0, accepted - denied) };
  const authorizer = Math.max(0, denied - gateway);
  return { gateway, authorizer, backend: Math.max(0, accepted - gateway - authorizer) };
}

export interface Percentiles {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
  /** Numbers of values by range, smallest first. Ranges grow by a constant factor. */
  readonly buckets: readonly { readonly from: number; readonly to: number; readonly count: number }[];
}

/** Counts values in ranges, so that millions need little memory. A percentile is at most 2 % too large. */
export class Histogram {
  readonly #counts = new Map<number, number>();
  #count = 0;
  #max = 0;

  add(value: number): void {
    const index = Math.ceil(Math.log(Math.max(value, SMALLEST)) / Math.log(GROWTH));
    this.#counts.set(index, (this.#counts.get(index) ?? 0) + 1);
    this.#count += 1;
    this.#max = Math.max(this.#max, value);
  }

  get percentiles(): Percentiles {
    const sorted = [...this.#counts].sort(([a], [b]) => a - b);
    const rank = (p: number): number => {
      let left = Math.ceil(p * this.#count);
      for (const [index, count] of sorted) {
        left -= count;
        if (left <= 0) return Math.min(GROWTH ** index, this.#max);
      }
      return 0;
    };
    const [p50, p90, p99] = [rank(0.5), rank(0.9), rank(0.99)];
    return { count: this.#count, p50, p90, p99, max: this.#max, buckets: this.#buckets(sorted) };
  }

  /** At most {@link ROWS} ranges from the smallest to the largest value. */
  #buckets(sorted: readonly (readonly [index: number, count: number])[]): Percentiles["buckets"] {
    const [first, last] = [sorted[0]?.[0], sorted.at(-1)?.[0]];
    if (first === undefined || last === undefined) return [];
    const width = Math.ceil((last - first + 1) / ROWS);
    const rows = Array.from({ length: Math.ceil((last - first + 1) / width) }, (_, row) => {
      const from = first + row * width;
      const counts = sorted.filter(([index]) => index >= from && index < from + width).map(([, count]) => count);
      return {
        from: GROWTH ** (from - 1),
        to: GROWTH ** (from + width - 1),
        count: counts.reduce((sum, one) => sum + one, 0),
      };
    });
    return rows;
  }
}

const GROWTH = 1.02;
const SMALLEST = 0.001;
const ROWS = 16;
