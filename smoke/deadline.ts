/** Waits that end with a value, an error, a timeout or the caller's abort, whichever comes first. */
import { ProbeError } from "./errors";

/**
 * Runs `start` for at most `ms` milliseconds. If the wait ends before `start` does, the signal of `start` is aborted, so that
 * it can free its resources.
 *
 * @throws ProbeError `timeout` or `cancelled`, and the errors of `start`
 */
export async function within<T>(
  what: string,
  ms: number,
  signal: AbortSignal | undefined,
  start: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  // The reason of an abort may be a ProbeError, such as the deadline of the whole test.
  const cancelled = () =>
    signal?.reason instanceof ProbeError ? signal.reason : new ProbeError("cancelled", `Cancelled: ${what}.`);
  if (signal?.aborted) throw cancelled();
  const controller = new AbortController();
  const over = new Promise<never>((_, reject) => {
    controller.signal.addEventListener("abort", () => reject(controller.signal.reason), { once: true });
  });
  const onAbort = () => controller.abort(cancelled());
  signal?.addEventListener("abort", onAbort, { once: true });
  const timer = setTimeout(
    () => controller.abort(new ProbeError("timeout", `No answer within ${ms} ms: ${what}.`)),
    ms,
  );
  try {
    return await Promise.race([start(controller.signal), over]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
}

/** Waits for `ms` milliseconds. @throws ProbeError `cancelled` */
export async function delay(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(new ProbeError("cancelled", "Cancelled while waiting for the next attempt."));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    if (signal?.aborted) onAbort();
    else signal?.addEventListener("abort", onAbort, { once: true });
  });
}
