/** The authorizer: takes an event and returns a policy. Everything else that it uses is passed in as {@link World}. */
import { checkClaims, checkType } from "./claims";
import { Denied, denyUnless, Failure } from "./errors";
import { methodArnOf, tokenOf } from "./event";
import type { Fetch } from "./http";
import { type JsonObject, member, objectOf, parseObject } from "./json";
import { parseJwkSet } from "./jwk";
import { jwksCache } from "./jwks-cache";
import { parseJws, verifySignature } from "./jws";
import type { KeySource, Keys } from "./keys";
import type { Log, LogRecord } from "./log";
import { type AuthorizerResult, policy } from "./policy";
import { type Clock, refreshing } from "./refreshing";
import { refreshedSecrets, type Secrets, secretKeys } from "./secrets";
import type { AuthorizerSettings, Issuer } from "./settings";

export interface World {
  readonly environment: Secrets;
  /** Issuer to its JSON Web Key Set, as packaged with the function. */
  readonly snapshot: JsonObject;
  readonly now: Clock;
  readonly fetch: Fetch;
  readonly log: Log;
}

export type Authorizer = (event: unknown) => Promise<AuthorizerResult>;

/**
 * Creates the authorizer. It allows a connection only if the token's signature and claims are valid for its issuer.
 *
 * The returned function resolves to an Allow or a Deny policy. It rejects with {@link Failure} if it cannot decide, and
 * with `Unauthorized` for an invalid token if `settings.invalidToken` is 401.
 *
 * @throws {Failure} `invalid_settings` if a shared secret is missing or too short
 */
export function createAuthorizer(settings: AuthorizerSettings, world: World): Authorizer {
  const issuers = new Map<unknown, readonly [Issuer, KeySource]>();
  for (const rules of settings.issuers) {
    const keysFor = keySource(rules, world);
    issuers.set(rules.issuer, [rules, keysFor]);
    // Starts to fetch missing keys. If that fails, the log has the error, and an event that needs the keys fails.
    keysFor().catch(() => {});
  }
  return async (input) => {
    const event = objectOf(input);
    const record: LogRecord = { decision: "error", connectionId: objectOf(event.requestContext).connectionId };
    let methodArn = "";
    try {
      methodArn = methodArnOf(event);
      const jws = parseJws(tokenOf(event, settings.tokenParameter));
      const claims = parseObject(jws.payload);
      // The signature is not verified yet, so `iss` only selects the keys to verify it with.
      const issuer = issuers.get(claims.iss);
      denyUnless(issuer !== undefined, "issuer_unknown");
      const [rules, keysFor] = issuer;
      record.issuer = rules.issuer;
      checkType(jws.header, rules.types);
      const keys = await keysFor(jws.header.kid);
      denyUnless(keys.length > 0, "key_unknown");
      verifySignature(jws, keys, rules.algorithms);
      const { subject, context } = checkClaims(claims, rules, settings, world.now() / 1000);
      record.subject = subject;
      record.decision = "allow";
      return policy("Allow", methodArn, subject, context);
    } catch (error) {
      record.reason = error instanceof Failure ? error.code : "internal_error";
      if (!(error instanceof Denied)) throw error;
      record.decision = "deny";
      // For exactly this message API Gateway answers 401. AWS counts it as an error of the function.
      if (settings.invalidToken === 401) throw new Error("Unauthorized");
      return policy("Deny", methodArn, "denied");
    } finally {
      world.log(record);
    }
  };
}

function keySource(rules: Issuer, { environment, snapshot, fetch, now, log }: World): KeySource {
  const { issuer } = rules;
  const keep = (load: () => Promise<Keys>, initial?: Keys) =>
    refreshing(now, load, (error) => log({ keys: "unavailable", issuer, reason: `${error}` }), initial);
  if (rules.kind === "jwks") {
    const shipped = member(snapshot, issuer);
    return jwksCache(
      keep(async () => parseJwkSet(JSON.parse(await fetch(rules.jwksUri))), shipped ? parseJwkSet(shipped) : undefined),
    );
  }
  const { from, names } = rules.secrets;
  if (from === "ssm") {
    return refreshedSecrets(
      keep(async () => {
        const { readSecureStrings } = await import("./ssm");
        return secretKeys(rules, await readSecureStrings(names, environment, fetch, now()));
      }),
    );
  }
  const keys = secretKeys(rules, environment);
  return async () => keys;
}
