/** Everything that outlives the job: outputs, the environment of later steps, the summary, report files, the comment. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exportVariable, setOutput, setSecret } from "@actions/core";
import { renderJunit } from "../../smoke";
import { markerFor, upsertComment } from "./comment";
import type { Context } from "./context";
import type { Inputs } from "./inputs";
import { log } from "./log";
import { publishable, type StackOutputs, sensitiveTexts } from "./outputs";
import { fit, SUMMARY_LIMIT } from "./report/fit";
import { renderMarkdown } from "./report/markdown";
import type { Report } from "./report/report";

/** What the stack says of itself, for later steps. Only for a gateway that was proven, or was not to be. */
export function publishOutputs(outputs: StackOutputs, inputs: Inputs): void {
  for (const text of sensitiveTexts(outputs)) setSecret(text);
  setOutput("WS_API_ENDPOINT", outputs.endpoint);
  setOutput("ws-url", outputs.url);
  setOutput("api-id", outputs.apiId);
  setOutput("stage", outputs.stage);
  setOutput("outputs", JSON.stringify(publishable(outputs, inputs.sensitiveOutputs)));
  if (inputs.exportEnvironment) exportVariable("WS_API_ENDPOINT", outputs.endpoint);
}

/** How the job ended, as outputs; also of a job that failed. */
export function publishResult(report: Report): void {
  setOutput("failure-reason", report.failure?.reason ?? "");
  setOutput("smoke-result", report.smoke ? (report.smoke.passed ? "passed" : "failed") : "skipped");
  if (report.plan) {
    setOutput("plan-has-changes", String(report.plan.hasChanges));
    setOutput("plan-summary", report.plan.summary);
  }
  if (report.smoke?.connectMs) {
    setOutput("connect-p50-ms", Math.round(report.smoke.connectMs.p50));
    setOutput("connect-p95-ms", Math.round(report.smoke.connectMs.p95));
  }
  if (report.lock) setOutput("lock-info", JSON.stringify(report.lock));
}

/**
 * What happened, without the secrets: Terraform's errors may quote anything, and the runner hides secrets in its log
 * only, not in files and comments.
 */
export function withoutSecrets<T>(value: T, secrets: readonly string[]): T;
export function withoutSecrets(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === "string") return secrets.reduce((text, secret) => text.replaceAll(secret, "***"), value);
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, secrets));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutSecrets(item, secrets)]));
}

/** Writes the files, and the summary in place of what this step wrote before. */
export function writeReport(
  report: Report,
  context: Context,
  directory: string,
  summaryFile: string | undefined,
): string {
  const markdown = renderMarkdown(report, context.runUrl);
  const files = {
    "report-json": ["report.json", `${JSON.stringify(report, null, 2)}\n`],
    "report-markdown": ["report.md", markdown],
    ...(report.smoke
      ? { "report-junit": ["junit.xml", renderJunit(report.smoke, `smoke test of ${report.environment}`)] }
      : {}),
  };
  mkdirSync(directory, { recursive: true });
  for (const [output, [name = "", text = ""]] of Object.entries(files)) {
    const path = join(directory, name);
    writeFileSync(path, text);
    setOutput(output, path);
  }
  if (summaryFile) {
    writeFileSync(
      summaryFile,
      fit(markdown, SUMMARY_LIMIT, "**The report was cut here.** The whole of it is in `report-markdown`."),
    );
  }
  return markdown;
}

/** What a configuration without environments has; a job that fails before it knows better means no other. */
const ONLY_ENVIRONMENT = "prod";

/** The comment is a courtesy: that it cannot be written fails no job. */
export async function comment(report: Report, inputs: Inputs, context: Context, markdown: string): Promise<void> {
  if (!inputs.comment || !inputs.githubToken || !context.pullRequest) return;
  const environment = report.environment ?? inputs.environment ?? ONLY_ENVIRONMENT;
  try {
    const marker = markerFor(report.folder ?? "", inputs.config, environment);
    await upsertComment(context, inputs.githubToken, marker, markdown);
  } catch (error) {
    log.warning(`No comment on the pull request: ${error instanceof Error ? error.message : String(error)}`);
  }
}
