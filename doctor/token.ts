/** Runs the project's authorizer on this machine with the settings of gateway.yaml, to learn which claim it rejects. */
import type { Environment } from "../config";
import { createAuthorizer } from "../functions/authorizer/authorizer";
import { fetchText } from "../functions/authorizer/http";
import type { LogRecord } from "../functions/authorizer/log";
import type { Address, Verdict } from "./evidence";

/**
 * Returns the verdict on the token of the address, or undefined if gateway.yaml has another kind of authorizer, or if a
 * shared secret is not in `env`.
 */
export async function judge(
  { authorizer }: Pick<Environment, "authorizer">,
  { query, headers }: Address,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Verdict | undefined> {
  if (authorizer.kind !== "verify") return undefined;
  const { settings, jwks } = authorizer.function;
  const records: LogRecord[] = [];
  try {
    const decide = createAuthorizer(
      { ...settings, explain: true },
      {
        environment: env,
        snapshot: jwks,
        now: Date.now,
        sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
        fetch: fetchText,
        log: (record) => records.push(record),
      },
    );
    await decide({
      type: "REQUEST",
      methodArn: "arn:aws:execute-api:us-east-1:123456789012:doctor/stage/$connect",
      headers,
      queryStringParameters: query,
      multiValueQueryStringParameters: Object.fromEntries(
        Object.entries(query).map(([name, value]) => [name, [value]]),
      ),
      requestContext: { routeKey: "$connect", eventType: "CONNECT", connectionId: "doctor=" },
    });
  } catch {
    // The record has the reason. Without one, the settings need a secret that is not here.
  }
  const record = records.find(({ decision }) => decision !== undefined);
  if (record === undefined || record.decision === undefined) return undefined;
  const { decision, reason = "", claim, expected, received } = record;
  return decision === "allow" ? { decision } : { decision, reason, claim, expected, received };
}
