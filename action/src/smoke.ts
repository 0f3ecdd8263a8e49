/** The smoke test of what was deployed, with everything that the stack itself says about it. */
import { type CaseResult, runSmoke, type SmokeReport } from "../../smoke";
import type { Access } from "./aws";
import { ActionFailure } from "./failure";
import type { Inputs } from "./inputs";
import { log } from "./log";
import type { StackOutputs } from "./outputs";
import type { Stack } from "./stack";

/** For a required parameter that the workflow gives no value. */
const FILLER = "smoke-test";

export async function smokeTest(options: {
  readonly inputs: Inputs;
  readonly stack: Stack;
  readonly outputs: StackOutputs;
  readonly token: string;
  readonly access: Access | undefined;
  /** For all cases together. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}): Promise<SmokeReport> {
  const { inputs, stack, outputs, token, access, deadlineMs, signal } = options;
  const region = outputs.region ?? stack.region;
  const report = await runSmoke({
    url: outputs.url,
    token,
    tokenParameter: tokenParameterOf(stack),
    parameters: {
      ...Object.fromEntries(stack.requiredParameters.map((name) => [name, FILLER])),
      ...inputs.smoke.parameters,
    },
    endpoint: outputs.endpoint,
    ...(region ? { region } : {}),
    ...(access ? { credentials: access.credentials } : {}),
    expectStatus: inputs.smoke.expect,
    expectPush: inputs.smoke.expectPush,
    deadlineMs,
    signal,
    onProgress: (line) => log.line(`  ${line}`),
    onCase: (result) => log.line(caseLine(result)),
  });
  return stack.open ? withoutAuthorizer(report) : report;
}

/** @throws ActionFailure `token-unavailable` where a client would have to send the token in a header */
export function tokenParameterOf(stack: Stack): string {
  const name = stack.tokenParameter ?? stack.authorizer?.tokenParameter;
  if (name !== undefined) return name;
  if (stack.open) return "token";
  throw new ActionFailure("token-unavailable", "The authorizer's identity source is not in the query string.", {
    next: "The smoke test can send a token only there: set `smoke-test: false`.",
  });
}

/** An API that is configured to be open to everyone has nobody to refuse; that is said, not asserted. */
export function withoutAuthorizer(report: SmokeReport): SmokeReport {
  const cases = report.cases.map((result): CaseResult => {
    if (result.id !== "no-token" && result.id !== "bad-token") return result;
    return { ...result, verdict: "reported", detail: "The configuration has no authorizer: everybody may connect." };
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
  const problems = failed.map(({ title, expected, actual, detail }) => ({
    message: `${title}: expected ${expected}, got ${actual}. ${detail ?? ""}`.trim(),
  }));
  throw new ActionFailure(
    "smoke-failed",
    `The gateway does not do what it should: ${failed.map(({ id }) => id).join(", ")}.`,
    {
      next: failed[0]?.detail,
      problems,
    },
  );
}
