/** The job's log. Text from outside (Terraform, providers, servers) cannot contain commands for the runner. */
import { type AnnotationProperties, endGroup, error, notice, startGroup, warning } from "@actions/core";
import type { Problem } from "./failure";

/**
 * The runner treats a line as a command if it begins with `::` (after blanks) or contains `##[`. A zero-width space
 * makes it plain text.
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export const inert = (text: string): string =>
  text.replace(/^(\s*):(?=:)/gm, "$1:\u200b").replaceAll("##[", "#\u200b#[");

export const log = {
  line: (text: string): void => {
    process.stdout.write(`${inert(text)}\n`);
  },
  notice: (text: string): void => notice(text),
  warning: (problem: Problem | string, title?: string): void =>
    typeof problem === "string" ? warning(problem) : warning(sentence(problem), annotation(problem, title)),
  error: (problem: Problem, title?: string): void => error(sentence(problem), annotation(problem, title)),
  /** Everything printed until `body` ends is folded under `title`. */
  group: async <T>(title: string, body: () => Promise<T>): Promise<T> => {
    startGroup(title);
    try {
      return await body();
    } finally {
      endGroup();
    }
  },
};

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
