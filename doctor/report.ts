/** The report of `doctor` as text. */
import { brief } from "../smoke/advice";
import type { Certainty, Evidence, Finding } from "./evidence";

const WORDS: Readonly<Record<Certainty, string>> = {
  certain: "The cause",
  likely: "Likely",
  possible: "Possible",
};

/** @param url without its query string, which may contain the token */
export function renderFindings(url: string, evidence: Evidence, findings: readonly Finding[]): string {
  const { answer, inside } = evidence;
  const head =
    answer.kind === "failed"
      ? `There is no connection to ${url}.`
      : `${url} ${answer.kind === "connected" ? "accepts the client" : `answers ${brief(answer)}`}.`;
  const body = findings.map(
    ({ certainty, cause, remedy }, at) => `${at + 1}. ${WORDS[certainty]}: ${cause}${remedy ? `\n   ${remedy}` : ""}`,
  );
  const notes = inside?.kind === "unread" ? [`The AWS account was not read: ${inside.why}`] : [];
  return `${[head, ...body, ...notes].join("\n")}\n`;
}
