/** The latest events, for a page that is opened after they happened: limited in number, and in bytes. */
import type { TraceEvent } from "../trace/trace";

export interface HistoryLimits {
  readonly events: number;
  /** About: two for each character of their texts. */
  readonly bytes: number;
}

export class History {
  #events: { readonly event: TraceEvent; readonly bytes: number }[] = [];
  #first = 0;
  #bytes = 0;

  constructor(private readonly limits: HistoryLimits) {}

  add(event: TraceEvent): void {
    const bytes = bytesOf(event);
    this.#events.push({ event, bytes });
    this.#bytes += bytes;
    while (this.#events.length - this.#first > this.limits.events || this.#bytes > this.limits.bytes) this.#drop();
  }

  latest(): readonly TraceEvent[] {
    return this.#events.slice(this.#first).map(({ event }) => event);
  }

  #drop(): void {
    this.#bytes -= this.#events[this.#first]?.bytes ?? 0;
    this.#first += 1;
    // Shortened in large steps: moving the array for each event would be slow.
    if (this.#first <= this.#events.length / 2) return;
    this.#events = this.#events.slice(this.#first);
    this.#first = 0;
  }
}

function bytesOf(value: unknown): number {
  if (typeof value === "string") return 2 * value.length;
  if (typeof value !== "object" || value === null) return 8;
  return Object.values(value).reduce<number>((sum, member) => sum + bytesOf(member), 16);
}
