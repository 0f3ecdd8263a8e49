/** The authorizer: takes an event and returns a policy. Everything else that it uses is passed in as {@link World}. */
import { checkClaims, checkType } from "./claims";
import { Denied, denyUnless, Failure } from "./errors";
import { methodArnOf, tokenOf } from "./event";
import { type JsonObject, listOf, member, objectOf, parseObject } from "./json";
import { algorithmOf, jwksIn, keysIn } from "./jwk";
import { isSignedBy, parseJws, verifySignature } from "./jws";
import type { KeySource, Keys, VerificationKey } from "./keys";
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

type Entry = readonly [rules: Issuer, keysFor: KeySource];

export type Authorizer = (event: unknown) => Promise<AuthorizerResult>;

/**
 * Creates the authorizer. It allows a connection only if the token's signature and claims are valid for its issuer.
 *
 * The returned function resolves to an Allow or a Deny policy. It rejects with {@link Failure} if it cannot decide, and
 * with `Unauthorized` for an invalid token if `settings.invalidToken` is 401.
 *
 * @throws {Failure} `invalid_settings` if a shared secret is missing or too short; `keys_unusable` if no packaged key can be used
 */
export function createAuthorizer(settings: AuthorizerSettings, world: World): Authorizer {
  /** With more issuers, keys are parsed and fetched when a token needs them, so that the function starts as fast. */
  const maxEager = 8;
  const issuers = new Map<unknown, readonly Entry[]>();
  for (const rules of settings.issuers) {
    let source: KeySource | undefined;
    const keysFor: KeySource = (id) => {
      source ??= keySource(rules, settings, world);
      return source(id);
    };
    issuers.set(rules.issuer, [...(issuers.get(rules.issuer) ?? []), [rules, keysFor]]);
    // Starts to fetch missing keys. If that fails, the log has the error, and an event that needs the keys fails.
    if (settings.issuers.length > maxEager) continue;
    Promise.resolve(keysFor(null))
      .then(issuers.size > 1 ? undefined : (keys) => warmUp(keys, rules, settings))
      .catch(() => {});
  }
  const elsewhere = (settings.tokenPlaces || settings.allowedOrigins) && import("./token-places");
  return (input) => decide(objectOf(input), settings, world, issuers, elsewhere);
}

/** Decides on one event. Inside of {@link createAuthorizer}, V8 would parse it twice at a cold start. */
async function decide(
  event: JsonObject,
  settings: AuthorizerSettings,
  world: World,
  issuers: ReadonlyMap<unknown, readonly Entry[]>,
  elsewhere: Promise<typeof import("./token-places")> | undefined,
): Promise<AuthorizerResult> {
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
    const { iss: received, tid } = claims;
    const iss = typeof received === "string" ? received : "";
    // An issuer that has `{tid}` in its name stands for one issuer in each tenant of Microsoft Entra ID.
    const template = typeof tid === "string" ? iss.replace(tid, "{tid}") : iss;
    const entries = (!iss.includes("{tid}") && (issuers.get(iss) ?? issuers.get(template))) || [];
    // Published keys and a secret have different algorithms, so at most one entry can verify the token.
    const issuer =
      (entries[1] && entries.find(([{ algorithms }]) => listOf(algorithms).includes(algorithmOf(jws.header.alg)))) ??
      entries[0];
    // A list of 200 issuers for each event would take a microsecond.
    if (!issuer) denyUnless(false, "issuer_unknown", "iss", [...issuers.keys()].slice(0, 8), received);
    const [rules, keysFor] = issuer;
    record.issuer = rules.issuer;
    checkType(jws.header, rules.types);
    const found = keysFor(jws.header.kid);
    const keys = ownKeys("then" in found ? await found : found, rules.issuer, iss, template);
    denyUnless(!!keys[0], "key_unknown", "kid", undefined, jws.header.kid);
    verifySignature(jws, keys, rules.algorithms);
    const { subject, context } = checkClaims(claims, jws.payload, rules, settings, world.now() / 1000);
    record.subject = subject;
    record.decision = "allow";
    return policy("Allow", methodArn, subject, context);
  } catch (error) {
    record.reason = Object(error).code ?? "internal_error";
    if (!(error instanceof Denied)) throw error;
    record.decision = "deny";
    record.claim = error.claim;
    record.expected = error.expected;
    if (settings.explain) record.received = JSON.stringify(error.received)?.slice(0, 256);
    // For exactly this message API Gateway answers 401. AWS counts it as an error of the function.
    if (settings.invalidToken === 401) throw new Error("Unauthorized");
    return policy("Deny", methodArn, "denied");
  } finally {
    world.log(record);
  }
}

/** The tenants of Entra share a key set, in which a key may be for one of them only. */
const ownKeys = (keys: Keys, configured: string, iss: string, template: string): Keys => {
  const isOwn = ({ issuer: owner }: VerificationKey) =>
    owner ? owner === iss || owner === template.replace("{tid}", "{tenantid}") : iss === configured;
  // A new list for each event would make V8 optimize the code later.
  return keys.every(isOwn) ? keys : keys.filter(isOwn);
};

/**
 * Runs most of the code of a first event, whose result is a rejection. Lambda gives the initialization a whole core, but an
 * event only the share of its memory: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
 */
function warmUp(keys: Keys, rules: Issuer, settings: AuthorizerSettings): void {
  const jws = parseJws("e30..AA");
  const [key] = keys;
  if (key) isSignedBy({ ...jws, signature: Buffer.alloc(key.size) }, key);
  checkClaims({ sub: "a", exp: 1, [rules.audienceClaim]: rules.audiences[0] }, jws.payload, rules, settings, 0);
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
  const { environment, now } = world;
  const surroundings = { ...world, budgetMs };
  if (rules.kind === "jwks") {
    let fetched: Promise<KeySource> | undefined;
    const set = member(world.snapshot, rules.issuer);
    const since = now();
    const softTtl = 3_600_000;
    const packaged = { parse: keysIn, set, since, softTtl };
    /** To import a key takes a tenth of a millisecond, so each is imported when a token has its id, and one at once. */
    const imported = new Map<unknown, Keys>();
    const find = (id: unknown): Keys => {
      const keys = imported.get(id) ?? keysIn(set, rules.algorithms, id);
      if (keys.length) imported.set(id, keys);
      return keys;
    };
    const first = jwksIn(set).find(({ kid }) => find(kid).length);
    if (set && !first) throw new Failure("keys_unusable");
    return (id) => {
      const found = id === null ? find(first?.kid) : find(id);
      if (found.length && !fetched && now() - since < softTtl) return found;
      fetched ??= import("./published-keys").then(({ publishedKeys }) => publishedKeys(rules, packaged, surroundings));
      return fetched.then((source) => source(id));
    };
  }
  if (rules.secrets.from === "ssm") {
    const read = import("./ssm").then(({ parameterKeys }) =>
      parameterKeys(rules, secretKeys, environment, surroundings),
    );
    return () => read.then((source) => source());
  }
  const keys = secretKeys(rules, environment);
  return () => keys;
}
