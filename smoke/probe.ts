/**
 * One attempt to connect, phase by phase: what answered, in its own words, and how long each phase took.
 * Everything that goes wrong is a value; only options that make no sense are thrown.
 */
import type { IncomingMessage } from "node:http";
import { masker, secretsOf } from "../terminal/mask";
import { Connection } from "./connection";
import { BODY_LIMIT_BYTES, PHASE_TIMEOUT_MS, UPGRADE_TIMEOUT_MS } from "./constants";
import { within } from "./deadline";
import { classify, OptionsError } from "./errors";
import { checkHandshake } from "./handshake";
import { Lifecycle } from "./lifecycle";
import { openSocket } from "./socket";
import { targetOf } from "./target";
import type { Failure, ProbeOptions, Refusal, Timings } from "./types";
import { headersOf, readSome, upgrade } from "./upgrade";

/** @throws OptionsError */
export async function probe(options: ProbeOptions): Promise<Connection | Refusal | Failure> {
  const target = targetOf(options);
  checkHandshake(options);
  const mask = masker(secretsOf(options));
  const life = new Lifecycle(options.onState);
  try {
    const socket = await openSocket(target, options, life);
    const ms = options.upgradeTimeoutMs ?? options.phaseTimeoutMs ?? UPGRADE_TIMEOUT_MS;
    const answer = await within("the answer to the upgrade", ms, options.signal, (signal) =>
      upgrade(socket, target, options, life, signal),
    );
    return answer instanceof Connection ? answer : await refusal(answer, options, life.timings, mask);
  } catch (error) {
    if (error instanceof OptionsError) throw error;
    const { state } = life;
    const { code, message, origin } = classify(error, state);
    life.enter("failed");
    return { kind: "failed", failure: code, state, code: origin, message: mask(message), timings: life.timings };
  }
}

/** A server may send the request back: its words go through the mask as ours do, and are cut after it. */
async function refusal(
  response: IncomingMessage,
  options: ProbeOptions,
  timings: Timings,
  mask: (text: string) => string,
): Promise<Refusal> {
  const ms = options.phaseTimeoutMs ?? PHASE_TIMEOUT_MS;
  const body = mask(await readSome(response, 2 * BODY_LIMIT_BYTES, ms, options.signal));
  return {
    kind: "refused",
    status: response.statusCode ?? 0,
    headers: Object.fromEntries(Object.entries(headersOf(response)).map(([name, value]) => [name, mask(value)])),
    body: Buffer.from(body).subarray(0, BODY_LIMIT_BYTES).toString("utf8"),
    timings,
  };
}
