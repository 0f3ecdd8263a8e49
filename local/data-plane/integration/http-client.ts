/**
 * The HTTP client of the integrations: one pool of keep-alive connections for each backend origin, one timeout for the
 * whole exchange, and a limit on the response body. Redirects are not followed.
 */
import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher, Pool as UndiciPool } from "undici";
// The package's index also loads fetch, caches and mocks, which are half of this program's bundle.
import Pool from "undici/lib/dispatcher/pool.js";
import type { Limits } from "../limits";

export interface HttpRequest {
  readonly origin: string;
  /** Path with the query string. */
  readonly path: string;
  readonly method: string;
  /** Alternating names and values. */
  readonly headers: string[];
  readonly body: string | Buffer | undefined;
  readonly timeoutMs: number;
  /** Bytes of the response's body that the caller needs: all, or as many as it shows. */
  readonly keep: "all" | number;
}

export type HttpOutcome =
  | {
      readonly kind: "response";
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      /** As much of the body as was to be kept. */
      readonly body: Buffer;
      /** Bytes of the whole body. */
      readonly bytes: number;
    }
  | { readonly kind: "timeout" }
  | { readonly kind: "unreachable"; readonly detail: string }
  | { readonly kind: "too-large" };

export class HttpClient {
  readonly #pools = new Map<string, UndiciPool>();

  constructor(private readonly limits: Limits) {}

  send(request: HttpRequest): Promise<HttpOutcome> {
    const { origin, path, method, headers, body, timeoutMs } = request;
    return new Promise((resolve) => {
      const exchange = new Exchange(request, this.limits.messageBytes, resolve);
      try {
        const options: Dispatcher.DispatchOptions = { origin, path, method, headers, body: body ?? null };
        this.#pool(origin).dispatch({ ...options, headersTimeout: 0, bodyTimeout: 0 }, exchange);
        exchange.start(timeoutMs);
      } catch (error) {
        exchange.finish({ kind: "unreachable", detail: reasonOf(error) });
      }
    });
  }

  /** Closes every connection, together with the requests in progress. */
  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.destroy()));
    this.#pools.clear();
  }

  #pool(origin: string): UndiciPool {
    let pool = this.#pools.get(origin);
    if (pool === undefined) {
      pool = new Pool(origin, {
        connections: this.limits.backendConnections,
        connect: { timeout: this.limits.integrationTimeoutMs },
      });
      this.#pools.set(origin, pool);
    }
    return pool;
  }
}

/** A request in progress, as a handler of undici. */
class Exchange implements Dispatcher.DispatchHandler {
  #controller: Dispatcher.DispatchController | undefined;
  #timer: NodeJS.Timeout | undefined;
  #done = false;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(
    private readonly request: HttpRequest,
    private readonly maximumBytes: number,
    private readonly resolve: (outcome: HttpOutcome) => void,
  ) {}

  start(timeoutMs: number): void {
    if (!this.#done) this.#timer = setTimeout(() => this.#stop({ kind: "timeout" }), timeoutMs);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // The request timed out while it was in the queue.
    if (this.#done) controller.abort(new Error("timed out"));
  }

  onRequestUpgrade(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.#stop({ kind: "unreachable", detail: "the backend switched protocols" });
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    const { keep } = this.request;
    const before = this.#bytes;
    this.#bytes += chunk.length;
    if (keep !== "all" && before < keep) this.#chunks.push(chunk.subarray(0, keep - before));
    if (this.#bytes <= this.maximumBytes) {
      if (keep === "all") this.#chunks.push(chunk);
    } else {
      // Where the body is not needed, the status is enough.
      this.#stop(keep === "all" ? { kind: "too-large" } : this.#response());
    }
  }

  onResponseEnd(): void {
    this.finish(this.#response());
  }

  onResponseError(_: Dispatcher.DispatchController | undefined, error: Error): void {
    this.finish({ kind: "unreachable", detail: reasonOf(error) });
  }

  finish(outcome: HttpOutcome): void {
    if (this.#done) return;
    this.#done = true;
    clearTimeout(this.#timer);
    this.#chunks = [];
    this.resolve(outcome);
  }

  #response(): HttpOutcome {
    const [only] = this.#chunks;
    const body = only !== undefined && this.#chunks.length === 1 ? only : Buffer.concat(this.#chunks);
    return { kind: "response", status: this.#status, headers: this.#headers, body, bytes: this.#bytes };
  }

  #stop(outcome: HttpOutcome): void {
    this.finish(outcome);
    this.#controller?.abort(new Error("cancelled"));
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error && typeof error.code === "string" ? `${error.code}: ` : "";
  return `${code}${error.message || error.name}`;
}
