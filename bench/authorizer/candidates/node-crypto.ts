/** The lower limit: checks only signature and expiry with `node:crypto`. Not secure, for comparison only. */
import { allow, type Event, readJwks, secret } from "./common";

const crypto = process.getBuiltinModule("node:crypto");
const keys = new Map(readJwks().keys.map((jwk) => [jwk.kid, crypto.createPublicKey({ key: jwk, format: "jwk" })]));
const hmacKey = crypto.createSecretKey(secret);

export const handler = async (event: Event) => {
  const [head = "", body = "", tail = ""] = event.queryStringParameters.token.split(".");
  const { alg, kid } = JSON.parse(Buffer.from(head, "base64url").toString());
  const signed = Buffer.from(`${head}.${body}`);
  const signature = Buffer.from(tail, "base64url");
  const key = keys.get(kid);
  const proven = key
    ? crypto.verify(alg === "EdDSA" ? null : "sha256", signed, { key, dsaEncoding: "ieee-p1363" }, signature)
    : crypto.timingSafeEqual(crypto.createHmac("sha256", hmacKey).update(signed).digest(), signature);
  const claims = JSON.parse(Buffer.from(body, "base64url").toString());
  if (!proven || claims.exp < Date.now() / 1000) throw new Error("Unauthorized");
  return allow(event, claims);
};
