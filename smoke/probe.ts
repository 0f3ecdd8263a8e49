/**
 * Connects once, phase by phase, and returns the server's answer and the duration of each phase.
 * A failed connection is a result, not an error. Only invalid options are errors.
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

/**
 * Connects once. The caller closes the connection that it returns.
 *
 * @example
 * const answer = await probe({ url: "wss://host/prod", query: { token } });
 * if (answer.kind === "connected") await answer.close();
 * else console.error(answer.kind === "refused" ? answer.status : answer.message);
 *
 * @throws OptionsError
 */
export async function probe(options: ProbeOptions): Promise<Connection | Refusal | Failure> {
  const target = targetOf(options);
  checkHandshake(options);
  const session = options.signature?.credentials.sessionToken;
  const mask = masker([...secretsOf(options), ...(session === undefined ? [] : [session])]);
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

/**
 * Reads a rejection. A server may repeat the request in its answer, so secrets in it are masked before it is shortened.
 */
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
