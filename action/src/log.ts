/** The job's log. Text from outside (Terraform, providers, servers) contains no commands for the runner, and no secrets. */
import { type AnnotationProperties, endGroup, error, notice, startGroup, warning } from "@actions/core";
import type { Problem } from "./failure";
import { redact } from "./secrets";

/**
 * The runner treats a line as a command if it begins with `::` (after blanks) or contains `##[`. A zero-width space
 * makes it plain text.
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export const inert = (text: string): string =>
  text.replace(/^(\s*):(?=:)/gm, "$1:\u200b").replaceAll("##[", "#\u200b#[");

export const log = {
  line: (text: string): void => {
    process.stdout.write(`${inert(redact(text))}\n`);
  },
  notice: (text: string): void => notice(redact(text)),
  warning: (problem: Problem | string, title?: string): void =>
    typeof problem === "string" ? warning(redact(problem)) : annotate(warning, problem, title),
  error: (problem: Problem, title?: string): void => annotate(error, problem, title),
  /** Everything printed until `body` ends is folded under `title`. */
  group: async <T>(title: string, body: () => Promise<T>): Promise<T> => {
    startGroup(redact(title));
    try {
      return await body();
    } finally {
      endGroup();
    }
  },
};

function annotate(command: typeof error, problem: Problem, title: string | undefined): void {
  const shown = redact(problem);
  command(sentence(shown), annotation(shown, redact(title)));
}

const sentence = (problem: Problem): string =>
  problem.construct ? `${problem.construct}: ${problem.message}` : problem.message;

function annotation({ location }: Problem, title: string | undefined): AnnotationProperties {
  return {
    ...(title ? { title } : {}),
    ...(location ? { file: location.file } : {}),
    ...(location?.line ? { startLine: location.line } : {}),
    ...(location?.column ? { startColumn: location.column } : {}),
  };
}
