/** The report as data, filled in while the job runs, so that it is complete whenever the job ends. */
import type { SmokeReport } from "../../../smoke";
import type { Problem } from "../failure";
import type { FailureReason } from "../failure-reasons";
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
  /** Id of a created resource. */
  readonly id?: string | undefined;
}

/** A step of a deploy. */
export interface Step {
  readonly name:
    | "Expand"
    | "Prove the candidate stage"
    | "Promote"
    | "Prove the stage"
    | "Contract"
    | "Roll back"
    | "Prove the rollback"
    | "terraform apply";
  readonly outcome: "done" | "failed" | "cancelled";
  readonly durationMs: number;
}

export interface Report {
  mode: Mode;
  environment?: string;
  /** The working directory in the repository, unless it is the root. */
  folder?: string;
  startedAt: string;
  durationMs?: number;
  /** The parts of it spent in Terraform and in the smoke test. */
  terraformMs?: number;
  smokeMs?: number;
  tool?: { readonly path: string; readonly version: string };
  plan?: PlanFacts;
  /** What Terraform has finished, in order. A replacement is a `delete` and a `create`. */
  applied: Applied[];
  /** The steps of a deploy, in order. */
  steps: Step[];
  endpoint?: string;
  url?: string;
  smoke?: SmokeReport;
  rolledBackTo?: string;
  lock?: LockInfo;
  /** Location of the state, if it contains no API yet. */
  firstDeploy?: string;
  /** Path of the state that could not be saved. */
  recoveryFile?: string;
  failure?: {
    readonly reason: FailureReason;
    readonly message: string;
    readonly hint?: string | undefined;
    readonly problems: readonly Problem[];
  };
}

export const newReport = (mode: Mode, now: Date): Report => ({
  mode,
  startedAt: now.toISOString(),
  applied: [],
  steps: [],
});
