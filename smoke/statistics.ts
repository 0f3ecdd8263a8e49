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
 */
export function upgradeShares(cases: readonly CaseResult[]): UpgradeShares | undefined {
  const upgradeOf = (id: CaseResult["id"]) =>
    cases.find((result) => result.id === id && result.verdict === "passed")?.timings?.upgrade;
  const [gateway, denied, accepted] = [upgradeOf("no-token"), upgradeOf("bad-token"), upgradeOf("connect")];
  if (gateway === undefined || denied === undefined || accepted === undefined) return undefined;
  const authorizer = Math.max(0, denied - gateway);
  return { gateway, authorizer, backend: Math.max(0, accepted - gateway - authorizer) };
}
