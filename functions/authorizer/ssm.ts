/**
 * SecureString parameters from AWS Systems Manager, without the SDK, which would take longer to load than everything
 * else here: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html
 * A module on its own, loaded only where the settings ask for it.
 */
import type { Fetch } from "./http";
import type { Secrets } from "./secrets";
import { signed } from "./sigv4";

interface Answer {
  readonly Parameters?: readonly { readonly Name?: string; readonly Type?: string; readonly Value?: string }[];
}

/** Reads parameters as the function's own role, in its own region. Those that do not exist are left out. */
export async function readSecureStrings(
  names: readonly string[],
  environment: Secrets,
  fetch: Fetch,
  now: number,
): Promise<Secrets> {
  const region = `${environment.AWS_REGION}`;
  const suffix = region.startsWith("cn-") ? ".cn" : "";
  const endpoint = environment.AWS_ENDPOINT_URL_SSM ?? environment.AWS_ENDPOINT_URL;
  const { host, origin } = new URL(endpoint ?? `https://ssm.${region}.amazonaws.com${suffix}`);
  const body = JSON.stringify({ Names: names, WithDecryption: true });
  const type = { "content-type": "application/x-amz-json-1.1", "x-amz-target": "AmazonSSM.GetParameters", host };
  const headers = signed(type, body, region, now, environment);
  const answer: Answer = JSON.parse(await fetch(origin, { method: "POST", headers, body }));
  // What may be read in plain by whoever can list parameters is no secret.
  const secret = (answer.Parameters ?? []).filter(({ Type }) => Type === "SecureString");
  return Object.fromEntries(secret.map(({ Name = "", Value }) => [Name, Value]));
}
