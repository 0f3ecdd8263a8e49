/**
 * The latest events, limited in bytes. Each has a number, so that every page continues where it stopped, and no events are
 * kept for a page.
 */
import type { TraceEvent } from "../trace/trace";
import { bytesOf } from "./size";

/** An event and its number. Numbers increase by one. */
export type Numbered = readonly [number: number, event: TraceEvent];
/** With the event's time in milliseconds since the epoch, more exact than its own. */
export type Timed = readonly [...Numbered, at: number];

interface Kept {
  readonly event: TraceEvent;
  readonly at: number;
  readonly bytes: number;
}

export class History {
  /** Undefined before `#start`. */
  #kept: (Kept | undefined)[] = [];
  /** Index in `#kept` of the oldest event. */
  #start = 0;
  #bytes = 0;
  #next = 1;

  /** @param maximumBytes about: two for each character of the events' texts */
  constructor(private readonly maximumBytes: number) {}

  /** The number of the oldest event; that of the next one where there is none. */
  get first(): number {
    return this.#next - (this.#kept.length - this.#start);
  }

  /** The number of the next event. */
  get next(): number {
    return this.#next;
  }

  /** Returns the event's number. */
  add(event: TraceEvent, at: number): number {
    const bytes = bytesOf(event);
    this.#kept.push({ event, at, bytes });
    this.#bytes += bytes;
    this.#next += 1;
    while (this.#bytes > this.maximumBytes) this.#drop();
    return this.#next - 1;
  }

  /** At most `count` events from this number on. */
  from(number: number, count: number): Timed[] {
    const from = Math.max(number, this.first);
    const start = this.#start + (from - this.first);
    const kept = this.#kept.slice(start, start + count);
    return kept.flatMap((one, i) => (one ? [[from + i, one.event, one.at] as const] : []));
  }

  clear(): void {
    this.#kept = [];
    this.#start = 0;
    this.#bytes = 0;
  }

  #drop(): void {
    this.#bytes -= this.#kept[this.#start]?.bytes ?? 0;
    this.#kept[this.#start] = undefined;
    this.#start += 1;
    // Shortened in large steps: moving the array for each event would be slow.
    if (this.#start <= this.#kept.length / 2) return;
    this.#kept = this.#kept.slice(this.#start);
    this.#start = 0;
  }
}
