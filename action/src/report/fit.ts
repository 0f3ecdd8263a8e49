/** Truncates a text to the length that GitHub accepts, with a visible notice. */

/** A comment holds 65,536 characters; a job summary of one step 1 MiB. Less here, since GitHub may count other characters than JavaScript does. */
export const COMMENT_LIMIT = 65_000;
export const SUMMARY_LIMIT = 1_000_000;

/** Complete lines from the beginning, then the notice. */
export function fit(text: string, limit: number, notice: string): string {
  if (text.length <= limit) return text;
  const room = limit - notice.length - 16;
  const end = text.lastIndexOf("\n", room);
  const kept = text.slice(0, end > 0 ? end : room);
  // Closes a chart that is cut, so that the notice is not shown as part of it.
  const fence = (kept.match(/^```/gm)?.length ?? 0) % 2 === 1 ? "\n```" : "";
  return `${kept}${fence}\n\n${notice}\n`;
}
