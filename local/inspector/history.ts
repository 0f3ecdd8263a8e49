/** Keeps the latest events for pages that are opened later. */
import type { TraceEvent } from "../trace/trace";

export class History {
  readonly #events: TraceEvent[] = [];

  constructor(private readonly size: number) {}

  add(event: TraceEvent): void {
    this.#events.push(event);
    // The list is shortened in large steps, because moving the array for each event would be slow.
    if (this.#events.length >= 2 * this.size) this.#events.splice(0, this.#events.length - this.size);
  }

  latest(): readonly TraceEvent[] {
    return this.#events.slice(-this.size);
  }
}
