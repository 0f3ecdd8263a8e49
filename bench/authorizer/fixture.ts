/** The tokens, keys and settings for all candidates. */
import { createHmac, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import type { AuthorizerSettings, ClaimRules, Issuer } from "../../functions/authorizer/settings";

export const ISSUER = "https://issuer.example/";
export const SECRET_ISSUER = "https://secret.example/";
export const AUDIENCE = "api";
export const SECRET = "a secret for this benchmark only, which has a size of 64 bytes..";
export const ALGORITHMS = ["RS256", "ES256", "EdDSA", "HS256"] as const;
export type BenchAlgorithm = (typeof ALGORITHMS)[number];

const pairs = {
  RS256: generateKeyPairSync("rsa", { modulusLength: 2048 }),
  ES256: generateKeyPairSync("ec", { namedCurve: "P-256" }),
  EdDSA: generateKeyPairSync("ed25519"),
};

export const jwks = {
  keys: Object.entries(pairs).map(([alg, { publicKey }]) => ({
    ...publicKey.export({ format: "jwk" }),
    kid: alg,
    alg,
    use: "sig",
  })),
};

const RULES: Omit<ClaimRules, "issuer"> = {
  audiences: [AUDIENCE],
  audienceClaim: "aud",
  requiredClaims: {},
  types: ["JWT", ""],
  context: { userId: "sub", orgId: "org_id" },
};
export const settings: AuthorizerSettings = {
  issuers: [
    {
      ...RULES,
      kind: "jwks",
      issuer: ISSUER,
      algorithms: ["RS256", "ES256", "EdDSA"],
      jwksUri: `${ISSUER}.well-known/jwks.json`,
    },
    {
      ...RULES,
      kind: "secret",
      issuer: SECRET_ISSUER,
      algorithms: ["HS256"],
      secrets: { from: "env", names: ["HS256_SECRET"] },
    },
  ],
  tokenParameter: "token",
  invalidToken: 403,
  clockSkew: 30,
  maxLifetime: 86_400,
};

/** Returns the settings with so many issuers, of which the first two are the same. */
export const manyIssuers = (count: number): AuthorizerSettings => ({
  ...settings,
  issuers: Array.from({ length: count }, (_, n): Issuer => {
    const issuer = `${ISSUER}tenants/${n}`;
    const one = { ...RULES, kind: "jwks", issuer, algorithms: ["RS256"], jwksUri: `${issuer}/keys` } as const;
    return settings.issuers[n] ?? one;
  }),
});

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

function signature(algorithm: BenchAlgorithm, signed: string): Buffer {
  if (algorithm === "HS256") return createHmac("sha256", SECRET).update(signed).digest();
  const key: KeyObject = pairs[algorithm].privateKey;
  return sign(algorithm === "EdDSA" ? null : "sha256", Buffer.from(signed), { key, dsaEncoding: "ieee-p1363" });
}

/** Tokens of different users, with the claims of an access token. */
export function tokens(
  algorithm: BenchAlgorithm,
  count: number,
  issuer = algorithm === "HS256" ? SECRET_ISSUER : ISSUER,
): string[] {
  const now = Math.floor(Date.now() / 1000);
  return Array.from({ length: count }, (_, n) => {
    const header = part({ alg: algorithm, typ: "JWT", ...(algorithm !== "HS256" && { kid: algorithm }) });
    const payload = part({
      iss: issuer,
      aud: AUDIENCE,
      sub: `8f14e45f-ceea-467f-a0e6-${String(n).padStart(12, "0")}`,
      org_id: "org_7Yt3kQmZ",
      scope: "openid profile stocks:read",
      jti: `c4ca4238-a0b9-4382-8dcc-${String(n).padStart(12, "0")}`,
      iat: now,
      exp: now + 3600,
    });
    const signed = `${header}.${payload}`;
    return `${signed}.${signature(algorithm, signed).toString("base64url")}`;
  });
}

/** API Gateway's event for a token. */
export const connect = (token: string) => ({
  type: "REQUEST",
  methodArn: "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/$connect",
  headers: {
    Connection: "upgrade",
    "content-length": "0",
    Host: "a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com",
    "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
    Upgrade: "websocket",
    "X-Forwarded-For": "192.0.2.1",
    "X-Forwarded-Port": "443",
    "X-Forwarded-Proto": "https",
  },
  multiValueHeaders: { Host: ["a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com"], Upgrade: ["websocket"] },
  queryStringParameters: { token, stocks: "AMZN" },
  multiValueQueryStringParameters: { token: [token], stocks: ["AMZN"] },
  stageVariables: {},
  requestContext: {
    routeKey: "$connect",
    eventType: "CONNECT",
    messageDirection: "IN",
    stage: "prod",
    requestId: "TXzPWdnOjoECGjA=",
    connectionId: "TXzPWdnOjoECGjB=",
    apiId: "a1b2c3d4e5",
    domainName: "a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com",
    identity: { sourceIp: "192.0.2.1" },
  },
});
