/**
 * What a careful developer writes in an hour: signature, issuer, audience and expiry, and keys that are fetched if the packaged
 * set has no such key. It does not check anything else, and never refreshes its keys. Not secure, for comparison only.
 */
import { AUDIENCE, allow, type Event, ISSUERS, readJwks, secret } from "./common";

const crypto = process.getBuiltinModule("node:crypto");
type KeyObject = ReturnType<typeof crypto.createPublicKey>;
interface Header {
  readonly alg?: string;
  readonly kid?: string;
}

const ALGORITHMS = ["RS256", "ES256", "EdDSA"];
const SKEW_SECONDS = 30;
const JWKS_URI = "https://issuer.example/.well-known/jwks.json";
const keys = new Map<string, KeyObject>();
const hmacKey = crypto.createSecretKey(secret);

function remember({ keys: jwks }: ReturnType<typeof readJwks>): void {
  for (const jwk of jwks) keys.set(jwk.kid, crypto.createPublicKey({ key: jwk, format: "jwk" }));
}
remember(readJwks());

function fetchKeys(): Promise<void> {
  const https = process.getBuiltinModule("node:https");
  return new Promise((resolve, reject) => {
    https
      .get(JWKS_URI, { timeout: 1500 }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("end", () => resolve(remember(JSON.parse(text))));
      })
      .on("error", reject);
  });
}

const decode = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString());

async function isSigned({ alg, kid = "" }: Header, signed: Buffer, signature: Buffer): Promise<boolean> {
  if (alg === "HS256") {
    const own = crypto.createHmac("sha256", hmacKey).update(signed).digest();
    return own.length === signature.length && crypto.timingSafeEqual(own, signature);
  }
  if (!ALGORITHMS.includes(alg ?? "")) return false;
  if (!keys.has(kid)) await fetchKeys();
  const key = keys.get(kid);
  return (
    !!key && crypto.verify(alg === "EdDSA" ? null : "sha256", signed, { key, dsaEncoding: "ieee-p1363" }, signature)
  );
}

export const handler = async (event: Event) => {
  const [head = "", body = "", tail = "", ...more] = event.queryStringParameters.token.split(".");
  const valid =
    more.length === 0 && (await isSigned(decode(head), Buffer.from(`${head}.${body}`), Buffer.from(tail, "base64url")));
  const claims = decode(body);
  const now = Date.now() / 1000;
  if (!valid || !ISSUERS.includes(claims.iss) || claims.aud !== AUDIENCE) throw new Error("Unauthorized");
  if (claims.exp < now - SKEW_SECONDS || claims.nbf > now + SKEW_SECONDS) throw new Error("Unauthorized");
  return allow(event, claims);
};
