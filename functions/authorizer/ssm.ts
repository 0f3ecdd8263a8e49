/**
 * Reads SecureString parameters from AWS Systems Manager. The SDK is not used, because loading it takes longer than
 * loading the rest of the function: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html
 * This module is loaded only if the settings name SSM parameters.
 */
import { type Fetch, fetchText } from "./http";
import type { KeySource, Keys } from "./keys";
import { refreshing, type Surroundings } from "./refreshing";
import type { Secrets } from "./secrets";
import type { SecretIssuer } from "./settings";
import { signed } from "./sigv4";

interface Answer {
  readonly Parameters?: readonly { readonly Name?: string; readonly Type?: string; readonly Value?: string }[];
}

/** Returns the keys from an issuer's parameters, which are read again after some time. If that fails, the known ones stay in use. */
export function parameterKeys(
  rules: SecretIssuer,
  keysOf: (rules: SecretIssuer, values: Secrets) => Keys,
  environment: Secrets,
  surroundings: Surroundings,
): KeySource {
  /** Milliseconds between two reads: so long is a secret accepted after it was replaced in SSM. */
  const ttl = 300_000;
  const { fetch = fetchText, now } = surroundings;
  const load = async (budgetMs: number) =>
    keysOf(rules, await readSecureStrings(rules.secrets.names, environment, fetch, now(), budgetMs));
  const { value, age, refresh, required } = refreshing(rules.issuer, surroundings, load);
  return async () => {
    if (value() && age() >= ttl) await refresh();
    return required();
  };
}

/** Reads parameters with the function's role, in its region. Missing parameters are left out. */
export async function readSecureStrings(
  names: readonly string[],
  environment: Secrets,
  fetch: Fetch,
  now: number,
  budgetMs: number,
): Promise<Secrets> {
  const region = `${environment.AWS_REGION}`;
  const suffix = region.startsWith("cn-") ? ".cn" : "";
  const endpoint = environment.AWS_ENDPOINT_URL_SSM ?? environment.AWS_ENDPOINT_URL;
  const { host, origin } = new URL(endpoint ?? `https://ssm.${region}.amazonaws.com${suffix}`);
  const body = JSON.stringify({ Names: names, WithDecryption: true });
  const type = { "content-type": "application/x-amz-json-1.1", "x-amz-target": "AmazonSSM.GetParameters", host };
  const headers = signed(type, body, region, now, environment);
  const answer = parse(await fetch(origin, { method: "POST", headers, body, budgetMs }));
  // Other types are not encrypted, so their values are not secret.
  const secret = (answer.Parameters ?? []).filter(({ Type }) => Type === "SecureString");
  return Object.fromEntries(secret.map(({ Name = "", Value }) => [Name, Value]));
}

/** An error of `JSON.parse` quotes a part of the text, which may be a part of a secret. */
function parse(text: string): Answer {
  try {
    return Object(JSON.parse(text));
  } catch {
    throw new Error("The answer of SSM is not JSON.");
  }
}
