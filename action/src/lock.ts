/** Parses who holds the state's lock. Terraform reports it only as labelled lines in a diagnostic's detail. */
import type { Diagnostic } from "./events";

export interface LockInfo {
  readonly id: string;
  readonly path: string;
  readonly operation: string;
  readonly who: string;
  readonly created: string;
  /** `undefined` where the time of creation is not readable. */
  readonly ageSeconds: number | undefined;
}

/** Summaries of Terraform's errors that have the lock in their detail. */
export const LOCK_ERRORS = { held: "Error acquiring the state lock", kept: "Error releasing the state lock" } as const;

/**
 * The text is `LockInfo.String()`.
 * https://github.com/hashicorp/terraform/blob/v1.11.4/internal/states/statemgr/locker.go
 */
export function lockInfoIn(
  diagnostics: readonly Pick<Diagnostic, "summary" | "detail">[],
  now: number,
  summary: string = LOCK_ERRORS.held,
): LockInfo | undefined {
  const text = diagnostics
    .filter((one) => one.summary === summary)
    .map(({ detail }) => detail)
    .find((detail) => /^Lock Info:$/m.test(detail));
  if (text === undefined) return undefined;
  // The http backend shows this run's own lock information there, and of the holder only the id.
  const other = /already locked: ID=(\S+)/.exec(text)?.[1];
  if (other) return { id: other, path: "", operation: "", who: "", created: "", ageSeconds: undefined };
  const field = (label: string): string => new RegExp(`^ *${label}:[^\\S\\n]*(.*)$`, "m").exec(text)?.[1]?.trim() ?? "";
  const created = field("Created");
  // Go's own form of a time: `2026-01-02 03:04:05.678901 +0000 UTC`.
  const time = Date.parse(created.replace(/^(\S+) (\d\d:\d\d:\d\d)(\.\d{1,3})?\d* \+0000 UTC$/, "$1T$2$3Z"));
  return {
    id: field("ID"),
    path: field("Path"),
    operation: field("Operation").replace(/^OperationType/, ""),
    who: field("Who"),
    created,
    ageSeconds: Number.isNaN(time) ? undefined : Math.max(0, Math.round((now - time) / 1000)),
  };
}

export function describeLock({ who, operation, ageSeconds }: LockInfo): string {
  const holder = who || "another run";
  const doing = operation ? ` for ${operation.toLowerCase()}` : "";
  return `The state is locked by ${holder}${doing}${ageSeconds === undefined ? "" : `, for ${age(ageSeconds)}`}.`;
}

function age(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} minutes`;
  return `${Math.round(seconds / 3600)} hours`;
}

/** The input that releases the lock, as a line of a workflow. YAML would read an id of digits as a number, and round it. */
export const lockIdInput = (lock: Pick<LockInfo, "id"> | undefined): string =>
  `lock-id: ${lock === undefined ? "<the id that mode unlock shows>" : /^\d+$/.test(lock.id) ? `"${lock.id}"` : lock.id}`;
