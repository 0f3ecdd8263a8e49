/** What happened, as data: gathered while the job runs, so that it is complete at whichever moment it ends. */
import type { SmokeReport } from "../../../smoke";
import type { FailureReason, Problem } from "../failure";
import type { Mode } from "../inputs";
import type { LockInfo } from "../lock";
import type { Change } from "../plan";

export interface PlanFacts {
  readonly hasChanges: boolean;
  readonly summary: string;
  readonly changes: readonly Change[];
  readonly outputs: readonly string[];
  readonly drifted: readonly Change[];
}

export interface Applied {
  readonly address: string;
  readonly action: string;
}

export interface Report {
  mode: Mode;
  environment?: string;
  /** Where it is in the repository, unless that is the root. */
  folder?: string;
  startedAt: string;
  durationMs?: number;
  /** The part of it that was spent inside Terraform, and in the smoke test. */
  terraformMs?: number;
  smokeMs?: number;
  tool?: { readonly path: string; readonly version: string };
  plan?: PlanFacts;
  /** What the apply has finished, in order. A replacement is a `delete` and a `create`. */
  applied: Applied[];
  endpoint?: string;
  url?: string;
  smoke?: SmokeReport;
  rolledBackTo?: string;
  lock?: LockInfo;
  failure?: {
    readonly reason: FailureReason;
    readonly message: string;
    readonly next?: string;
    readonly problems: readonly Problem[];
  };
}

export const newReport = (mode: Mode, now: Date): Report => ({ mode, startedAt: now.toISOString(), applied: [] });
