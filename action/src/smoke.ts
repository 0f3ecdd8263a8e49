/** What the smoke test needs to know about a deployed stack, and what its result means for the job. */

import type { Access } from "../../aws/request";
import { DEFAULTS } from "../../contract/defaults";
import type { TokenPlace } from "../../contract/token";
import type { CaseResult, SmokeReport } from "../../smoke";
import type { SmokeOptions } from "../../smoke/types";
import { ActionFailure } from "./failure";
import type { ExpectedStatuses, Inputs } from "./inputs";
import { log } from "./log";
import { hiddenValues } from "./secrets";
import type { Stack } from "./stack";

/** A stage to test. */
export interface ProvenStage {
  readonly apiId: string;
  readonly name: string;
  /** `wss://…/<stage>` */
  readonly url: string;
  /** `https://…/<stage>` */
  readonly endpoint: string;
  readonly region?: string | undefined;
  /** The deployment that it must serve; `undefined`: any. */
  readonly deploymentId?: string | undefined;
  /** The backend pushes to the endpoint of the real stage only. */
  readonly isCandidate?: boolean;
}

/** The value of a required parameter that `smoke-parameters` does not set. */
const FILLER = "smoke-test";

export function smokeOptions(options: {
  readonly inputs: Inputs;
  readonly stack: Stack;
  readonly stage: Pick<ProvenStage, "url" | "endpoint" | "region" | "isCandidate">;
  readonly token: string;
  readonly access: Access | undefined;
  /** Timeout for all cases together, in milliseconds. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}): SmokeOptions {
  const { inputs, stack, stage, token, access, deadlineMs, signal } = options;
  const region = stage.region ?? stack.region ?? access?.region;
  const tokenPlace = tokenPlaceOf(stack);
  return {
    url: stage.url,
    token,
    tokenParameter: DEFAULTS.tokenParameter,
    tokenPlace,
    origin: stack.origin,
    iam: stack.iam,
    parameters: {
      ...Object.fromEntries(stack.requiredParameters.map((name) => [name, FILLER])),
      ...inputs.smoke.parameters,
    },
    endpoint: stage.endpoint,
    region: region || undefined,
    credentials: access?.credentials,
    secrets: hiddenValues(),
    // The authorizer, not API Gateway, rejects a client without a token if it may be in one of several places.
    expectStatus: { ...(stack.tokenPlaces.length > 1 && { "no-token": [401, 403] }), ...inputs.smoke.expect },
    identifyMessage: inputs.smoke.identify,
    hasDefaultRoute: stack.hasDefaultRoute,
    expectPush: stage.isCandidate ? undefined : inputs.smoke.expectPush,
    deadlineMs,
    signal,
    onProgress: (line) => log.line(`  ${line}`),
    onCase: (result) => log.line(caseLine(result)),
  };
}

/** @throws ActionFailure `token-unavailable` where it is not known how a client would send the token */
export function tokenPlaceOf(stack: Pick<Stack, "tokenPlaces" | "open" | "iam">): TokenPlace | undefined {
  const [place] = stack.tokenPlaces;
  if (place !== undefined || stack.open || stack.iam) return place;
  throw new ActionFailure("token-unavailable", "It is not known where the authorizer reads the token.", {
    hint: "Its identity sources name no query parameter and no header other than Cookie: set `smoke-test: false`.",
  });
}

/** A stack without an authorizer rejects no client: those cases are reported instead of asserted, unless `smoke-expect` names them. */
export function assertable(
  report: SmokeReport,
  stack: Pick<Stack, "open">,
  expect: ExpectedStatuses = {},
): SmokeReport {
  if (!stack.open) return report;
  const cases = report.cases.map((result): CaseResult => {
    if ((result.id !== "no-token" && result.id !== "bad-token") || expect[result.id]) return result;
    return { ...result, verdict: "reported", detail: "The configuration has no authorizer: any client may connect." };
  });
  return { ...report, cases, passed: cases.every(({ verdict }) => verdict !== "failed") };
}

const MARKS = { passed: "✓", failed: "✗", reported: "•", skipped: "–" } as const;

const caseLine = ({ verdict, title, actual, expected, detail, durationMs }: CaseResult): string => {
  const got = verdict === "failed" ? `${actual}, expected ${expected}` : actual;
  const why = detail && verdict !== "passed" ? ` (${detail})` : "";
  return `${MARKS[verdict]} ${title}: ${got}${why}, ${Math.round(durationMs)} ms`;
};

/** @throws ActionFailure `smoke-failed` */
export function requirePassed(report: SmokeReport): void {
  if (report.passed) return;
  const failed = report.cases.filter(({ verdict }) => verdict === "failed");
  const ran = report.cases.filter(({ verdict }) => verdict === "passed" || verdict === "failed");
  const problems = failed.map(({ title, expected, actual, detail }) => ({
    message: `${title}: expected ${expected}, got ${actual}. ${detail ?? ""}`.trim(),
  }));
  throw new ActionFailure("smoke-failed", `The smoke test failed: ${failed.length} of ${ran.length} cases.`, {
    hint: failed[0]?.detail,
    problems,
  });
}
