/** Where a list is scrolled to: at its end, or at a line, which stays where it is while other lines come and go. */
import type { Layout } from "./layout";

/** A list as it is now. */
export interface Lines {
  readonly layout: Layout;
  /** Pixels on the screen. */
  readonly height: number;
  /** Empty where there is no such line. */
  keyAt(index: number): string;
  /** -1 where there is no such line. */
  indexOf(key: string): number;
}

/** Lines that stay visible above a long one that is revealed. */
const CONTEXT = 5;

export class ScrollPosition {
  /** Whether the list follows its end. */
  #follows = true;
  /** The first line on the screen, and how many pixels of it are above the screen. */
  #key = "";
  #index = 0;
  #hidden = 0;

  get follows(): boolean {
    return this.#follows;
  }

  follow(): void {
    this.#follows = true;
  }

  /** Stays at the line that is this many pixels below the beginning of the list. */
  stayAt(top: number, { layout, keyAt }: Lines): void {
    this.#follows = false;
    this.#index = layout.indexAt(top);
    this.#key = keyAt(this.#index);
    this.#hidden = top - layout.offset(this.#index);
  }

  /** Scrolls as far as needed to show the whole line or, if it is higher than the screen, its beginning. */
  reveal(index: number, lines: Lines): void {
    const { layout, height } = lines;
    const from = layout.offset(index);
    const context = Math.min(CONTEXT * layout.lineHeight, height - layout.lineHeight);
    const farthest = Math.max(from - context, 0);
    const wholeLine = Math.min(layout.offset(index + 1) - height, farthest);
    const now = this.top(lines);
    this.stayAt(from < now ? from : Math.min(Math.max(now, wholeLine), highestTop(lines)), lines);
  }

  /** Pixels of the list above the screen. */
  top(lines: Lines): number {
    const highest = highestTop(lines);
    if (this.#follows) return highest;
    const { layout } = lines;
    const found = lines.indexOf(this.#key);
    // The line that is now at the place of one that is gone.
    if (found < 0) return Math.min(layout.offset(Math.min(this.#index, Math.max(layout.count - 1, 0))), highest);
    return Math.min(layout.offset(found) + this.#hidden, highest);
  }
}

const highestTop = ({ layout, height }: Lines): number => Math.max(layout.total - height, 0);
