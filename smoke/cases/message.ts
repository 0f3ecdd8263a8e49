/** The push: the test posts a message through `@connections`, as a backend does, and the client must receive it. */

import { randomBytes, randomUUID } from "node:crypto";
import { regionIn, regionOfHost } from "../../aws/endpoints";
import { type Credentials, credentialsIn } from "../../aws/sigv4";
import { adviceFor, brief } from "../advice";
import type { Connection } from "../connection";
import { ProbeError } from "../errors";
import { type PostAnswer, postToConnection } from "../management";
import { looksLikePropagation } from "../retry";
import type { CaseResult, SmokeOptions } from "../types";
import { isYoung, type Outcome, runCase, skip, type TestContext, words } from "./case";

/** Gets the connection's id from the gateway, posts a message to it, and waits for the message. */
export async function messageCase(context: TestContext, connection: Connection): Promise<CaseResult> {
  const expected = "200, and the message";
  return await runCase(context, "message", expected, async () => {
    const { options, clock } = context;
    const access = accessOf(options);
    if (typeof access === "string") return skip(expected, access);
    const known = options.connectionId?.();
    if (known === undefined && options.hasDefaultRoute && options.identifyMessage === undefined)
      return await tryPermission(context, access);
    const identified = known ?? (await identify(connection, options, clock.signal));
    if (identified instanceof ProbeError) return unidentified(identified, options, expected);

    const data = JSON.stringify({ smoke: randomUUID() });
    const { answer, attempts } = await clock.retry(
      () => postToConnection({ ...access, connectionId: identified, data, signal: clock.signal }),
      // @connections may not know the connection until a moment after the 101.
      (post) => looksLikePropagation(post, isYoung(context)) || (isGone(post) && connection.state === "open"),
      (post, ms) => options.onProgress?.(`@connections: ${brief(post)}; trying again in ${ms} ms`),
    );
    if (answer.kind !== "posted") {
      return {
        verdict: "failed",
        expected,
        actual: brief(answer),
        detail: postAdvice(answer, connection.state === "open"),
        attempts,
        ...words(answer),
      };
    }
    const arrived = await connection.receive(({ text }) => text === data, { signal: clock.signal }).catch(asProbeError);
    if (!(arrived instanceof ProbeError))
      return { verdict: "passed", expected, actual: expected, status: 200, attempts };
    const detail = `@connections accepted the message, but it did not arrive. ${arrived.message}`;
    return { verdict: "failed", expected, actual: "200, no message", failure: arrived.code, detail, attempts };
  });
}

/**
 * Posts to a connection that does not exist. API Gateway checks IAM first, so 410 shows that the request has
 * permission.
 */
async function tryPermission({ options, clock }: TestContext, access: Access): Promise<Outcome> {
  const expected = "410 for a connection that does not exist";
  // 11 bytes in base64url and a `=`, like the ids of API Gateway.
  const connectionId = `${randomBytes(12).toString("base64url").slice(0, 15)}=`;
  const { answer, attempts } = await clock.retry(
    () => postToConnection({ ...access, connectionId, data: "{}", signal: clock.signal }),
    (post) => looksLikePropagation(post, false),
    (post, ms) => options.onProgress?.(`@connections: ${brief(post)}; trying again in ${ms} ms`),
  );
  if (answer.kind === "posted") {
    const detail =
      "@connections accepted a message for a connection that does not exist: the endpoint is not API Gateway's.";
    return { verdict: "failed", expected, actual: "200", detail, attempts };
  }
  const result = { expected, actual: brief(answer), attempts, ...words(answer) };
  if (!isGone(answer)) return { ...result, verdict: "failed", detail: postAdvice(answer, false) };
  const detail =
    "The credentials may push and the endpoint is right. The delivery was not tried, because the API's $default route would send the test's message to the backend. To try it, give a message that the API answers with the connectionId.";
  return { ...result, verdict: "reported", detail };
}

type Access = Pick<SmokeOptions, "ca" | "insecure" | "phaseTimeoutMs" | "env" | "lookup"> & {
  endpoint: string;
  connectTo: string | undefined;
  region: string;
  credentials: Credentials;
};

/** Returns endpoint, region and credentials for a signed request, or a sentence that says what is missing. */
function accessOf(options: SmokeOptions): Access | string {
  const env = options.env ?? process.env;
  const { endpoint } = options;
  if (endpoint === undefined) return "No endpoint (WS_API_ENDPOINT) is given.";
  const credentials = options.credentials ?? credentialsIn(env);
  if (!credentials) return "There are no AWS credentials to sign with.";
  const region = options.region ?? regionOfHost(new URL(endpoint).hostname) ?? regionIn(env);
  if (!region) return "The region is not known: it is not in the endpoint's name, and AWS_REGION is not set.";
  const { connectTo } = options;
  const sameHost = new URL(endpoint).host === new URL(options.url).host;
  return { ...options, endpoint, region, credentials, connectTo: sameHost ? connectTo : undefined };
}

/** Finds the connectionId: API Gateway's answer to a message that no route matches contains it. */
async function identify(
  connection: Connection,
  options: SmokeOptions,
  signal: AbortSignal,
): Promise<string | ProbeError> {
  try {
    await connection.send(options.identifyMessage ?? JSON.stringify({ action: `smoke-test-${randomUUID()}` }), {
      signal,
    });
    const frame = await connection.receive(({ text }) => connectionIdIn(text) !== undefined, { signal });
    return connectionIdIn(frame.text) ?? new ProbeError("protocol", "The answer has no connectionId.");
  } catch (error) {
    return asProbeError(error);
  }
}

function connectionIdIn(text: string): string | undefined {
  return /"connectionId"\s*:\s*"([A-Za-z0-9_-]{1,64}={0,2})"/.exec(text)?.[1];
}

/**
 * Returns the outcome for an unknown connectionId. An API with a one-way `$default` route does not answer. That is a failure
 * only if the caller chose the message.
 */
function unidentified(error: ProbeError, options: SmokeOptions, expected: string): Outcome {
  if (error.code === "timeout" && options.identifyMessage === undefined && !error.message.startsWith("The deadline")) {
    return skip(
      expected,
      "No answer had a connectionId, because a route matches every message. Give a message that the API answers with the connectionId.",
    );
  }
  const detail = `The connectionId could not be found. ${error.message}`;
  return { verdict: "failed", expected, actual: error.code, failure: error.code, detail, attempts: 1 };
}

const isGone = (answer: PostAnswer): boolean => answer.kind === "refused" && answer.status === 410;

function postAdvice(answer: Exclude<PostAnswer, { kind: "posted" }>, open: boolean): string {
  if (answer.kind === "failed") return adviceFor(answer);
  switch (answer.status) {
    case 403:
      return "The credentials lack execute-api:ManageConnections on this stage, or the endpoint has the wrong host or stage.";
    case 410:
      return open
        ? "API Gateway does not know the connection: the endpoint belongs to another API or stage."
        : "The connection was closed before the message could be pushed.";
    default:
      return adviceFor(answer);
  }
}

function asProbeError(error: unknown): ProbeError {
  if (error instanceof ProbeError) return error;
  throw error;
}
