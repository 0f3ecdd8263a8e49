/** Cuts a text to what GitHub takes, so that one sees that it was cut. */

/** A comment holds 65,536 characters; a job summary of one step 1 MiB. A little less, since GitHub counts in its own way. */
export const COMMENT_LIMIT = 65_000;
export const SUMMARY_LIMIT = 1_000_000;

/** Whole lines from the beginning, and the notice in place of the rest. */
export function fit(text: string, limit: number, notice: string): string {
  if (text.length <= limit) return text;
  const room = limit - notice.length - 16;
  const end = text.lastIndexOf("\n", room);
  const kept = text.slice(0, end > 0 ? end : room);
  // A chart that is cut in the middle must not swallow the notice.
  const fence = (kept.match(/^```/gm)?.length ?? 0) % 2 === 1 ? "\n```" : "";
  return `${kept}${fence}\n\n${notice}\n`;
}
