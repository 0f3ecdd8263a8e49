/** The decision: event in, policy out. Whatever it reads from the world comes in as {@link World}. */
import { checkClaims, checkType } from "./claims";
import { Denied, Failure, insist } from "./errors";
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
  /** Issuer to its JSON Web Key Set, as shipped with the function. */
  readonly snapshot: JsonObject;
  readonly now: Clock;
  readonly fetch: Fetch;
  readonly log: Log;
}

export type Authorizer = (event: unknown) => Promise<AuthorizerResult>;

export function createAuthorizer(settings: AuthorizerSettings, world: World): Authorizer {
  const doors = new Map<unknown, readonly [Issuer, KeySource]>();
  for (const rules of settings.issuers) {
    const keysFor = keySource(rules, world);
    doors.set(rules.issuer, [rules, keysFor]);
    // Begins to fetch what is not there yet. Whoever needs it, and cannot have it, will hear of that then.
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
      // Not proven yet: good only for choosing what it must be proven by.
      const door = doors.get(claims.iss);
      insist(door !== undefined, "issuer_unknown");
      const [rules, keysFor] = door;
      record.issuer = rules.issuer;
      checkType(jws.header, rules.types);
      const keys = await keysFor(jws.header.kid);
      insist(keys.length > 0, "key_unknown");
      verifySignature(jws, keys, rules.algorithms);
      const { subject, context } = checkClaims(claims, rules, settings, world.now() / 1000);
      record.subject = subject;
      record.decision = "allow";
      return policy("Allow", methodArn, subject, context);
    } catch (error) {
      record.reason = error instanceof Failure ? error.code : "internal_error";
      if (!(error instanceof Denied)) throw error;
      record.decision = "deny";
      // API Gateway answers 401 for exactly this message, and AWS counts it among the function's errors.
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
