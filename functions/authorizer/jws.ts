/** JSON Web Signature, compact serialization (RFC 7515): parsing and signatures, below any claim. */
import { joseToDer } from "./der";
import { Denied, type DenyReason, insist } from "./errors";
import { decodeBase64url, type JsonObject, parseObject } from "./json";
import type { Keys, VerificationKey } from "./keys";
import { crypto } from "./node";
import type { Algorithm } from "./settings";

/** OpenSSL's names and numbers. */
const RSA_PKCS1_PSS_PADDING = 6;
const RSA_PSS_SALTLEN_DIGEST = -1;

export interface Jws {
  readonly header: JsonObject;
  readonly payload: Buffer;
  /** What is signed: the first two parts as they were sent. */
  readonly signed: Buffer;
  readonly signature: Buffer;
}

/** The header that was read last. Tokens that one key has signed all have the same, to the letter. */
let latest: readonly [text: string, header: JsonObject] | undefined;

function readHeader(text: string): JsonObject {
  if (latest?.[0] === text) return latest[1];
  const header = parseObject(decodeBase64url(text));
  const { kid = "" } = header;
  // RFC 7515 section 4.1.11: an extension that is not understood must be refused, and none is understood.
  const isPlain = !("crit" in header || "b64" in header);
  insist(isPlain && typeof kid === "string" && kid.length <= 256, "header_unsupported");
  latest = [text, header];
  return header;
}

/** Takes a token apart and refuses headers that ask for more than is understood here. Proves nothing yet. */
export function parseJws(compact: string): Jws {
  /** No URL of a WebSocket API is longer: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
  const maxLength = 4096;
  insist(compact.length <= maxLength, "token_too_long");
  // Five parts are an encrypted token, an empty third one is an unsigned token: neither is one of ours.
  const [head = "", body = "", tail, more] = compact.split(".");
  insist(!!tail && more === undefined, "token_malformed");
  return {
    header: readHeader(head),
    payload: decodeBase64url(body),
    signed: Buffer.from(compact.slice(0, -tail.length - 1), "latin1"),
    signature: decodeBase64url(tail),
  };
}

/** Whether the key made this signature, by the key's own algorithm. */
function isSignedBy({ signed, signature }: Jws, { algorithm, key, size }: VerificationKey): boolean {
  if (signature.length !== size) return false;
  const hash = algorithm === "EdDSA" ? null : `sha${algorithm.slice(2)}`;
  if (hash && algorithm[0] === "H") {
    return crypto.timingSafeEqual(crypto.createHmac(hash, key).update(signed).digest(), signature);
  }
  // The bare key wherever it will do: on Node 24 an object around it makes a verification twice as slow.
  const input =
    algorithm[0] === "P" ? { key, padding: RSA_PKCS1_PSS_PADDING, saltLength: RSA_PSS_SALTLEN_DIGEST } : key;
  return crypto.verify(hash, signed, input, hash && algorithm[0] === "E" ? joseToDer(signature) : signature);
}

/** Refuses what none of the keys signed. Configuration and key fix the algorithm; the token can only agree. */
export function verifySignature(jws: Jws, keys: Keys, algorithms: readonly Algorithm[]): void {
  let reason: DenyReason = "algorithm_refused";
  for (const key of keys) {
    if (key.algorithm !== jws.header.alg || !algorithms.includes(key.algorithm)) continue;
    if (isSignedBy(jws, key)) return;
    reason = "signature_invalid";
  }
  throw new Denied(reason);
}

/** A token that this key has signed with one of these algorithms. Nothing about its claims. */
export function verifyJws(compact: string, key: VerificationKey, algorithms: readonly Algorithm[]): Jws {
  const jws = parseJws(compact);
  verifySignature(jws, [key], algorithms);
  return jws;
}
