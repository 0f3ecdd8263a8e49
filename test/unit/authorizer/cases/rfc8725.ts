/** JSON Web Token Best Current Practices (RFC 8725), by section, with what RFC 7515 and 7519 leave to the application. */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import {
  type Case,
  claims,
  type DoorOptions,
  door,
  hs256,
  ISSUER,
  json,
  jwk,
  jwksIssuer,
  keySet,
  METHOD_ARN,
  NOW,
  type Pair,
  pairs,
  rs256,
  SECRET,
  SECRET_ISSUER,
  secretIssuer,
  settings,
  signature,
  token,
} from "../../../support/authorizer/door";

const expects =
  (reason: string) =>
  (name: string, input: () => string, options: DoorOptions = {}): Case => ({
    name: `${name}: ${reason}`,
    run: async (subject) => assert.equal(await door(subject, options).outcome(input()), reason),
  });
const allows = expects("allow");
const only = (...keys: object[]): DoorOptions => ({ snapshot: { [ISSUER]: { keys } } });
const rules = (changes: Parameters<typeof jwksIssuer>[0]): DoorOptions => ({
  settings: settings({ issuers: [jwksIssuer(changes)] }),
});
const doesNotStart = (name: string, options: DoorOptions, code: string): Case => ({
  name,
  run: async (subject) => {
    assert.throws(() => door(subject, options), { code });
  },
});

/** A key that is not used, so that a set of this key alone is an error. */
const unfit = (name: string, key: object) => doesNotStart(`${name} is not used`, only(key), "keys_unusable");
const weakRsa = generateKeyPairSync("rsa", { modulusLength: 1024 });
const modulus = Buffer.from(`${jwk(pairs.rsa).n}`, "base64url");
const k256 = generateKeyPairSync("ec", { namedCurve: "secp256k1" });
const anotherIssuer = "https://another.example/";

const every: readonly (readonly [string, Pair])[] = [
  ...(["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"] as const).map((alg) => [alg, pairs.rsa] as const),
  ["ES256", pairs.p256],
  ["ES384", pairs.p384],
  ["ES512", pairs.p521],
  ["EdDSA", pairs.ed25519],
];

export const RFC8725: readonly Case[] = [
  // Section 3.1: perform algorithm verification.
  ...every.map(([alg, pair]) =>
    allows(`${alg} with its key`, () => token({ alg, kid: "k" }, claims(), pair.privateKey), {
      ...rules({ algorithms: [alg as "RS256"] }),
      ...only(jwk(pair, { kid: "k", alg })),
    }),
  ),
  ...(["HS256", "HS384", "HS512"] as const).map((alg) =>
    allows(`${alg} with its secret`, () => token({ alg }, claims({ iss: SECRET_ISSUER }), SECRET), {
      settings: settings({ issuers: [secretIssuer({ algorithms: [alg] })] }),
    }),
  ),
  unfit("a key for encryption", jwk(pairs.rsa, { kid: "rsa", use: "enc" })),
  unfit("a key whose operations do not include verify", jwk(pairs.rsa, { kid: "rsa", key_ops: ["encrypt"] })),
  unfit("a key whose operations are no list", jwk(pairs.rsa, { kid: "rsa", key_ops: "verify" })),
  unfit("an RSA key for ES256", jwk(pairs.rsa, { kid: "rsa", alg: "ES256" })),
  unfit("an RSA key for RSA-OAEP", jwk(pairs.rsa, { kid: "rsa", alg: "RSA-OAEP" })),
  unfit("a P-256 key for ES384", jwk(pairs.p256, { kid: "rsa", alg: "ES384" })),
  unfit("a P-256 key for RS256", jwk(pairs.p256, { kid: "rsa", alg: "RS256" })),
  unfit("a key on a curve without an algorithm here", jwk(k256, { kid: "rsa" })),
  unfit("a shared secret", { kty: "oct", kid: "rsa", k: Buffer.from(SECRET).toString("base64url"), alg: "HS256" }),
  unfit("a private key", { ...pairs.rsa.privateKey.export({ format: "jwk" }), kid: "rsa" }),
  unfit("a point that is not on its curve", { ...jwk(pairs.p256), kid: "rsa", y: jwk(pairs.p256).x }),
  unfit("a key without a type", { kid: "rsa" }),
  unfit("null", Object(null)),
  allows(
    "a good key among keys that cannot be read",
    () => rs256(),
    only(
      { kty: "EC", crv: "constructor" },
      { kty: "RSA" },
      { kty: 1 },
      { kty: "RSA", alg: { toString: 1 } },
      jwk(pairs.rsa, { kid: "rsa" }),
    ),
  ),
  // Not every issuer writes all members, or each in the same way.
  ...[{ use: "" }, { use: null }, { key_ops: null }, { alg: "" }, { alg: null }, { d: null, p: null, q: null }].map(
    (members) =>
      allows(
        `a key with ${JSON.stringify(members)}`,
        () => rs256(),
        only({ ...jwk(pairs.rsa, { kid: "rsa" }), ...members }),
      ),
  ),
  allows("a null among the keys", () => rs256(), { snapshot: { [ISSUER]: { keys: [null, ...keySet.keys] } } }),
  allows(
    "the same kid for two algorithms",
    () => rs256(),
    only(jwk(pairs.p256, { kid: "rsa" }), jwk(pairs.otherRsa, { kid: "rsa", alg: "PS256" }), ...keySet.keys),
  ),
  ...(["EdDSA", "Ed25519"] as const).flatMap((alg) => [
    allows(
      `a token with alg ${alg} (RFC 9864), whichever name the key has`,
      () => {
        const signed = `${json({ alg, kid: "ed" })}.${json(claims())}`;
        return `${signed}.${signature("EdDSA", pairs.ed25519.privateKey, signed).toString("base64url")}`;
      },
      only(jwk(pairs.ed25519, { kid: "ed", alg: alg === "EdDSA" ? "Ed25519" : "EdDSA" })),
    ),
  ]),
  allows(
    "an RSA key without alg where only PS256 is accepted",
    () => token({ alg: "PS256", kid: "rsa" }, claims(), pairs.rsa.privateKey),
    { ...rules({ algorithms: ["ES256", "PS256"] }), ...only(jwk(pairs.rsa, { kid: "rsa" })) },
  ),
  // Section 3.5: ensure cryptographic keys have sufficient entropy.
  doesNotStart("an RSA key of 1024 bits is not used", only(jwk(weakRsa, { kid: "rsa" })), "keys_unusable"),
  unfit(
    "an RSA key of 2047 bits",
    jwk(pairs.rsa, { kid: "rsa", n: Buffer.concat([Buffer.of(127), modulus.subarray(1)]).toString("base64url") }),
  ),
  doesNotStart(
    "an RSA key with the exponent 1 is not used",
    only(jwk(pairs.rsa, { kid: "rsa", e: "AQ" })),
    "keys_unusable",
  ),
  // RFC 7518 section 6.3.1.1 forbids the zero, but some issuers write it.
  allows(
    "an RSA key whose modulus begins with zero",
    () => rs256(),
    only(jwk(pairs.rsa, { kid: "rsa", n: Buffer.concat([Buffer.of(0), modulus]).toString("base64url") })),
  ),
  allows(
    "an RSA key whose exponent begins with zero",
    () => rs256(),
    only(jwk(pairs.rsa, { kid: "rsa", e: "AAEAAQ" })),
  ),
  ...(
    [
      ["HS256", 31],
      ["HS384", 47],
      ["HS512", 63],
    ] as const
  ).map(([alg, length]) =>
    doesNotStart(
      `${alg} with a secret of ${length} bytes does not start`,
      {
        settings: settings({ issuers: [secretIssuer({ algorithms: [alg] })] }),
        environment: { HS256_SECRET: "s".repeat(length) },
      },
      "invalid_settings",
    ),
  ),
  // Section 3.3: validate all cryptographic operations.
  expects("signature_invalid")("claims exchanged after signing", () => {
    const [head, , tail] = rs256().split(".");
    return [head, rs256({ sub: "admin" }).split(".")[1], tail].join(".");
  }),
  // Section 3.8: validate issuer and subject.
  expects("key_unknown")("a token of one issuer, signed with the key of another", () => rs256({ iss: anotherIssuer }), {
    settings: settings({ issuers: [jwksIssuer(), jwksIssuer({ issuer: anotherIssuer })] }),
    snapshot: { [ISSUER]: keySet, [anotherIssuer]: { keys: [jwk(pairs.otherRsa, { kid: "other" })] } },
    fetch: async () => JSON.stringify({ keys: [jwk(pairs.otherRsa, { kid: "other" })] }),
  }),
  allows(
    "a token of the second issuer, signed with its own key",
    () => rs256({ iss: anotherIssuer }, { kid: "other" }, pairs.otherRsa),
    {
      settings: settings({ issuers: [jwksIssuer(), jwksIssuer({ issuer: anotherIssuer })] }),
      snapshot: { [ISSUER]: keySet, [anotherIssuer]: { keys: [jwk(pairs.otherRsa, { kid: "other" })] } },
    },
  ),
  // Section 3.9: use and validate audience.
  allows(
    "a Cognito access token, which has client_id in place of aud",
    () => rs256({ aud: undefined, client_id: "app", token_use: "access" }),
    rules({ audienceClaim: "client_id", audiences: ["app"], requiredClaims: { token_use: ["access"] } }),
  ),
  expects("audience_refused")(
    "a Cognito access token of another client",
    () => rs256({ aud: undefined, client_id: "other" }),
    rules({ audienceClaim: "client_id", audiences: ["app"] }),
  ),
  expects("audience_refused")(
    "aud in place of client_id where the settings name client_id",
    () => rs256({ aud: "app" }),
    rules({ audienceClaim: "client_id", audiences: ["app"] }),
  ),
  expects("claim_refused")(
    "a token of another repository",
    () => rs256({ repository: "them/theirs" }),
    rules({ requiredClaims: { repository: ["we/ours"] } }),
  ),
  allows(
    "a token of a repository that is allowed",
    () => rs256({ repository: "we/ours" }),
    rules({ requiredClaims: { repository: ["we/ours", "we/too"] } }),
  ),
  expects("claim_refused")(
    "one of two required claims",
    () => rs256({ a: "1" }),
    rules({ requiredClaims: { a: ["1"], b: ["2"] } }),
  ),
  expects("claim_refused")(
    "no required claim, where its name is a member of every JavaScript object",
    () => rs256(),
    rules({ requiredClaims: { constructor: ["Object"] } }),
  ),
  ...[true, 1, null, ["access", 1]].map((token_use) =>
    expects("claim_refused")(
      `a required claim that is ${JSON.stringify(token_use)}`,
      () => rs256({ token_use }),
      rules({ requiredClaims: { token_use: ["access", "true", "1"] } }),
    ),
  ),
  allows(
    "a required claim whose list has the required value",
    () => rs256({ "cognito:groups": ["a", "b"] }),
    rules({ requiredClaims: { "cognito:groups": ["b"] } }),
  ),
  allows(
    "a context claim that is a member of every JavaScript object, but not of this token",
    () => rs256(),
    rules({ context: { userId: "sub", x: "constructor" } }),
  ),
  // Section 3.11: use explicit typing.
  ...["logout+jwt", "secevent+jwt", "dpop+jwt", "jose", "", "JWT ", "x/application/jwt"].map((typ) =>
    expects("type_refused")(
      `typ ${JSON.stringify(typ)} where only JWT and at+jwt are accepted`,
      () => rs256({}, { typ }),
      rules({ types: ["JWT", "at+jwt"] }),
    ),
  ),
  ...[null, 1, ["JWT"], {}, "application/", "applicationxJWT", "text/jwt"].map((typ) =>
    expects("type_refused")(`typ ${JSON.stringify(typ)}`, () => rs256({}, { typ })),
  ),
  ...["JWT", "jwt", "application/jwt", "APPLICATION/at+JWT"].map((typ) =>
    allows(`typ ${typ}`, () => rs256({}, { typ })),
  ),
  allows("no typ", () => rs256({}, { typ: undefined })),
  expects("type_refused")(
    "no typ where only JWT is accepted",
    () => rs256({}, { typ: undefined }),
    rules({ types: ["JWT"] }),
  ),
  // Section 3.12: use mutually exclusive validation rules for different kinds of JWTs.
  expects("claim_refused")(
    "an ID token in place of an access token, by token_use",
    () => rs256({ token_use: "id", nonce: "n", at_hash: "h" }),
    rules({ requiredClaims: { token_use: ["access"] } }),
  ),
  expects("type_refused")(
    "an ID token in place of an access token, by typ",
    () => rs256({ nonce: "n", at_hash: "h" }),
    rules({ types: ["at+jwt"] }),
  ),
  // Section 3.10: do not trust received claims.
  {
    name: "a token without kid is accepted if one of the keys for its algorithm made the signature",
    run: async (subject) => {
      const set = only(
        jwk(pairs.otherRsa, { kid: "other", alg: "RS256" }),
        ...keySet.keys,
        jwk(pairs.otherRsa, { kid: "rsa", alg: "PS256" }),
      );
      assert.equal(await door(subject, set).outcome(rs256({}, { kid: undefined })), "allow");
      const none = only(jwk(pairs.otherRsa, { kid: "other" }), ...keySet.keys.slice(1));
      assert.equal(await door(subject, none).outcome(rs256({}, { kid: undefined })), "signature_invalid");
      const another = only(...keySet.keys.slice(1));
      assert.equal(await door(subject, another).outcome(rs256({}, { kid: undefined })), "algorithm_refused");
    },
  },
  {
    name: "a token without kid is compared with 16 keys, and with no more",
    run: async (subject) => {
      const others = (count: number) =>
        Array.from({ length: count }, (_, n) => jwk(pairs.otherRsa, { kid: `${n}`, alg: "RS256" }));
      const token = rs256({}, { kid: undefined });
      assert.equal(await door(subject, only(...others(15), ...keySet.keys)).outcome(token), "allow");
      assert.equal(await door(subject, only(...others(16), ...keySet.keys)).outcome(token), "signature_invalid");
    },
  },
  {
    name: "API Gateway: the policy allows exactly this ARN, and the context has only strings, with exp among them",
    run: async (subject) => {
      const context = { userId: "sub", orgId: "org_id", level: "level", admin: "admin", none: "none" };
      const { answer } = door(subject, rules({ context }));
      assert.deepEqual(await answer(rs256({ level: 3, admin: true, exp: claims().exp + 0.5 })), {
        principalId: "user-1",
        policyDocument: {
          Version: "2012-10-17",
          Statement: [{ Action: "execute-api:Invoke", Effect: "Allow", Resource: METHOD_ARN }],
        },
        context: { userId: "user-1", orgId: "org-1", level: "3", admin: "true", exp: String(claims().exp) },
      });
    },
  },
  {
    name: "API Gateway: a rejected token gets a Deny for exactly this ARN, and no claim of the token",
    run: async (subject) => {
      const answer = await door(subject).answer(rs256({ exp: 1 }));
      assert.deepEqual(JSON.parse(JSON.stringify(answer)), {
        principalId: "denied",
        policyDocument: {
          Version: "2012-10-17",
          Statement: [{ Action: "execute-api:Invoke", Effect: "Deny", Resource: METHOD_ARN }],
        },
      });
    },
  },
  {
    name: "API Gateway: the authorizer throws Unauthorized where the settings ask for 401",
    run: async (subject) => {
      const { answer } = door(subject, { settings: settings({ invalidToken: 401 }) });
      await assert.rejects(answer(rs256({ exp: 1 })), { message: "Unauthorized" });
      assert.equal((await answer(rs256())).principalId, "user-1");
    },
  },
  {
    name: "API Gateway: without keys to check a token, the authorizer fails and returns no policy",
    run: async (subject) => {
      for (const invalidToken of [401, 403] as const) {
        const { answer } = door(subject, { settings: settings({ invalidToken }), snapshot: {} });
        await assert.rejects(answer(rs256()), { code: "keys_unavailable" });
      }
    },
  },
  {
    name: "logs: one line for each decision, and never the token, a claim other than sub, or a secret",
    run: async (subject) => {
      const { outcome, log } = door(subject);
      const secretClaim = "a-claim-that-is-private";
      const inputs = [
        rs256({ secretClaim }),
        rs256({ secretClaim, exp: 1 }),
        hs256({ secretClaim }),
        rs256({ secretClaim }, { kid: "?" }),
      ];
      for (const input of inputs) await outcome(input);
      const decisions = log.filter(({ decision }) => decision);
      assert.deepEqual(decisions, [
        { decision: "allow", issuer: ISSUER, subject: "user-1", connectionId: "TXzPWdnOjoECGjA=" },
        {
          decision: "deny",
          reason: "expired",
          claim: "exp",
          expected: NOW,
          issuer: ISSUER,
          connectionId: "TXzPWdnOjoECGjA=",
        },
        { decision: "allow", issuer: SECRET_ISSUER, subject: "user-1", connectionId: "TXzPWdnOjoECGjA=" },
        { decision: "error", reason: "keys_unavailable", issuer: ISSUER, connectionId: "TXzPWdnOjoECGjA=" },
      ]);
      const text = JSON.stringify(log);
      for (const part of inputs.flatMap((input) => input.split("."))) assert.ok(!text.includes(part));
      assert.ok(!text.includes(secretClaim) && !text.includes(SECRET));
    },
  },
];
