/** Parses and verifies JSON Web Signatures in compact serialization (RFC 7515). It does not check claims. */
import { joseToDer } from "./der";
import { denyUnless } from "./errors";
import { decodeBase64url, type JsonObject, parseObject } from "./json";
import { algorithmOf } from "./jwk";
import type { Keys, VerificationKey } from "./keys";
import { crypto } from "./node";
import type { Algorithm } from "./settings";

export interface Jws {
  readonly header: JsonObject;
  readonly payload: Buffer;
  /** The signed bytes: the first two parts as they were received. */
  readonly signed: Buffer;
  readonly signature: Buffer;
}

/** The last parsed header. Tokens signed with the same key usually have identical headers. */
let latest: readonly [text: string, header: JsonObject] | undefined;

function readHeader(text: string): JsonObject {
  if (latest?.[0] === text) return latest[1];
  const header = parseObject(decodeBase64url(text));
  const { kid = "" } = header;
  // RFC 7515 section 4.1.11: extensions that are not supported must be rejected. None is supported.
  denyUnless(
    !("crit" in header || "b64" in header) && typeof kid === "string" && kid.length <= 256,
    "header_unsupported",
  );
  latest = [text, header];
  return header;
}

/** Parses a token, and rejects headers that are not supported. It does not verify the signature. @throws {Denied} */
export function parseJws(compact: string): Jws {
  /** A URL of a WebSocket API cannot be longer: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
  const maxLength = 4096;
  denyUnless(compact.length <= maxLength, "token_too_long");
  // Five parts are an encrypted token; an empty third part is an unsigned token. Both are rejected.
  const [head = "", body = "", tail, more] = compact.split(".");
  denyUnless(!!tail && more === undefined, "token_malformed");
  return {
    header: readHeader(head),
    payload: decodeBase64url(body),
    signed: Buffer.from(compact.slice(0, -tail.length - 1), "latin1"),
    signature: decodeBase64url(tail),
  };
}

/** Whether the signature was made with this key and its algorithm. */
export function isSignedBy({ signed, signature }: Jws, { algorithm, key, size }: VerificationKey): boolean {
  /** Constants of OpenSSL. */
  const RSA_PKCS1_PSS_PADDING = 6;
  const RSA_PSS_SALTLEN_DIGEST = -1;
  if (signature.length !== size) return false;
  const hash = algorithm === "EdDSA" ? null : `sha${algorithm.slice(2)}`;
  if (hash && algorithm[0] === "H") {
    return crypto.timingSafeEqual(crypto.createHmac(hash, key).update(signed).digest(), signature);
  }
  // The key alone if possible: on Node 24, verification with an options object takes twice as long.
  const input =
    algorithm[0] === "P" ? { key, padding: RSA_PKCS1_PSS_PADDING, saltLength: RSA_PSS_SALTLEN_DIGEST } : key;
  return crypto.verify(hash, signed, input, hash && algorithm[0] === "E" ? joseToDer(signature) : signature);
}

/**
 * Verifies that one of the keys made the signature. Configuration and key set the algorithm; `alg` must be equal to it.
 *
 * @throws {Denied} `algorithm_refused` or `signature_invalid`
 */
export function verifySignature(jws: Jws, keys: Keys, algorithms: readonly Algorithm[]): void {
  /** Without `kid`, each key of the set may have to be tried. */
  const maxAttempts = 16;
  const { alg } = jws.header;
  let attempts = 0;
  for (const key of keys) {
    const fits = key.algorithm === algorithmOf(alg) && algorithms.includes(key.algorithm);
    if (fits && attempts++ < maxAttempts && isSignedBy(jws, key)) return;
  }
  denyUnless(attempts > 0, "algorithm_refused", "alg", algorithms, alg);
  denyUnless(false, "signature_invalid");
}

/** Parses a token and verifies its signature with this key. It does not check claims. @throws {Denied} */
export function verifyJws(compact: string, key: VerificationKey, algorithms: readonly Algorithm[]): Jws {
  const jws = parseJws(compact);
  verifySignature(jws, [key], algorithms);
  return jws;
}
