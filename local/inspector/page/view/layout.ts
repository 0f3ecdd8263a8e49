/** Where the lines of a list are: all have the same height, except a few that are open. */

export class Layout {
  /** Open lines in their order, with the height that each has in addition. */
  readonly #extras: readonly (readonly [index: number, extra: number])[];
  readonly total: number;

  constructor(
    readonly count: number,
    readonly lineHeight: number,
    heights: Iterable<readonly [index: number, height: number]>,
  ) {
    this.#extras = [...heights]
      .map(([index, height]) => [index, Math.max(height - lineHeight, 0)] as const)
      .sort(([a], [b]) => a - b);
    this.total = this.offset(count);
  }

  /** The distance of a line from the top of the list. */
  offset(index: number): number {
    let offset = index * this.lineHeight;
    for (const [at, extra] of this.#extras) if (at < index) offset += extra;
    return offset;
  }

  /** The line at a distance from the top of the list. */
  indexAt(distance: number): number {
    let rest = distance;
    for (const [at, extra] of this.#extras) {
      if (rest < (at + 1) * this.lineHeight) break;
      if (rest < (at + 1) * this.lineHeight + extra) return at;
      rest -= extra;
    }
    return Math.min(Math.max(Math.floor(rest / this.lineHeight), 0), Math.max(this.count - 1, 0));
  }
}
