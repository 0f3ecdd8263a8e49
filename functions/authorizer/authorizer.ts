/** The authorizer: takes an event and returns a policy. Everything else that it uses is passed in as {@link World}. */
import { checkClaims, checkType } from "./claims";
import { Denied, denyUnless } from "./errors";
import { methodArnOf, tokenOf } from "./event";
import { type JsonObject, listOf, member, objectOf, parseObject } from "./json";
import { algorithmOf, parseJwkSet } from "./jwk";
import { isSignedBy, parseJws, verifySignature } from "./jws";
import { type KeySource, type Keys, named } from "./keys";
import type { LogRecord } from "./log";
import { type AuthorizerResult, policy } from "./policy";
import type { Surroundings } from "./refreshing";
import { type Secrets, secretKeys } from "./secrets";
import { type AuthorizerSettings, FETCH_BUDGET_MS, type Issuer } from "./settings";

export interface World extends Omit<Surroundings, "budgetMs"> {
  readonly environment: Secrets;
  /** Issuer to its JSON Web Key Set, as packaged with the function. */
  readonly snapshot: JsonObject;
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
  /** With more issuers, keys are parsed and fetched when a token needs them, so that the function starts as fast. */
  const maxEager = 8;
  const issuers = new Map<unknown, (readonly [Issuer, KeySource])[]>();
  for (const rules of settings.issuers) {
    let source: KeySource | undefined;
    const keysFor: KeySource = (id) => {
      source ??= keySource(rules, settings, world);
      return source(id);
    };
    issuers.set(rules.issuer, [...(issuers.get(rules.issuer) ?? []), [rules, keysFor]]);
    // Starts to fetch missing keys. If that fails, the log has the error, and an event that needs the keys fails.
    if (settings.issuers.length > maxEager) continue;
    keysFor()
      .then(issuers.size > 1 ? undefined : (keys) => warmUp(keys, rules, settings))
      .catch(() => {});
  }
  const elsewhere = settings.tokenPlaces || settings.allowedOrigins ? import("./token-places") : undefined;
  return async (input) => {
    const event = objectOf(input);
    const record: LogRecord = { decision: "error", connectionId: objectOf(event.requestContext).connectionId };
    let methodArn = "";
    try {
      methodArn = methodArnOf(event);
      const token = elsewhere
        ? (await elsewhere).findToken(event, settings, denyUnless)
        : tokenOf(event, settings.tokenParameter);
      const jws = parseJws(token);
      const claims = parseObject(jws.payload);
      // The signature is not verified yet, so `iss` only selects the keys to verify it with.
      const { iss, tid } = claims;
      // An issuer that has `{tid}` in its name stands for one issuer in each tenant of Microsoft Entra ID.
      const isTenant = typeof iss === "string" && typeof tid === "string";
      const template = isTenant ? iss.replace(tid, "{tid}") : iss;
      const isPattern = `${iss}`.includes("{tid}");
      const entries = isPattern ? [] : (issuers.get(iss) ?? issuers.get(template) ?? []);
      // Published keys and a secret have different algorithms, so at most one entry can verify the token.
      const fitting = entries.find(([{ algorithms }]) => listOf(algorithms).includes(algorithmOf(jws.header.alg)));
      const issuer = fitting ?? entries[0];
      denyUnless(issuer !== undefined, "issuer_unknown", "iss", [...issuers.keys()].slice(0, maxEager), iss);
      const [rules, keysFor] = issuer;
      record.issuer = rules.issuer;
      checkType(jws.header, rules.types);
      const found = await keysFor(jws.header.kid);
      // The tenants share a key set, in which a key may be for one of them only.
      const owners = [iss, `${template}`.replace("{tid}", "{tenantid}")];
      const keys = found.filter(({ issuer: owner }) => (owner ? owners.includes(owner) : iss === rules.issuer));
      denyUnless(keys.length > 0, "key_unknown", "kid", undefined, jws.header.kid);
      verifySignature(jws, keys, rules.algorithms);
      const { subject, context } = checkClaims(claims, jws.payload, rules, settings, world.now() / 1000);
      record.subject = subject;
      record.decision = "allow";
      return policy("Allow", methodArn, subject, context);
    } catch (error) {
      record.reason = Object(error).code ?? "internal_error";
      if (!(error instanceof Denied)) throw error;
      record.decision = "deny";
      const { claim, expected, received } = error;
      Object.assign(record, { claim, expected });
      if (settings.explain) record.received = JSON.stringify(received)?.slice(0, 256);
      // For exactly this message API Gateway answers 401. AWS counts it as an error of the function.
      if (settings.invalidToken === 401) throw new Error("Unauthorized");
      return policy("Deny", methodArn, "denied");
    } finally {
      world.log(record);
    }
  };
}

/**
 * Runs most of the code of a first event, whose result is a rejection. Lambda gives the initialization a whole core, but an
 * event only the share of its memory: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
 */
function warmUp(keys: Keys, rules: Issuer, settings: AuthorizerSettings): void {
  const jws = parseJws("e30..AA");
  keys.slice(0, 1).map((key) => isSignedBy({ ...jws, signature: Buffer.alloc(key.size) }, key));
  const claims = { sub: "a", exp: 1, [rules.audienceClaim]: rules.audiences[0] };
  checkClaims(claims, jws.payload, rules, settings, 0);
}

/**
 * Returns the keys of an issuer: from the zip or the environment at once. The code that fetches keys or secrets is loaded
 * when it is needed.
 */
function keySource(
  rules: Issuer,
  { fetchBudgetMs: budgetMs = FETCH_BUDGET_MS }: AuthorizerSettings,
  world: World,
): KeySource {
  const { environment, snapshot, now } = world;
  const surroundings = { ...world, budgetMs };
  let fetched: Promise<KeySource> | undefined;
  if (rules.kind === "jwks") {
    const parse = (set: unknown) => parseJwkSet(set, rules.algorithms);
    const shipped = member(snapshot, rules.issuer);
    const packaged = { parse, named, keys: shipped ? parse(shipped) : undefined, since: now(), softTtl: 3_600_000 };
    return async (id) => {
      const found = named(packaged.keys, id);
      if (found.length && !fetched && now() - packaged.since < packaged.softTtl) return found;
      fetched ??= import("./published-keys").then(({ publishedKeys }) => publishedKeys(rules, packaged, surroundings));
      return (await fetched)(id);
    };
  }
  const keysOf = (values: Secrets) => secretKeys(rules, values);
  if (rules.secrets.from === "ssm") {
    fetched = import("./ssm").then(({ parameterKeys }) => parameterKeys(rules, keysOf, environment, surroundings));
    return async () => (await fetched)?.() ?? [];
  }
  const keys = keysOf(environment);
  return async () => keys;
}
