/** aws-jwt-verify with its own fetcher and cache, as its documentation shows. */
import { JwtVerifier } from "aws-jwt-verify";
import { AUDIENCE, allow, type Event } from "../authorizer/candidates/common";

const { ISSUER = "", JWKS_URI = "" } = process.env;
const verifier = JwtVerifier.create({ issuer: ISSUER, audience: AUDIENCE, jwksUri: JWKS_URI });

export const handler = async (event: Event) => allow(event, await verifier.verify(event.queryStringParameters.token));
