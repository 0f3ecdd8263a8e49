/** Suggests a known name for an unknown one: "Did you mean". */

/** Returns the candidate that is nearest to the wrong name, or undefined if none is close. */
export function nearest(wrong: string, candidates: Iterable<string>): string | undefined {
  const plain = simplify(wrong);
  // A name of this length is not a typing error, and comparing it takes time.
  if (plain.length > 64) return undefined;
  let best: string | undefined;
  let bestDistance = Math.floor(Math.max(plain.length, 3) / 3) + 0.5;
  for (const candidate of candidates) {
    const distance = editDistance(plain, simplify(candidate));
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Returns the suggestion as a sentence. @example didYouMean("regin", ["region", "routes"]) // "Did you mean `region`?" */
export function didYouMean(wrong: string, candidates: Iterable<string>): string | undefined {
  const name = nearest(wrong, candidates);
  return name === undefined ? undefined : `Did you mean \`${name}\`?`;
}

/** Removes case, `_` and `-`, in which the naming styles of YAML, Terraform and AWS differ. */
const simplify = (name: string) => name.toLowerCase().replace(/[_\-\s]/g, "");

/** Returns the optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substitution);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      next.push(cost);
    }
    [before, row] = [row, next];
  }
  return row[b.length] ?? 0;
}
