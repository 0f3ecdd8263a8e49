/** How the test's client identifies itself: with a token in its place, or with a signature. And forgeries of both. */
import { regionIn, regionOfHost } from "../aws/endpoints";
import { credentialsIn } from "../aws/sigv4";
import { type Carrier, carry } from "../contract/token";
import { OptionsError } from "./errors";
import { forgeries } from "./token";
import type { ProbeOptions, SmokeOptions } from "./types";

/** What a client adds to its handshake. */
export type Identity = Partial<Carrier> & Pick<ProbeOptions, "signature">;

/** Returns what a valid client adds. @throws OptionsError if it cannot sign */
export function identityOf(options: SmokeOptions): Identity {
  return options.iam ? { signature: signatureOf(options) } : withToken(options, options.token);
}

/** Returns what clients add that must be rejected. All but the signature is valid. */
export function forgedIdentities(options: SmokeOptions): readonly { name: string; identity: Identity }[] {
  if (!options.iam) {
    const forged = options.token === undefined ? [] : forgeries(options.token);
    return forged.map(({ name, token }) => ({ name, identity: withToken(options, token) }));
  }
  const { credentials, region } = signatureOf(options);
  const other = { ...credentials, secretAccessKey: `${credentials.secretAccessKey}x` };
  return [{ name: "a signature with another key", identity: { signature: { credentials: other, region } } }];
}

function withToken(
  { tokenParameter, tokenPlace = { query: tokenParameter } }: SmokeOptions,
  token: string | undefined,
): Identity {
  return token === undefined ? {} : carry(token, tokenPlace);
}

/** Returns the signature of a handshake, with the credentials of the environment by default. @throws OptionsError */
export function signatureOf(
  options: Pick<SmokeOptions, "url" | "env" | "region" | "credentials">,
): NonNullable<ProbeOptions["signature"]> {
  const { url, env = process.env } = options;
  const credentials = options.credentials ?? credentialsIn(env);
  if (!credentials) {
    throw new OptionsError(
      "There are no AWS credentials to sign the handshake with.",
      "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
    );
  }
  const region = options.region ?? regionOfHost(new URL(url).hostname) ?? regionIn(env);
  if (!region) throw new OptionsError("The region to sign the handshake for is not known.", "Give the API's region.");
  return { credentials, region };
}
