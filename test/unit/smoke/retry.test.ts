/** What is retried, and when: only answers that may change by propagation, with full jitter, within one deadline. */
import { BACKOFF_MS } from "../../../smoke/constants";
import { type Answer, Clock, looksLikePropagation } from "../../../smoke/retry";
import type { TransportFailure } from "../../../smoke/types";

const refusal = (status: number, errorType?: string): Answer => ({
  kind: "refused",
  status,
  headers: errorType ? { "x-amzn-errortype": errorType } : {},
  body: "",
  timings: {},
});
const failure = (failed: TransportFailure, code?: string): Answer => ({
  kind: "failed",
  failure: failed,
  state: "dialling",
  code,
  message: "",
  timings: {},
});

test.each<[string, Answer, boolean, boolean]>([
  ["connected", { kind: "connected" }, false, false],
  ["dns", failure("dns", "ENOTFOUND"), true, true],
  ["refused", failure("refused", "ECONNREFUSED"), true, true],
  ["another certificate's name", failure("tls", "ERR_TLS_CERT_ALTNAME_INVALID"), true, true],
  ["an expired certificate", failure("tls", "CERT_HAS_EXPIRED"), false, false],
  ["timeout", failure("timeout"), false, false],
  ["reset", failure("reset"), false, false],
  ["protocol", failure("protocol"), false, false],
  ["proxy", failure("proxy"), false, false],
  ["cancelled", failure("cancelled"), false, false],
  ["400", refusal(400), false, false],
  ["401", refusal(401), false, false],
  ["403 ForbiddenException", refusal(403, "ForbiddenException:http://internal.amazon.com/"), true, false],
  ["403 by the authorizer", refusal(403), false, false],
  ["403 AccessDeniedException", refusal(403, "AccessDeniedException"), false, false],
  ["404", refusal(404), false, false],
  ["429", refusal(429), true, true],
  ["500", refusal(500), true, true],
  ["504", refusal(504), true, true],
  ["301", refusal(301), false, false],
])("%s looks like propagation: young %s", (_title, answer, young, old) => {
  expect(looksLikePropagation(answer, true)).toBe(young);
  expect(looksLikePropagation(answer, false)).toBe(old);
});

async function delays(random: () => number, tries: number): Promise<number[]> {
  jest.useFakeTimers();
  const clock = new Clock(3_600_000, undefined, random);
  const seen: number[] = [];
  let count = 0;
  const done = clock.retry(
    async () => ++count,
    (n) => n < tries,
    (_, ms) => seen.push(ms),
  );
  await jest.advanceTimersByTimeAsync(60_000);
  await done;
  clock.stop();
  jest.useRealTimers();
  return seen;
}

describe("delays", () => {
  test("are drawn from the whole range, which doubles up to a cap", async () => {
    const most = await delays(() => 1, 9);
    expect(most.slice(0, 4)).toEqual([250, 500, 1000, 2000]);
    expect(Math.max(...most)).toBe(BACKOFF_MS.cap);
    expect(new Set(await delays(() => 0, 9))).toEqual(new Set([0]));
  });
});

describe("the clock", () => {
  test("returns the last answer when the next attempt would be too late", async () => {
    const clock = new Clock(100, undefined, () => 1);
    expect(
      await clock.retry(
        async () => "no",
        () => true,
      ),
    ).toEqual({ answer: "no", attempts: 1 });
    clock.stop();
  });
  test("returns the last answer when it is aborted while waiting", async () => {
    const controller = new AbortController();
    const clock = new Clock(60_000, controller.signal, () => 1);
    const result = clock.retry(
      async () => "no",
      () => true,
      () => controller.abort(),
    );
    expect(await result).toEqual({ answer: "no", attempts: 1 });
    expect(clock.signal.reason).toMatchObject({ code: "cancelled" });
    clock.stop();
  });
});
