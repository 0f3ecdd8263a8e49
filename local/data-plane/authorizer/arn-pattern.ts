/**
 * Wildcards of IAM: `*` stands for any characters, `?` for one.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */

/**
 * Returns whether a text matches a pattern. The time is never exponential, because it backtracks to the last `*` only.
 */
export function matchesPattern(text: string, pattern: string): boolean {
  if (pattern === "*" || pattern === text) return true;
  let t = 0;
  let p = 0;
  let star = -1;
  let resume = 0;
  while (t < text.length) {
    if (p < pattern.length && pattern[p] === "*") {
      star = p++;
      resume = t;
    } else if (p < pattern.length && (pattern[p] === "?" || pattern[p] === text[t])) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}
