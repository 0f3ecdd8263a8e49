/** What remains after the step: outputs, the environment of later steps, the summary, report files, the comment. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setSecret } from "@actions/core";
import { DEFAULTS } from "../../contract/defaults";
import { OUTPUTS } from "../../contract/names";
import { renderJunit } from "../../smoke";
import { explain } from "../../terminal/error";
import { markerFor, upsertComment } from "./comment";
import type { Context } from "./context";
import type { Inputs } from "./inputs";
import { log } from "./log";
import { publishable, type StackOutputs, sensitiveTexts } from "./outputs";
import { fit, SUMMARY_LIMIT } from "./report/fit";
import { renderMarkdown } from "./report/markdown";
import type { Report } from "./report/report";
import { setOutputs, setVariable, writePart } from "./runner-files";
import { hide, redact } from "./secrets";

/** The stack's outputs, for later steps. Only called when the smoke test passed, or was not wanted. */
export function publishOutputs(outputs: StackOutputs, inputs: Inputs): void {
  const secrets = sensitiveTexts(outputs);
  hide(secrets);
  for (const text of secrets) setSecret(text);
  const [endpoint] = OUTPUTS.endpoint;
  setOutputs({
    [endpoint]: outputs.endpoint,
    "ws-url": outputs.url,
    "api-id": outputs.apiId,
    stage: outputs.stage,
    outputs: JSON.stringify(publishable(outputs, inputs.sensitiveOutputs)),
  });
  if (inputs.exportEnvironment) setVariable(endpoint, outputs.endpoint);
}

/** The result as outputs, also when the job failed. @throws ActionFailure `runner-failed` */
export function publishResult({ failure, smoke, plan, lock, recoveryFile }: Report): void {
  setOutputs({
    "failure-reason": failure?.reason ?? "",
    "smoke-result": smoke ? (smoke.passed ? "passed" : "failed") : "skipped",
    ...(plan ? { "plan-has-changes": String(plan.hasChanges), "plan-summary": plan.summary } : {}),
    ...(smoke?.connectMs
      ? { "connect-p50-ms": Math.round(smoke.connectMs.p50), "connect-p95-ms": Math.round(smoke.connectMs.p95) }
      : {}),
    ...(recoveryFile ? { "recovery-file": recoveryFile } : {}),
    ...(lock ? { "lock-info": JSON.stringify(lock) } : {}),
  });
}

/** Writes the report files and the summary, which replaces what this step wrote before. */
export function writeReport(
  report: Report,
  context: Context,
  directory: string,
  summaryFile: string | undefined,
): string {
  // Once more, since Markdown's escapes may make a secret out of what was none.
  const markdown = redact(renderMarkdown(report, context.runUrl));
  const files = {
    "report-json": ["report.json", `${JSON.stringify(report, null, 2)}\n`],
    "report-markdown": ["report.md", markdown],
    ...(report.smoke
      ? { "report-junit": ["junit.xml", renderJunit(report.smoke, `smoke test of ${report.environment}`)] }
      : {}),
  };
  writePart("The report", () => {
    mkdirSync(directory, { recursive: true });
    for (const [output, [name = "", text = ""]] of Object.entries(files)) {
      const path = join(directory, name);
      writeFileSync(path, text);
      setOutputs({ [output]: path });
    }
  });
  if (summaryFile) {
    const notice = "**The report was truncated here.** The full report is in `report-markdown`.";
    writePart("The job summary", () => writeFileSync(summaryFile, fit(markdown, SUMMARY_LIMIT, notice)));
  }
  return markdown;
}

/** A comment that cannot be written is a warning, and never fails the job. */
export async function comment(report: Report, inputs: Inputs, context: Context, markdown: string): Promise<void> {
  if (inputs.comment === "never" || !inputs.githubToken || !context.pullRequest) return;
  // A job that fails before the synthesis does not know the environment.
  const environment = report.environment ?? inputs.environment ?? DEFAULTS.environment;
  try {
    const marker = markerFor(report.folder ?? "", inputs.config, environment);
    const create = inputs.comment === "always" || report.failure !== undefined || report.plan?.hasChanges === true;
    await upsertComment(context, { token: inputs.githubToken }, marker, markdown, create);
  } catch (error) {
    log.warning(`No comment on the pull request: ${explain(error)}`);
  }
}
