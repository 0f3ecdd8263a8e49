/**
 * The latest events, limited in bytes. Each has a number, so that every page continues where it stopped, and no events are
 * kept for a page. They are kept as the JSON that pages get, outside of the heap: the garbage collector would copy objects
 * several times, which takes longer than creating them.
 */
import type { TraceEvent } from "../trace/trace";

/** An event and its number. Numbers increase by one. */
export type Numbered = readonly [number: number, event: TraceEvent];
/** With the event's time in milliseconds since the epoch, more exact than its own. */
export type Timed = readonly [...Numbered, at: number];

/** Events that were sealed together. */
export interface Chunk {
  /** The number of the first event. */
  readonly first: number;
  /** The number that follows the last event's. */
  readonly next: number;
  /** A list of {@link Timed} as JSON. */
  readonly json: Buffer;
}

/** Characters after which events are sealed. */
const CHUNK = 64 * 1024;

export class History {
  /** Oldest first. */
  #chunks: Chunk[] = [];
  #bytes = 0;
  /** The latest events as JSON, not sealed yet. */
  #open: string[] = [];
  #openLength = 0;
  #next = 1;

  constructor(private readonly maximumBytes: number) {}

  /** The number of the oldest event; that of the next one where there is none. */
  get first(): number {
    return this.#chunks[0]?.first ?? this.#next - this.#open.length;
  }

  /** The number of the next event. */
  get next(): number {
    return this.#next;
  }

  /** Returns the event's number. */
  add(event: TraceEvent, at: number): number {
    const number = this.#next;
    const timed: Timed = [number, event, at];
    const json = JSON.stringify(timed);
    this.#next += 1;
    this.#open.push(json);
    this.#openLength += json.length;
    if (this.#openLength > CHUNK) this.#seal();
    return number;
  }

  /** The events that were sealed together with this one or, if it was dropped, the oldest ones. */
  from(number: number): Chunk | undefined {
    this.#seal();
    let [low, high] = [0, this.#chunks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#chunks[middle]?.next ?? 0) > number) high = middle;
      else low = middle + 1;
    }
    return this.#chunks[low];
  }

  clear(): void {
    this.#chunks = [];
    this.#bytes = 0;
    this.#open = [];
    this.#openLength = 0;
  }

  #seal(): void {
    if (this.#open.length === 0) return;
    const text = `[${this.#open.join(",")}]`;
    // Not from the pool of Node.js: the smallest chunk would keep 8 KB of it.
    const json = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
    json.write(text);
    this.#chunks.push({ first: this.#next - this.#open.length, next: this.#next, json });
    this.#open = [];
    this.#openLength = 0;
    this.#bytes += json.length;
    while (this.#bytes > this.maximumBytes) this.#bytes -= this.#chunks.shift()?.json.length ?? 0;
  }
}
