/** Tests one connection for what the caller expects: a status, messages, pings, a clean close. */

import { masker, maskUrl, secretsOf } from "../terminal/mask";
import { adviceFor, brief } from "./advice";
import { type Outcome, type Reporting, runCase, words } from "./cases/case";
import { closeCase, pingCase, receiveExpected } from "./cases/live";
import { Connection } from "./connection";
import { ANSWER_TIMEOUT_MS } from "./constants";
import type { Expectation } from "./expectation";
import { probe } from "./probe";
import { distribution, total } from "./statistics";
import { targetOf } from "./target";
import type { CaseResult, ProbeOptions, SmokeReport } from "./types";

export interface CheckOptions extends ProbeOptions {
  /** 101, or the status with which the handshake must be rejected. */
  readonly expectStatus?: number | undefined;
  readonly send?: readonly string[] | undefined;
  readonly expect?: readonly Expectation[] | undefined;
  /** Number of connections, one after the other. The messages go over the last one. */
  readonly repeat?: number | undefined;
  readonly pings?: number | undefined;
  /** Timeout for each expected message, pong and close, in milliseconds. */
  readonly answerTimeoutMs?: number | undefined;
  readonly onCase?: ((result: CaseResult) => void) | undefined;
}

type CheckContext = Reporting & { readonly options: CheckOptions };

/**
 * Connects, sends and expects messages, pings and closes. Failures are in the report.
 *
 * @example
 * const report = await runCheck({ url: "wss://host/prod", query: { token }, send: ["hello"], expect: [parseExpectation("/hi/")] });
 *
 * @throws OptionsError
 */
export async function runCheck(options: CheckOptions): Promise<SmokeReport> {
  targetOf(options);
  const startedAt = new Date().toISOString();
  const started = performance.now();
  const context: CheckContext = { options, mask: masker(secretsOf(options)) };
  const connects: number[] = [];
  const pings: number[] = [];
  const { result, connection } = await connectCase(context, connects);
  const cases = [result, ...(connection ? await use(context, connection, pings) : [])];
  return {
    passed: cases.every(({ verdict }) => verdict !== "failed"),
    url: context.mask(maskUrl(options.url)),
    startedAt,
    durationMs: performance.now() - started,
    cases,
    connectMs: distribution(connects),
    pingMs: distribution(pings),
  };
}

/** Checks that every handshake gets the expected answer. The last connection stays open. */
async function connectCase(
  context: CheckContext,
  samples: number[],
): Promise<{ result: CaseResult; connection: Connection | undefined }> {
  const { options } = context;
  const expected = String(options.expectStatus ?? 101);
  const repeat = options.repeat ?? 1;
  let connection: Connection | undefined;
  const body = async (): Promise<Outcome> => {
    for (;;) {
      const answer = await probe(options);
      const actual = brief(answer);
      const outcome = { expected, actual, attempts: 1, timings: answer.timings };
      const got = answer instanceof Connection ? { status: 101 } : words(answer);
      if (actual !== expected) {
        if (answer instanceof Connection) await answer.close(options).catch(() => {});
        const detail = answer instanceof Connection ? "The client was accepted." : adviceFor(answer);
        return { ...outcome, ...got, verdict: "failed", detail };
      }
      samples.push(total(answer.timings));
      if (samples.length >= repeat) {
        if (answer instanceof Connection) connection = answer;
        return { ...outcome, ...got, verdict: "passed" };
      }
      if (answer instanceof Connection) await answer.close(options);
    }
  };
  const title = expected === "101" ? "The client connects" : `The client is rejected with ${expected}`;
  const result = await runCase(context, "connect", expected, body, title);
  return { result, connection };
}

async function use(context: CheckContext, connection: Connection, pings: number[]): Promise<CaseResult[]> {
  const { send = [], expect = [], pings: count = 1, signal, answerTimeoutMs } = context.options;
  const wait = { signal, timeoutMs: answerTimeoutMs ?? ANSWER_TIMEOUT_MS };
  const results: CaseResult[] = [];
  if (send.length + expect.length > 0) {
    const expected = expect.map(({ text }) => text).join(" then ") || "sent";
    const title = expect.length > 0 ? "The expected messages arrive" : "The messages are sent";
    const body = async (): Promise<Outcome> => {
      for (const text of send) await connection.send(text, wait);
      for (const expectation of expect) await receiveExpected(connection, expectation, wait);
      return { verdict: "passed", expected, actual: expect.length > 0 ? "received" : "sent", attempts: 1 };
    };
    results.push(await runCase(context, "message", expected, body, title));
  }
  if (count > 0) results.push(await pingCase(context, connection, count, wait, pings));
  results.push(await closeCase(context, connection, wait));
  return results;
}
