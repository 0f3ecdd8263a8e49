/** Which answers a new deployment may give until it has propagated, and retries within one deadline. */
import { BACKOFF_MS, RETRY_SHARE } from "./constants";
import { delay } from "./deadline";
import { ProbeError } from "./errors";
import type { Failure, Refusal } from "./types";

export type Answer = { readonly kind: string } | Refusal | Failure;

/** A new domain may still answer with another certificate. An expired or unknown certificate does not change by itself. */
const TLS_MISMATCH = "ERR_TLS_CERT_ALTNAME_INVALID";

const isRefusal = (answer: Answer): answer is Refusal => answer.kind === "refused";
const isFailure = (answer: Answer): answer is Failure => answer.kind === "failed";

/**
 * Whether an answer may change by itself: the name does not resolve yet, the connection is refused, the certificate is
 * another one, the stage does not exist yet (403 `ForbiddenException`, only while the deployment is young), throttling, 5xx.
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

/** The clock of a test: its start, its deadline, and the signal that stops it earlier. */
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
   * Repeats the attempt while `again` is true and the next one would not begin too late; returns the last answer.
   * Delays are drawn from the whole growing range ("full jitter"), so that many jobs do not retry at the same time.
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
