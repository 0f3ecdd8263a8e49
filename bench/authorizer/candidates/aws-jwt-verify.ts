/** aws-jwt-verify with a cached key set and its synchronous API, which is its fastest use. It does not support HS256. */
import { JwtVerifier } from "aws-jwt-verify";
import { AUDIENCE, allow, type Event, readJwks } from "./common";

const verifier = JwtVerifier.create({
  issuer: "https://issuer.example/",
  audience: AUDIENCE,
  jwksUri: "https://issuer.example/.well-known/jwks.json",
  graceSeconds: 30,
});
verifier.cacheJwks(readJwks());

export const handler = async (event: Event) => allow(event, verifier.verifySync(event.queryStringParameters.token));
