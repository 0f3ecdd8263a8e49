/** Recognizes the answers of a deployment that has not propagated yet, and retries within one deadline. */
import { BACKOFF_MS, RETRY_SHARE } from "./constants";
import { delay } from "./deadline";
import { ProbeError } from "./errors";
import type { Failure, Refusal } from "./types";

export type Answer = { readonly kind: string } | Refusal | Failure;

/** A new domain may have another certificate at first. An expired or unknown certificate does not change by itself. */
const TLS_MISMATCH = "ERR_TLS_CERT_ALTNAME_INVALID";

const isRefusal = (answer: Answer): answer is Refusal => answer.kind === "refused";
const isFailure = (answer: Answer): answer is Failure => answer.kind === "failed";

/**
 * Returns whether an answer may change by itself: the name does not resolve yet, the connection is refused, the certificate
 * is for another name, the stage does not exist yet (403 `ForbiddenException`, only soon after a deployment), throttling, 5xx.
 */
export function looksLikePropagation(answer: Answer, young: boolean): boolean {
  if (isFailure(answer)) {
    return answer.failure === "dns" || answer.failure === "refused" || answer.code === TLS_MISMATCH;
  }
  if (!isRefusal(answer)) return false;
  const { status } = answer;
  if (status === 403) return young && (answer.headers["x-amzn-errortype"] ?? "").startsWith("ForbiddenException");
  return status === 429 || (status >= 500 && status < 600);
}

/** The clock of a test: its start, its deadline, and the signal that can stop it earlier. */
export class Clock {
  readonly #started = performance.now();
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #onAbort: () => void;

  constructor(
    private readonly deadlineMs: number,
    private readonly outer: AbortSignal | undefined,
    private readonly random: () => number = Math.random,
  ) {
    this.#onAbort = () => this.#controller.abort(new ProbeError("cancelled", "The test was cancelled."));
    this.#timer = setTimeout(() => {
      this.#controller.abort(
        new ProbeError("timeout", `The deadline of ${deadlineMs} ms for the whole test has passed.`),
      );
    }, deadlineMs);
    if (outer?.aborted) this.#onAbort();
    outer?.addEventListener("abort", this.#onAbort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }
  get elapsedMs(): number {
    return performance.now() - this.#started;
  }

  /**
   * Repeats the attempt while `again` returns true and there is time for another one. Returns the last answer. Each delay is
   * random, in a range that grows ("full jitter"), so that many jobs do not retry at the same time.
   */
  async retry<T>(
    attempt: () => Promise<T>,
    again: (answer: T) => boolean,
    onWait: (answer: T, ms: number) => void = () => {},
  ): Promise<{ answer: T; attempts: number }> {
    for (let attempts = 1; ; attempts++) {
      const answer = await attempt();
      const span = Math.min(BACKOFF_MS.cap, BACKOFF_MS.base * 2 ** (attempts - 1));
      const ms = Math.round(this.random() * span);
      const late = this.elapsedMs + ms >= RETRY_SHARE * this.deadlineMs;
      if (!again(answer) || late || this.signal.aborted) return { answer, attempts };
      onWait(answer, ms);
      const waited = await delay(ms, this.signal).then(
        () => true,
        () => false,
      );
      if (!waited) return { answer, attempts };
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.outer?.removeEventListener("abort", this.#onAbort);
  }
}
