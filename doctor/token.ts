/** Runs the project's authorizer on this machine with the settings of gateway.yaml, to find the claim that it rejects. */
import { randomBytes } from "node:crypto";
import type { Environment } from "../config";
import { variableIn } from "../contract/names";
import { createAuthorizer } from "../functions/authorizer/authorizer";
import type { LogRecord } from "../functions/authorizer/log";
import type { Variables } from "../terminal/shell";
import type { Address, Judgement } from "./evidence";

type AuthorizerSettings = Extract<Environment["authorizer"], { kind: "verify" }>["function"]["settings"];

/** Returns what gateway.yaml says about the token of the address, or undefined if it has another kind of authorizer. */
export async function judge(
  { authorizer }: Pick<Environment, "authorizer">,
  { query, headers }: Address,
  env: Variables,
): Promise<Judgement | undefined> {
  if (authorizer.kind !== "verify") return undefined;
  const { settings, jwks } = authorizer.function;
  const { values, unset } = secretsIn(settings, env);
  const records: LogRecord[] = [];
  try {
    const decide = createAuthorizer(
      { ...settings, explain: true },
      {
        environment: { ...env, ...values },
        snapshot: jwks,
        now: Date.now,
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
    // The record has the reason.
  }
  const record = records.find(({ decision }) => decision !== undefined);
  if (record === undefined || record.decision === undefined)
    return { decision: "unknown", why: "a shared secret in the environment is too short" };
  const { decision, reason = "", claim, expected, received, issuer = "" } = record;
  const variable = reason === "signature_invalid" ? unset.get(issuer) : undefined;
  if (variable !== undefined) return { decision: "unknown", why: `${variable} is not set here` };
  if (decision === "error") return { decision: "unknown", why: `the authorizer fails on this machine (${reason})` };
  return decision === "allow" ? { decision } : { decision, reason, claim, expected, received };
}

/**
 * Returns the values of the function's secrets by the names of its variables, each from Terraform's variable or that of the
 * function. An issuer whose secrets are not set gets a random one, so that the other claims are still checked; `unset` has
 * the variable to set, by issuer.
 */
function secretsIn({ issuers }: AuthorizerSettings, env: Variables) {
  const values: Record<string, string | undefined> = {};
  const unset = new Map<string, string>();
  for (const one of issuers) {
    if (one.kind !== "secret" || one.secrets.from !== "env") continue;
    const { names } = one.secrets;
    for (const name of names) values[name] = variableIn(env, name.toLowerCase()) || env[name];
    const [first = ""] = names;
    if (names.some((name) => values[name])) continue;
    values[first] = randomBytes(64).toString("hex");
    unset.set(one.issuer, `TF_VAR_${first.toLowerCase()}`);
  }
  return { values, unset };
}
