/** Generates random tokens, valid and invalid, and verifies them with two well-known libraries. */
import { JwtVerifier } from "aws-jwt-verify";
import fc from "fast-check";
import { createLocalJWKSet, jwtVerify } from "jose";
import { claims, ISSUER, json, jwk, pairs, START, signature } from "./door";

const NOW = START / 1000;
export const keys = {
  keys: [
    jwk(pairs.rsa, { kid: "rsa", alg: "RS256" }),
    jwk(pairs.p256, { kid: "p256", alg: "ES256" }),
    jwk(pairs.ed25519, { kid: "ed", alg: "EdDSA" }),
  ],
};
const signers = { RS256: ["rsa", pairs.rsa], ES256: ["p256", pairs.p256], EdDSA: ["ed", pairs.ed25519] } as const;

const rarely = <T>(usual: T, odd: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 12, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: odd });
const anything = fc.oneof(fc.constantFrom(null, true, "", 0, [], {}), fc.string({ maxLength: 8 }), fc.integer());
const instant = (usual: number) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constant(usual) },
    { weight: 3, arbitrary: fc.integer({ min: -400, max: 400 }).map((seconds) => NOW + seconds) },
    { weight: 1, arbitrary: fc.constantFrom(undefined, null, `${usual}`, usual * 1000, 0.5 + usual) },
  );

const payload = fc.record({
  iss: rarely(ISSUER, fc.oneof(fc.constantFrom(undefined, `${ISSUER}x`, [ISSUER]), anything)),
  aud: rarely("api", fc.oneof(fc.constantFrom(undefined, "other", ["other"], ["other", "api"], [], "ap"), anything)),
  sub: rarely("user-1", fc.oneof(fc.constantFrom(undefined, "", "a\u0000b", "x".repeat(300)), anything)),
  exp: instant(NOW + 300),
  iat: instant(NOW - 10),
  nbf: rarely(undefined, instant(NOW)),
  // The libraries take no notice of it. Here it becomes text for the backend, whatever its shape.
  org_id: fc.oneof(
    fc.constantFrom("org-1", undefined, null, 9007199254740991, 1.5, true, [], ["a b", 1, null], { id: ["c"] }),
    fc.jsonValue({ maxDepth: 2 }).filter((value) => !/\p{Cc}|\p{Cs}/u.test(JSON.stringify(value))),
  ),
});
const header = fc.record({
  typ: rarely("JWT", fc.constantFrom(undefined, "at+jwt", "logout+jwt", "jwt")),
  kid: rarely(undefined, fc.constantFrom("rsa", "p256", "ed", "unknown")),
  alg: rarely(undefined, fc.constantFrom("none", "HS256", "RS256", "ES256", "EdDSA", "RS512", "PS256")),
  extra: rarely(
    {},
    fc.constantFrom(
      { crit: ["exp"] },
      { crit: [] },
      { b64: true },
      { b64: false },
      { x5c: [] },
      { jku: "https://attacker.example" },
    ),
  ),
});
const damage = rarely("", fc.constantFrom("signature", "payload", "padding", "space", "truncate", "part", "bits"));

export interface Specimen {
  readonly token: string;
  readonly header: Readonly<Record<string, unknown>>;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly damage: unknown;
}

const signedWith = (body: fc.Arbitrary<Record<string, unknown>>): fc.Arbitrary<Specimen> =>
  fc
    .tuple(fc.constantFrom("RS256", "ES256", "EdDSA"), header, body, damage)
    .map(([alg, { extra, kid, ...changes }, body, how]) => {
      const [name, pair] = signers[alg as keyof typeof signers];
      const head = { ...changes, alg: changes.alg ?? alg, kid: kid ?? name, ...(extra as object) };
      const content = claims(body);
      const signed = `${json(head)}.${json(content)}`;
      const good = `${signed}.${signature(alg, pair.privateKey, signed).toString("base64url")}`;
      return { token: damaged(good, String(how)), header: head, payload: content, damage: how };
    });

export const specimens = signedWith(payload);

/** The rules for the shapes below: an issuer in each tenant, another claim in place of the audience, nested claims. */
export const SHAPE_RULES = {
  issuer: "https://issuer.example/{tid}/v2",
  audiences: ["web", "app"],
  audienceClaim: "client.azp",
  requiredClaims: { "realm_access.roles": ["admin", "staff"], "https://issuer.example/level": [3, true] },
} as const;
const strings = (...values: readonly string[]) =>
  fc.oneof(
    fc.constantFrom(...values),
    fc.array(fc.constantFrom<unknown>(...values, 1, null), { maxLength: 3 }),
    anything,
  );
const tenants = fc.constantFrom<unknown>("t1", "t2", "", "{tid}", "t1/v2", undefined, null, 1, ["t1"]);
const issuerOf = (tid: unknown) => `https://issuer.example/${tid}/v2`;

/** Tokens in the shapes of several identity providers. */
export const shapes = signedWith(
  fc
    .record({
      tid: fc.oneof({ weight: 8, arbitrary: fc.constantFrom("t1", "t2") }, { weight: 1, arbitrary: tenants }),
      iss: rarely(undefined, fc.oneof(tenants.map(issuerOf), anything)),
      client: rarely(
        { azp: "web" },
        fc.oneof(
          strings("web", "other").map((azp) => ({ azp })),
          anything,
        ),
      ),
      realm_access: rarely(
        { roles: ["user", "admin"] },
        fc.oneof(
          strings("admin", "user").map((roles) => ({ roles })),
          anything,
        ),
      ),
      "https://issuer.example/level": rarely(
        3,
        fc.oneof(fc.constantFrom<unknown>(true, [3], [3, 4], [3, true], "3", 4, 3.5), anything),
      ),
      exp: instant(NOW + 300),
    })
    .map(({ iss, ...rest }) => ({ ...rest, aud: undefined, iss: iss ?? issuerOf(rest.tid) })),
);

/** Whether a token that is signed and current meets {@link SHAPE_RULES}, by code that shares nothing with the authorizer's. */
export function fitsShape({ payload }: Specimen): boolean {
  const { iss, tid, client, realm_access: realm, "https://issuer.example/level": level } = payload;
  const part = (value: unknown, name: string): unknown =>
    typeof value === "object" && value !== null && !Array.isArray(value) ? Reflect.get(value, name) : undefined;
  const isOne = (claim: unknown, values: readonly unknown[]): boolean =>
    Array.isArray(claim)
      ? values.some((value) => claim.includes(value) && claim.every((item) => typeof item === typeof value))
      : values.some((value) => value === claim);
  const isTenant = typeof tid === "string" && tid !== "" && iss === `https://issuer.example/${tid}/v2`;
  return (
    isTenant &&
    // The template itself is not a tenant's issuer.
    tid !== "{tid}" &&
    isOne(part(client, "azp"), ["web", "app"]) &&
    isOne(part(realm, "roles"), ["admin", "staff"]) &&
    isOne(level, [3, true])
  );
}

function damaged(token: string, how: string): string {
  const [head = "", body = "", tail = ""] = token.split(".");
  switch (how) {
    case "signature":
      return `${head}.${body}.${tail.startsWith("A") ? "B" : "A"}${tail.slice(1)}`;
    case "payload":
      return `${head}.${json(claims({ sub: "someone else" }))}.${tail}`;
    case "padding":
      return `${token}=`;
    case "space":
      return `${head}. ${body}.${tail}`;
    case "truncate":
      return token.slice(0, -2);
    case "part":
      return `${token}.${tail}`;
    case "bits":
      return `${token.slice(0, -1)}${nextLetter(token.slice(-1))}`;
    default:
      return token;
  }
}

/** Returns the next letter of base64url. As the last letter of a signature, it encodes the same bytes. */
function nextLetter(letter: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return alphabet[alphabet.indexOf(letter) + 1] ?? letter;
}

const set = createLocalJWKSet({ keys: keys.keys.map((key) => ({ ...key })) as { kty: string }[] });

/** What the libraries compare; `{}` compares neither. */
const BOTH = { issuer: ISSUER, audience: "api" };

export async function joseAllows(token: string, compared: Partial<typeof BOTH> = BOTH): Promise<boolean> {
  try {
    await jwtVerify(token, set, {
      ...compared,
      algorithms: ["RS256", "ES256", "EdDSA"],
      requiredClaims: ["exp", "sub"],
      clockTolerance: 30,
      currentDate: new Date(START),
    });
    return true;
  } catch {
    return false;
  }
}

const common = { jwksUri: `${ISSUER}jwks.json`, graceSeconds: 30 };
const verifier = JwtVerifier.create({ ...common, ...BOTH });
const lenient = JwtVerifier.create({ ...common, issuer: null, audience: null });
for (const one of [verifier, lenient])
  one.cacheJwks({
    keys: keys.keys.map((key) => ({ ...key, kty: String(key.kty), kid: String(Reflect.get(key, "kid")) })),
  });

/** Verifies with aws-jwt-verify. It has no parameter for the time, so the clock is replaced meanwhile. */
export function awsAllows(token: string, compared: Partial<typeof BOTH> = BOTH): boolean {
  const { now } = Date;
  Date.now = () => START;
  try {
    (compared === BOTH ? verifier : lenient).verifySync(token);
    return true;
  } catch {
    return false;
  } finally {
    Date.now = now;
  }
}

/** Rules of the authorizer that neither library has. Each explains why a token is rejected here but accepted by a library. */
export const STRICTER: Readonly<Record<string, (specimen: Specimen) => boolean>> = {
  "every crit is rejected, even where a library accepts it (RFC 7515 4.1.11)": ({ header }) => "crit" in header,
  "b64 is rejected even without crit (RFC 7797 is not supported)": ({ header }) => "b64" in header,
  "exp is required, and a number": ({ payload }) => typeof payload.exp !== "number",
  "iat and nbf are numbers if present": ({ payload }) =>
    [payload.iat, payload.nbf].some((time) => time !== undefined && typeof time !== "number"),
  "iat is not in the future": ({ payload }) => Number(payload.iat) > NOW + 30,
  "the lifetime is at most one day": ({ payload }) => Number(payload.exp) - Number(payload.iat ?? NOW) > 86_400,
  "sub is a string of at least one character, without control characters": ({ payload: { sub } }) =>
    typeof sub !== "string" || sub === "" || /\p{Cc}/u.test(sub),
  "typ is one of the accepted values (RFC 8725 3.11)": ({ header: { typ } }) =>
    ![undefined, "JWT", "jwt", "at+jwt"].includes(typ as string),
  "base64url is canonical": ({ damage }) => ["padding", "space", "bits"].includes(String(damage)),
  "aud is a string, or a list of strings": ({ payload: { aud } }) =>
    Array.isArray(aud) && aud.some((name) => typeof name !== "string"),
  "a token has expired in the second of exp, clock skew included": ({ payload }) => Number(payload.exp) === NOW - 30,
};
