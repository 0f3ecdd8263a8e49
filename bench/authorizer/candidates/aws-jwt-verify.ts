/** aws-jwt-verify, with its key set given in advance and the synchronous form, its fastest. It has no HS256. */
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
