/** Keys, tokens, events and an authorizer with a fixed clock. The tests sign tokens with code of their own. */
import {
  constants as C,
  createHmac,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  sign as signBytes,
} from "node:crypto";
import type { Fetch } from "../../../functions/authorizer/http";
import type { LogRecord } from "../../../functions/authorizer/log";
import type { AuthorizerResult } from "../../../functions/authorizer/policy";
import type { AuthorizerSettings, JwksIssuer, SecretIssuer } from "../../../functions/authorizer/settings";

export type Subject = typeof import("./subject");
export interface Case {
  readonly name: string;
  /** Rejects if the authorizer does not behave as the name says. */
  readonly run: (subject: Subject) => Promise<void>;
}

export const METHOD_ARN = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/$connect";
export const ISSUER = "https://issuer.example/";
export const JWKS_URI = "https://issuer.example/jwks.json";
export const SECRET_ISSUER = "https://secret.example/";
export const SECRET = "correct horse battery staple, and then some more of it: 64 bytes!";
export const START = Date.UTC(2026, 10, 23, 12);
export const NOW = START / 1000;

export interface Pair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}
export const pairs = {
  rsa: generateKeyPairSync("rsa", { modulusLength: 2048 }),
  otherRsa: generateKeyPairSync("rsa", { modulusLength: 2048 }),
  p256: generateKeyPairSync("ec", { namedCurve: "P-256" }),
  p384: generateKeyPairSync("ec", { namedCurve: "P-384" }),
  p521: generateKeyPairSync("ec", { namedCurve: "P-521" }),
  ed25519: generateKeyPairSync("ed25519"),
} as const satisfies Record<string, Pair>;

/** A public key as an issuer publishes it. */
export const jwk = (pair: Pair, members: JsonWebKey & Record<string, unknown> = {}): JsonWebKey => ({
  ...pair.publicKey.export({ format: "jwk" }),
  use: "sig",
  ...members,
});

export const json = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Cache of signatures, because the tables run many times. */
const made = new WeakMap<object, Map<string, Buffer>>();

/** Signs the first two parts of a token. */
export function signature(algorithm: string, key: KeyObject | string | Buffer, signed: string): Buffer {
  if (typeof key === "string") return freshSignature(algorithm, key, signed);
  const known = made.get(key) ?? new Map<string, Buffer>();
  made.set(key, known);
  const bytes = known.get(`${algorithm} ${signed}`) ?? freshSignature(algorithm, key, signed);
  known.set(`${algorithm} ${signed}`, bytes);
  return bytes;
}

function freshSignature(algorithm: string, key: KeyObject | string | Buffer, signed: string): Buffer {
  const hash = `sha${algorithm.slice(2)}`;
  const bytes = Buffer.from(signed);
  if (algorithm.startsWith("HS")) return createHmac(hash, key).update(bytes).digest();
  if (!(typeof key === "object" && "type" in key)) throw new TypeError("A private key is needed.");
  if (algorithm === "EdDSA") return signBytes(null, bytes, key);
  if (algorithm.startsWith("ES")) return signBytes(hash, bytes, { key, dsaEncoding: "ieee-p1363" });
  const padding = algorithm.startsWith("PS") ? C.RSA_PKCS1_PSS_PADDING : C.RSA_PKCS1_PADDING;
  return signBytes(hash, bytes, { key, padding, saltLength: C.RSA_PSS_SALTLEN_DIGEST });
}

/** Builds a compact token. Header and payload are objects, or texts that are used unchanged. */
export function token(header: object | string, payload: object | string, key: KeyObject | string | Buffer): string {
  const text = (part: object | string) => (typeof part === "string" ? part : json(part));
  const signed = `${text(header)}.${text(payload)}`;
  const algorithm = typeof header === "string" ? "RS256" : String(Reflect.get(header, "alg"));
  return `${signed}.${signature(algorithm, key, signed).toString("base64url")}`;
}

export const claims = (changes: Record<string, unknown> = {}) => ({
  iss: ISSUER,
  aud: "api",
  sub: "user-1",
  org_id: "org-1",
  iat: NOW - 10,
  exp: NOW + 300,
  ...changes,
});

/** Builds a valid token, with changed claims or header. */
export const rs256 = (
  changes: Record<string, unknown> = {},
  header: Record<string, unknown> = {},
  pair: Pair = pairs.rsa,
) => token({ alg: "RS256", typ: "JWT", kid: "rsa", ...header }, claims(changes), pair.privateKey);
export const hs256 = (changes: Record<string, unknown> = {}, header: Record<string, unknown> = {}, secret = SECRET) =>
  token({ alg: "HS256", typ: "JWT", ...header }, claims({ iss: SECRET_ISSUER, ...changes }), secret);

const RULES = {
  audiences: ["api", "another api"],
  audienceClaim: "aud",
  requiredClaims: {},
  types: ["JWT", "at+jwt", ""],
  context: { userId: "sub", orgId: "org_id" },
} as const;
export const jwksIssuer = (changes: Partial<JwksIssuer> = {}): JwksIssuer => ({
  ...RULES,
  kind: "jwks",
  issuer: ISSUER,
  algorithms: ["RS256", "ES256", "EdDSA"],
  jwksUri: JWKS_URI,
  ...changes,
});
export const secretIssuer = (changes: Partial<SecretIssuer> = {}): SecretIssuer => ({
  ...RULES,
  kind: "secret",
  issuer: SECRET_ISSUER,
  algorithms: ["HS256"],
  secrets: { from: "env", names: ["HS256_SECRET", "HS256_SECRET_PREVIOUS"] },
  ...changes,
});
export const settings = (changes: Partial<AuthorizerSettings> = {}): AuthorizerSettings => ({
  issuers: [jwksIssuer(), secretIssuer()],
  tokenParameter: "token",
  invalidToken: 403,
  clockSkew: 30,
  maxLifetime: 86_400,
  ...changes,
});

export const keySet = {
  keys: [
    jwk(pairs.rsa, { kid: "rsa", alg: "RS256" }),
    jwk(pairs.p256, { kid: "p256" }),
    jwk(pairs.ed25519, { kid: "ed" }),
  ],
};

/** Builds the event that API Gateway sends for `?token=…`. */
export const connect = (value: string, changes: Record<string, unknown> = {}) => ({
  type: "REQUEST",
  methodArn: METHOD_ARN,
  headers: { Host: "a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com" },
  queryStringParameters: { token: value },
  multiValueQueryStringParameters: { token: [value] },
  stageVariables: {},
  requestContext: { routeKey: "$connect", eventType: "CONNECT", connectionId: "TXzPWdnOjoECGjA=" },
  ...changes,
});

export interface Door {
  /** Authorizes a token or a whole event. Returns `allow`, the reason of a denial, or the code of an error. */
  readonly outcome: (input: string | object) => Promise<string>;
  readonly answer: (input: string | object) => Promise<AuthorizerResult>;
  readonly log: LogRecord[];
  /** Milliseconds since 1970, by the authorizer's clock. */
  readonly time: () => number;
  /** Lets time pass. */
  readonly wait: (milliseconds: number) => void;
}

export interface DoorOptions {
  readonly settings?: AuthorizerSettings;
  readonly snapshot?: Readonly<Record<string, unknown>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly fetch?: Fetch;
}

/** Creates an authorizer with a key snapshot, a secret and a fixed clock. It has no network unless a test gives `fetch`. */
export function door(subject: Subject, options: DoorOptions = {}): Door {
  const log: LogRecord[] = [];
  let time = START;
  let sleeps = 0;
  const answer = subject.createAuthorizer(options.settings ?? settings(), {
    environment: options.environment ?? { HS256_SECRET: SECRET },
    snapshot: options.snapshot ?? { [ISSUER]: keySet },
    now: () => time,
    sleep: async (milliseconds) => {
      time += milliseconds;
      // A case that waits for longer would wait for ever.
      if (time - START > 7 * 86_400_000 || ++sleeps > 500) await new Promise(() => {});
    },
    fetch: options.fetch ?? (() => Promise.reject(new Error("There is no network here."))),
    log: (record) => log.push(record),
  });
  const eventOf = (input: string | object) => (typeof input === "string" ? connect(input) : input);
  return {
    log,
    time: () => time,
    wait: (milliseconds) => {
      time += milliseconds;
    },
    answer: (input) => answer(eventOf(input)),
    outcome: async (input) => {
      try {
        const { policyDocument } = await answer(eventOf(input));
        const [{ Effect }] = policyDocument.Statement;
        return Effect === "Allow" ? "allow" : String(log.at(-1)?.reason);
      } catch (error) {
        return error instanceof Error && "code" in error ? String(error.code) : String(error);
      }
    },
  };
}
