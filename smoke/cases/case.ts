/** Code that all cases share: the options of a test, its clock, and functions that build results. */
import { brief } from "../advice";
import { CONNECTS, PINGS, SETTLE_MS } from "../constants";
import { classify, OptionsError } from "../errors";
import type { Identity } from "../identity";
import { probe } from "../probe";
import { type Clock, looksLikePropagation } from "../retry";
import type { CaseId, CaseResult, Failure, ProbeOptions, Refusal, SmokeOptions } from "../types";

/** What every case receives: the options and the clock of the test, and the mask for texts of servers. */
export interface TestContext {
  readonly options: SmokeOptions;
  readonly clock: Clock;
  readonly mask: (text: string) => string;
}

export const TITLES: Readonly<Record<CaseId, string>> = {
  connect: "A client with a good token connects",
  "no-token": "A client without a token is rejected",
  "bad-token": "A client with a forged token is rejected",
  "other-origin": "A page of another origin is rejected",
  "missing-parameter": "A client without a required parameter",
  "unknown-stage": "A stage that does not exist is rejected",
  ping: "Pings are answered",
  push: "The backend's own message arrives",
  message: "A message pushed through @connections arrives",
  close: "The connection closes cleanly",
};

export type Outcome = Omit<CaseResult, "id" | "title" | "durationMs">;

/** The parts of a test that a result needs: the mask for texts of servers, and the listener. */
export interface Reporting {
  readonly mask: (text: string) => string;
  readonly options: { readonly onCase?: ((result: CaseResult) => void) | undefined };
}

/**
 * Runs a case, measures it and adds its title. An error makes the case fail, except OptionsError.
 * @throws OptionsError
 */
export async function runCase(
  { mask, options }: Reporting,
  id: CaseId,
  expected: string,
  body: () => Promise<Outcome>,
  title: string = TITLES[id],
): Promise<CaseResult> {
  const started = performance.now();
  let outcome: Outcome;
  try {
    outcome = await body();
  } catch (error) {
    if (error instanceof OptionsError) throw error;
    const { code, message } = classify(error, "open");
    outcome = { verdict: "failed", expected, actual: code, failure: code, detail: message, attempts: 1 };
  }
  const result: CaseResult = {
    id,
    title,
    ...outcome,
    actual: mask(outcome.actual),
    detail: outcome.detail && mask(outcome.detail),
    durationMs: performance.now() - started,
  };
  options.onCase?.(result);
  return result;
}

export function skip(expected: string, detail: string): Outcome {
  return { verdict: "skipped", expected, actual: "not run", detail, attempts: 0 };
}

/** Returns the options of one probe: those of the test, with this query instead of the URL's, and this identity. */
export function probeOptions(
  { options, clock }: TestContext,
  url: string,
  query: Readonly<Record<string, string>>,
  { query: token, headers, signature }: Identity,
): ProbeOptions {
  const all = { ...options.headers, ...(options.origin && { Origin: options.origin }), ...headers };
  return { ...options, url, query: { ...query, ...token }, headers: all, signature, signal: clock.signal };
}

/** Returns the URL without the token and the required parameters. */
export function bareUrl({ url, tokenParameter, tokenPlace, parameters, query }: SmokeOptions): string {
  const bare = new URL(url);
  const tokens = tokenPlace && !("query" in tokenPlace) ? [] : [tokenPlace?.query ?? tokenParameter];
  for (const name of [...tokens, ...Object.keys(parameters)]) bare.searchParams.delete(name);
  for (const [name, value] of Object.entries(query ?? {})) bare.searchParams.set(name, value);
  return bare.href;
}

/** Connects until the answer is `wanted`, or until a retry would not change the answer. */
export async function connectUntil(
  context: TestContext,
  options: ProbeOptions,
  wanted: (answer: Awaited<ReturnType<typeof probe>>) => boolean,
): Promise<{ answer: Awaited<ReturnType<typeof probe>>; attempts: number }> {
  const { clock, options: smoke } = context;
  return await clock.retry(
    () => probe(options),
    (answer) => !wanted(answer) && looksLikePropagation(answer, isYoung(context)),
    (answer, ms) => smoke.onProgress?.(`${brief(answer)}; trying again in ${ms} ms`),
  );
}

export const isYoung = ({ options, clock }: TestContext): boolean => clock.elapsedMs < (options.settleMs ?? SETTLE_MS);
export const connectsOf = ({ connects }: SmokeOptions): number => Math.max(1, connects ?? CONNECTS);
export const pingsOf = ({ pings }: SmokeOptions): number => Math.max(1, pings ?? PINGS);

/** Returns the parts of a rejection or failure that a result shows. */
export function words(answer: Refusal | Failure): Partial<Outcome> {
  if (answer.kind === "failed") return { failure: answer.failure, timings: answer.timings };
  const aws = Object.entries(answer.headers).filter(([name]) => /^x-amzn?-/.test(name));
  return { status: answer.status, body: answer.body, awsHeaders: Object.fromEntries(aws), timings: answer.timings };
}
