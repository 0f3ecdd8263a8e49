/** Tests a whole endpoint: it must accept a valid client, reject others, and push messages to the client. */

import { masker, maskUrl, secretsOf } from "../terminal/mask";
import { pingsOf, runCase, skip, type TestContext } from "./cases/case";
import { connectCase } from "./cases/connect";
import { closeCase, pingCase, pushCase } from "./cases/live";
import { messageCase } from "./cases/message";
import { refusalCase, refusalsFor } from "./cases/refusals";
import type { Connection } from "./connection";
import { DEADLINE_MS } from "./constants";
import { type Expectation, parseExpectation } from "./expectation";
import { Clock } from "./retry";
import { distribution, upgradeShares } from "./statistics";
import { targetOf } from "./target";
import { forgeries } from "./token";
import type { CaseResult, SmokeOptions, SmokeReport } from "./types";

/**
 * Runs all cases. Connects first, with retries while the deployment may still propagate. Then runs the cases of rejected
 * clients in parallel, and last the cases on the open connection. Returns a report even if it is cancelled or reaches its
 * deadline.
 *
 * @example
 * const report = await runSmoke({ url: "wss://host/prod", token, tokenParameter: "token", parameters: { stocks: "aapl" } });
 * process.stdout.write(renderText(report));
 *
 * @throws OptionsError for an invalid option
 */
export async function runSmoke(options: SmokeOptions): Promise<SmokeReport> {
  targetOf(options);
  if (options.endpoint !== undefined) targetOf({ url: options.endpoint });
  const push = options.expectPush === undefined ? undefined : parseExpectation(options.expectPush);
  const startedAt = new Date().toISOString();
  const { token } = options;
  const tokens = token === undefined ? [] : [token, ...forgeries(token).map((forgery) => forgery.token)];
  const secrets = [...secretsOf(options), ...tokens];
  const clock = new Clock(options.deadlineMs ?? DEADLINE_MS, options.signal);
  const context: TestContext = { options: { ...options, secrets }, clock, mask: masker(secrets) };
  const pings: number[] = [];
  try {
    const { result, connection, samples } = await connectCase(context);
    const refusals = await Promise.all(refusalsFor(context.options).map((refusal) => refusalCase(context, refusal)));
    const live = await liveCases(context, connection, push, pings);
    const cases = [result, ...refusals, ...live];
    return {
      passed: cases.every(({ verdict }) => verdict !== "failed"),
      url: context.mask(maskUrl(options.url)),
      startedAt,
      durationMs: clock.elapsedMs,
      cases,
      connectMs: distribution(samples),
      pingMs: distribution(pings),
      upgradeMs: upgradeShares(cases, options.iam),
    };
  } finally {
    clock.stop();
  }
}

async function liveCases(
  context: TestContext,
  connection: Connection | undefined,
  push: Expectation | undefined,
  pings: number[],
): Promise<CaseResult[]> {
  if (!connection) {
    const ids = ["ping", ...(push ? (["push"] as const) : []), "message", "close"] as const;
    const none = async () => skip("a connection", "There is no open connection.");
    return await Promise.all(ids.map((id) => runCase(context, id, "a connection", none)));
  }
  const wait = { signal: context.clock.signal };
  return [
    await pingCase(context, connection, pingsOf(context.options), wait, pings),
    ...(push ? [await pushCase(context, connection, push, wait)] : []),
    await messageCase(context, connection),
    await closeCase(context, connection, wait),
  ];
}
