/**
 * Sends the events to the pages, as server-sent events. Each page reads the history at its own speed; one that is too slow
 * misses events, and never makes the gateway keep them.
 *
 *   event: start         {until, rows}: the connections; events with smaller numbers than `until` follow at once
 *   event: events        [[number, event, at], …]
 *   event: rows          {rows}: the connections, since the page has missed events
 *   event: entry-points  {}: the stages have changed
 *   event: clear         {}: the history was cleared
 *   event: own           [connectionId, …]: the connections that the inspector opened
 */
import type { ServerResponse } from "node:http";
import type { ConnectionRow } from "./connections";
import type { History } from "./history";

export interface StreamSource {
  readonly history: History;
  rows(): Iterable<ConnectionRow>;
  own(): readonly string[];
}

interface Page {
  readonly response: ServerResponse;
  /** The number of the next event to send. */
  next: number;
}

/** How long an event waits for others, in milliseconds. */
const GATHER_MS = 25;

export class Stream {
  readonly #pages = new Set<Page>();
  #flushing: NodeJS.Timeout | undefined;

  constructor(private readonly source: StreamSource) {}

  get size(): number {
    return this.#pages.size;
  }

  /** Sends the connections and the history to a page, and then what follows. */
  open(response: ServerResponse, closed: () => void): void {
    const { history } = this.source;
    const page = { response, next: history.first };
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    write(page, "start", { until: history.first < history.next ? history.next : 0, rows: [...this.source.rows()] });
    write(page, "own", this.source.own());
    this.#pages.add(page);
    response.on("drain", () => this.#send(page));
    response.on("close", () => {
      this.#pages.delete(page);
      closed();
    });
    this.#send(page);
  }

  /** To be called after each event. */
  changed(): void {
    if (this.#pages.size > 0) this.#flushing ??= setTimeout(() => this.flush(), GATHER_MS);
  }

  /** Sends the events that wait for others. */
  flush(): void {
    clearTimeout(this.#flushing);
    this.#flushing = undefined;
    for (const page of this.#pages) this.#send(page);
  }

  /** Sends to all pages, after the events so far. */
  tell(name: "entry-points" | "clear" | "own", data: unknown = {}): void {
    this.flush();
    for (const page of this.#pages) write(page, name, data);
  }

  close(): void {
    clearTimeout(this.#flushing);
    for (const { response } of this.#pages) response.end();
  }

  #send(page: Page): void {
    const { history } = this.source;
    while (!page.response.writableNeedDrain) {
      const chunk = history.from(page.next);
      if (chunk === undefined) return;
      if (page.next < chunk.first) write(page, "rows", { rows: [...this.source.rows()] });
      page.next = chunk.next;
      writeJson(page, "events", chunk.json);
    }
  }
}

function write(page: Page, name: string, data: unknown): void {
  writeJson(page, name, JSON.stringify(data));
}

function writeJson({ response }: Page, name: string, json: string | Buffer): void {
  response.cork();
  response.write(`event: ${name}\ndata: `);
  response.write(json);
  response.write("\n\n");
  response.uncork();
}
