/** jose with a local key set and the options that its documentation recommends. */
import { createLocalJWKSet, jwtVerify } from "jose";
import { AUDIENCE, allow, type Event, ISSUERS, isHmac, readJwks, secret } from "./common";

const keys = createLocalJWKSet(readJwks());
const options = { issuer: ISSUERS, audience: AUDIENCE, requiredClaims: ["exp", "sub"], clockTolerance: 30 };

export const handler = async (event: Event) => {
  const { token } = event.queryStringParameters;
  const { payload } = isHmac(token)
    ? await jwtVerify(token, secret, { ...options, algorithms: ["HS256"] })
    : await jwtVerify(token, keys, { ...options, algorithms: ["RS256", "ES256", "EdDSA"] });
  return allow(event, payload);
};
