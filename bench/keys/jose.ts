/** jose with its own remote key set, as its documentation shows. */
import { createRemoteJWKSet, jwtVerify } from "jose";
import { AUDIENCE, allow, type Event } from "../authorizer/candidates/common";

const { ISSUER = "", JWKS_URI = "" } = process.env;
const keys = createRemoteJWKSet(new URL(JWKS_URI));

export const handler = async (event: Event) => {
  const { payload } = await jwtVerify(event.queryStringParameters.token, keys, { issuer: ISSUER, audience: AUDIENCE });
  return allow(event, payload);
};
