/**
 * Fetches an issuer's JSON Web Key Set. Without a configured URL, the issuer's discovery document names it:
 * https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig
 * This module is loaded by the first fetch only, and imports only types from the handler.
 */
import type { Agent } from "node:https";
import { type Fetch, fetchText } from "./http";
import type { keysIn } from "./jwk";
import { jwksCache } from "./jwks-cache";
import type { KeySource } from "./keys";
import { refreshing, type Surroundings } from "./refreshing";
import type { JwksIssuer } from "./settings";

/** The function of the handler that this module needs, and the key set that is packaged with it. */
export interface Packaged {
  readonly parse: typeof keysIn;
  /** Undefined if there is none. */
  readonly set: unknown;
  readonly since: number;
  /** Milliseconds until a key set is refreshed. Meanwhile its keys are used. */
  readonly softTtl: number;
}

/** Returns the keys of one issuer, from its key set or from the one that is packaged. */
export function publishedKeys(rules: JwksIssuer, packaged: Packaged, surroundings: Surroundings): KeySource {
  const { parse, set, since, softTtl } = packaged;
  const { fetch = fetchText, now } = surroundings;
  const load = async (budgetMs: number) => {
    const { url, document } = await fetchKeySet(rules, fetch, now, budgetMs);
    const keys = parse(document, rules.algorithms);
    // So the known keys stay in use.
    if (!keys.length)
      throw new KeySetError(url, "has no key that can verify a signature.", !Array.isArray(document.keys));
    return keys;
  };
  const keys = set ? parse(set, rules.algorithms) : undefined;
  return jwksCache(refreshing(rules.issuer, surroundings, load, keys, keys && since), softTtl);
}

/** `permanent`: another attempt gives the same error, because the configuration or the issuer's document is wrong. */
class KeySetError extends Error {
  constructor(
    readonly url: string,
    message: string,
    readonly permanent: boolean,
  ) {
    super(`${url}: ${message}`);
  }
}

interface Fetched {
  readonly url: string;
  /** Parsed JSON, which is not checked. */
  readonly document: { readonly [member: string]: unknown };
}

/** Fetches the key set. Rejects with {@link KeySetError}. */
async function fetchKeySet(
  { issuer, jwksUri }: Pick<JwksIssuer, "issuer" | "jwksUri">,
  fetch: Fetch,
  now: () => number,
  budgetMs: number,
): Promise<Fetched> {
  const deadline = now() + budgetMs;
  const get = async (url: string, agent?: Agent): Promise<Fetched> => {
    try {
      // Without this header, a server may compress its answer (RFC 9110 section 12.5.3).
      const headers = { "accept-encoding": "identity" };
      const text = await fetch(url, { headers, agent, budgetMs: Math.max(1, deadline - now()) });
      // RFC 8259 section 8.1: a parser may ignore a byte order mark.
      return { url, document: Object(JSON.parse(text.replace(/^\uFEFF/, ""))) };
    } catch (error) {
      const { message, status } = Object(error);
      throw new KeySetError(url, message, isPermanent(status));
    }
  };
  if (jwksUri) return get(jwksUri);
  const url = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const isSecure = issuer.startsWith("https:");
  const agent = isSecure ? keepingAgent() : undefined;
  try {
    const { issuer: found, jwks_uri: keys } = (await get(url, agent)).document;
    const invalid = (message: string) => new KeySetError(url, message, true);
    // Discovery 1.0, section 4.3: they must be equal, so that an issuer cannot speak for another one.
    if (found !== issuer)
      throw invalid(
        `\`issuer\` must be ${issuer}, the configured issuer, not ${JSON.stringify(found)?.slice(0, 256)}.`,
      );
    // An issuer with http is one of this machine, and so is its network.
    const allowed = isSecure ? /^https:\/\/[^/]/ : /^https?:\/\/[^/]/;
    if (typeof keys !== "string" || !allowed.test(keys)) throw invalid("`jwks_uri` must be an https URL.");
    return await get(keys, agent);
  } finally {
    agent?.destroy();
  }
}

/**
 * Most issuers have both documents on one host, so a connection that is kept for the second request saves a TLS handshake.
 * The class is that of the global agent, which the local gateway replaces by one for proxies.
 */
function keepingAgent(): Agent {
  const { globalAgent } = process.getBuiltinModule("node:https");
  return Reflect.construct(globalAgent.constructor, [{ keepAlive: true }]);
}

/**
 * Returns whether it is a redirection or a client error (RFC 9110 sections 15.4 and 15.5) that does not ask for another attempt.
 */
const isPermanent = (status?: number): boolean =>
  status !== undefined && status >= 300 && status < 500 && status !== 408 && status !== 429;
