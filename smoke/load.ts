/**
 * Load: many clients at once, each with one connection, on which it makes one round trip after the other (a ping, or a
 * message and its answer) until the time is over. For a few hundred clients; larger tests need a tool that runs on many
 * machines.
 */
import { setMaxListeners } from "node:events";
import { masker, maskUrl, secretsOf } from "../terminal/mask";
import { brief } from "./advice";
import { Connection, type Wait } from "./connection";
import { ANSWER_TIMEOUT_MS } from "./constants";
import { delay } from "./deadline";
import { ProbeError } from "./errors";
import { type Expectation, gatewayError } from "./expectation";
import { probe } from "./probe";
import { Histogram, type Percentiles } from "./statistics";
import { targetOf } from "./target";
import type { ProbeOptions } from "./types";

export interface LoadOptions extends ProbeOptions {
  /** Clients at once. */
  readonly concurrency: number;
  readonly durationMs: number;
  /** The message of each round trip. Default: a ping. */
  readonly send?: string | undefined;
  /** The answer that ends a round trip. Default: any message but an error frame of API Gateway. */
  readonly expect?: Expectation | undefined;
  /** Timeout for each answer, in milliseconds. */
  readonly answerTimeoutMs?: number | undefined;
}

export interface LoadReport {
  /** Whether every connect and every round trip succeeded, and there was at least one of each. */
  readonly passed: boolean;
  readonly url: string;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly concurrency: number;
  /** Milliseconds from the start to 101. */
  readonly connects: Percentiles;
  /** Milliseconds from the message or ping to its answer. */
  readonly roundTrips: Percentiles;
  /** Failures by what happened, such as `429`, `timeout` or `Internal server error`. */
  readonly failures: Readonly<Record<string, number>>;
}

/** New connections a second, of the 500 that AWS allows an account: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html */
const CONNECTS_A_SECOND = 200;
/** Time before a client that could not connect, or was disconnected, tries again. */
const RETRY_MS = 500;
const NO_CONNECTION = "no connection before the end";
const NO_ANSWER = "no answer before the end";

/**
 * Runs clients until the time is over.
 *
 * @example
 * const report = await runLoad({ url: "wss://host/prod", query: { token }, concurrency: 50, durationMs: 10_000 });
 * report.roundTrips.p99; // milliseconds
 *
 * @throws OptionsError
 */
export async function runLoad(options: LoadOptions): Promise<LoadReport> {
  targetOf(options);
  const startedAt = new Date().toISOString();
  const started = performance.now();
  const over = new AbortController();
  // Each client waits for it.
  setMaxListeners(0, over.signal);
  const stop = () => over.abort();
  const timer = setTimeout(stop, options.durationMs);
  options.signal?.addEventListener("abort", stop, { once: true });
  const run: Run = {
    options: { ...options, signal: over.signal },
    signal: over.signal,
    connects: new Histogram(),
    roundTrips: new Histogram(),
    failures: new Map(),
  };
  try {
    await Promise.all(Array.from({ length: options.concurrency }, (_, index) => client(run, index)));
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener("abort", stop);
  }
  const mask = masker(secretsOf(options));
  const nothing = run.connects.percentiles.count === 0 ? NO_CONNECTION : NO_ANSWER;
  if (run.failures.size === 0 && run.roundTrips.percentiles.count === 0) count(run, nothing);
  const [connects, roundTrips] = [run.connects.percentiles, run.roundTrips.percentiles];
  return {
    passed: run.failures.size === 0,
    url: mask(maskUrl(options.url)),
    startedAt,
    durationMs: performance.now() - started,
    concurrency: options.concurrency,
    connects,
    roundTrips,
    failures: Object.fromEntries(run.failures),
  };
}

interface Run {
  readonly options: LoadOptions;
  readonly signal: AbortSignal;
  readonly connects: Histogram;
  readonly roundTrips: Histogram;
  readonly failures: Map<string, number>;
}

async function client(run: Run, index: number): Promise<void> {
  await pause((1000 / CONNECTS_A_SECOND) * index, run);
  while (!run.signal.aborted) {
    const began = performance.now();
    const answer = await probe(run.options);
    if (run.signal.aborted && !(answer instanceof Connection)) return;
    if (answer instanceof Connection) {
      run.connects.add(performance.now() - began);
      await roundTrips(run, answer);
      await answer.close({ timeoutMs: 1000 }).catch(() => {});
    } else {
      count(run, brief(answer));
    }
    await pause(RETRY_MS, run);
  }
}

/** Ends with the time, or with the connection. */
async function roundTrips(run: Run, connection: Connection): Promise<void> {
  const wait = { signal: run.signal, timeoutMs: run.options.answerTimeoutMs ?? ANSWER_TIMEOUT_MS };
  while (!run.signal.aborted) {
    try {
      const began = performance.now();
      const error = await roundTrip(run.options, connection, wait);
      if (error === undefined) run.roundTrips.add(performance.now() - began);
      else count(run, error);
    } catch (error) {
      if (run.signal.aborted) return;
      if (!(error instanceof ProbeError)) throw error;
      count(run, error.code === "reset" ? "disconnected" : error.code);
      if (error.code !== "timeout") return;
    }
  }
}

/** Returns the message of the error frame that API Gateway sent in place of an answer. */
async function roundTrip(
  { send, expect }: LoadOptions,
  connection: Connection,
  wait: Wait,
): Promise<string | undefined> {
  if (send === undefined) {
    await connection.ping(wait);
    return undefined;
  }
  await connection.send(send, wait);
  const { text } = await connection.receive(
    (frame) => gatewayError(frame.text) !== undefined || (expect?.matches(frame.text) ?? true),
    wait,
  );
  return expect?.matches(text) ? undefined : gatewayError(text);
}

function count({ failures }: Run, what: string): void {
  failures.set(what, (failures.get(what) ?? 0) + 1);
}

async function pause(milliseconds: number, { signal }: Run): Promise<void> {
  await delay(milliseconds, signal).catch(() => {});
}
