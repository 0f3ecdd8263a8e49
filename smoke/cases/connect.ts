/**
 * The first case: a valid token and all parameters give 101. Measures several connections, and reports the phases of
 * the fastest.
 */
import { adviceFor, brief } from "../advice";
import { Connection } from "../connection";
import { identityOf } from "../identity";
import { probe } from "../probe";
import { total } from "../statistics";
import type { CaseResult } from "../types";
import {
  bareUrl,
  connectsOf,
  connectUntil,
  type Outcome,
  probeOptions,
  runCase,
  type TestContext,
  TITLES,
  words,
} from "./case";

export interface Connected {
  readonly result: CaseResult;
  /** An open connection for the cases that need one. */
  readonly connection: Connection | undefined;
  /** Milliseconds from the start to 101, for each connection. */
  readonly samples: readonly number[];
}

export async function connectCase(context: TestContext): Promise<Connected> {
  const { options } = context;
  const attempt = probeOptions(context, bareUrl(options), options.parameters, identityOf(options));
  const samples: number[] = [];
  let connection: Connection | undefined;
  const title = options.iam ? "A client with a valid signature connects" : TITLES.connect;
  const body = async (): Promise<Outcome> => {
    const { answer, attempts } = await connectUntil(context, attempt, (candidate) => candidate.kind === "connected");
    if (!(answer instanceof Connection)) {
      return {
        verdict: "failed",
        expected: "101",
        actual: brief(answer),
        detail: adviceFor(answer, options.iam),
        attempts,
        ...words(answer),
      };
    }
    connection = answer;
    let { timings } = answer;
    samples.push(total(timings));
    for (let left = connectsOf(options) - 1; left > 0; left--) {
      const another = await probe(attempt);
      // The stage allows few connections a second. One is measured, and the next cases retry.
      if (another.kind === "refused" && another.status === 429) break;
      if (!(another instanceof Connection)) {
        const detail = `The first connection was accepted, a later one was not. ${adviceFor(another, options.iam)}`;
        return { verdict: "failed", expected: "101", actual: brief(another), detail, attempts, ...words(another) };
      }
      samples.push(total(another.timings));
      if (total(another.timings) < total(timings)) timings = another.timings;
      await another.close({ signal: context.clock.signal });
    }
    return { verdict: "passed", expected: "101", actual: "101", status: 101, attempts, timings };
  };
  const result = await runCase(context, "connect", "101", body, title);
  return { result, connection, samples };
}
