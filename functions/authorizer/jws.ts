/** JSON Web Signature, compact serialization (RFC 7515): parsing and signatures, below any claim. */
import { joseToDer } from "./der";
import { insist } from "./errors";
import { decodeBase64url, type JsonObject, parseObject } from "./json";
import type { Keys, VerificationKey } from "./keys";
import { crypto } from "./node";
import type { Algorithm } from "./settings";

export interface Jws {
  readonly header: JsonObject;
  readonly payload: Buffer;
  /** What is signed: the first two parts as they were sent. */
  readonly signed: Buffer;
  readonly signature: Buffer;
}

/** Takes a token apart and refuses headers that ask for more than is understood here. Proves nothing yet. */
export function parseJws(compact: string): Jws {
  /** No URL of a WebSocket API is longer: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
  const maxLength = 4096;
  insist(compact.length <= maxLength, "token_too_long");
  // Five parts are an encrypted token, an empty third one is an unsigned token: neither is one of ours.
  const [head = "", body = "", tail, more] = compact.split(".");
  insist(!!tail && more === undefined, "token_malformed");
  const header = parseObject(decodeBase64url(head));
  const { kid = "" } = header;
  const maxKeyIdLength = 256;
  // RFC 7515 section 4.1.11: an extension that is not understood must be refused, and none is understood.
  insist(!("crit" in header || "b64" in header), "header_unsupported");
  insist(typeof kid === "string" && kid.length <= maxKeyIdLength, "header_unsupported");
  return {
    header,
    payload: decodeBase64url(body),
    signed: Buffer.from(compact.slice(0, -tail.length - 1), "latin1"),
    signature: decodeBase64url(tail),
  };
}

/** Whether the key made this signature, by the key's own algorithm. */
function isSignedBy({ signed, signature }: Jws, key: VerificationKey): boolean {
  const { algorithm, size } = key;
  if (signature.length !== size) return false;
  const hash = algorithm === "EdDSA" ? null : `sha${algorithm.slice(2)}`;
  return hash && algorithm[0] === "H"
    ? crypto.timingSafeEqual(crypto.createHmac(hash, key.key).update(signed).digest(), signature)
    : crypto.verify(hash, signed, key, hash && algorithm[0] === "E" ? joseToDer(signature) : signature);
}

/** Refuses what none of the keys signed. Configuration and key fix the algorithm; the token can only agree. */
export function verifySignature(jws: Jws, keys: Keys, algorithms: readonly Algorithm[]): void {
  const fit = keys.filter(({ algorithm }) => algorithm === jws.header.alg && algorithms.includes(algorithm));
  insist(fit.length > 0, "algorithm_refused");
  insist(
    fit.some((key) => isSignedBy(jws, key)),
    "signature_invalid",
  );
}

/** A token that this key has signed with one of these algorithms. Nothing about its claims. */
export function verifyJws(compact: string, key: VerificationKey, algorithms: readonly Algorithm[]): Jws {
  const jws = parseJws(compact);
  verifySignature(jws, [key], algorithms);
  return jws;
}
