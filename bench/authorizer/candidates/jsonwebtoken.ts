/** jsonwebtoken with jwks-rsa, as in most samples, with a local key set. It does not support EdDSA. */
import jsonwebtoken, { type JwtHeader, type SigningKeyCallback } from "jsonwebtoken";
import jwksClient from "jwks-rsa";
import { AUDIENCE, allow, type Event, ISSUERS, isHmac, readJwks, secret } from "./common";

const jwks = readJwks();
const client = jwksClient({
  jwksUri: "https://issuer.example/.well-known/jwks.json",
  cache: true,
  getKeysInterceptor: async () => jwks.keys.filter(({ kty }) => kty !== "OKP").map((key) => ({ ...key, alg: key.kid })),
});
const getKey = (header: JwtHeader, done: SigningKeyCallback) =>
  client.getSigningKey(header.kid, (error, key) => done(error, key?.getPublicKey()));

const [first = "", ...others] = ISSUERS;
const options = { issuer: [first, ...others] as [string, ...string[]], audience: AUDIENCE, clockTolerance: 30 };

export const handler = (event: Event) =>
  new Promise((resolve, reject) => {
    const { token } = event.queryStringParameters;
    const done = (error: Error | null, claims: unknown) =>
      error || typeof claims !== "object" ? reject(error) : resolve(allow(event, { ...claims }));
    if (isHmac(token)) jsonwebtoken.verify(token, secret, { ...options, algorithms: ["HS256"] }, done);
    else jsonwebtoken.verify(token, getKey, { ...options, algorithms: ["RS256", "ES256"] }, done);
  });
