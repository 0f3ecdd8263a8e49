/** Truncates a text to the length that GitHub accepts, with a visible notice. */

/**
 * Limits in characters. A comment may have 65,536 characters, and the job summary of a step 1 MiB. These are lower,
 * because GitHub may count characters differently.
 */
export const COMMENT_LIMIT = 65_000;
export const SUMMARY_LIMIT = 1_000_000;

/** Returns complete lines from the beginning, and then the notice. */
export function fit(text: string, limit: number, notice: string): string {
  if (text.length <= limit) return text;
  const room = limit - notice.length - 16;
  const end = text.lastIndexOf("\n", room);
  const kept = text.slice(0, end > 0 ? end : room);
  // A chart that is cut must be closed, or GitHub would show the notice as part of it.
  const fence = (kept.match(/^```/gm)?.length ?? 0) % 2 === 1 ? "\n```" : "";
  return `${kept}${fence}\n\n${notice}\n`;
}
