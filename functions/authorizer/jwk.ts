/** Parses JSON Web Key Sets (RFC 7517): the keys that may verify a signature, each with its one algorithm. */
import { Failure } from "./errors";
import { type JsonObject, listOf, objectOf } from "./json";
import type { Keys, VerificationKey } from "./keys";
import { crypto } from "./node";
import type { Algorithm } from "./settings";

/** The algorithm of an RSA key without `alg`. The length 0 means that a signature is as long as the key. */
const RSA = ["RS256", 0] as const;

/** Curve to its algorithm and signature length (RFC 7518 section 3.4, RFC 8037 section 3.1). */
const CURVES = new Map<unknown, readonly [Algorithm, number]>([
  ["P-256", ["ES256", 64]],
  ["P-384", ["ES384", 96]],
  ["P-521", ["ES512", 132]],
  ["Ed25519", ["EdDSA", 64]],
]);

/**
 * The keys of a set that can verify signatures. Others, such as encryption keys, are ignored.
 *
 * @throws {Failure} `keys_unusable` if there is none, so that the known keys stay in use
 */
export function parseJwkSet(set: unknown): Keys {
  const keys = listOf(objectOf(set).keys).flatMap((jwk) => parseJwk(objectOf(jwk)) ?? []);
  if (keys.length) return keys;
  throw new Failure("keys_unusable");
}

/** The key, or undefined if one of its members forbids its use. */
export function parseJwk(jwk: JsonObject): VerificationKey | undefined {
  const { kty, kid: id, use = "sig", key_ops: operations = ["verify"] } = jwk;
  const [natural, length] = kty === "RSA" ? RSA : (CURVES.get(jwk.crv) ?? []);
  const { alg: algorithm = natural } = jwk;
  if (!natural || !isAlgorithmOf(natural, algorithm) || use !== "sig" || !listOf(operations).includes("verify")) return;
  // A private key that is published can no longer be trusted.
  if ("d" in jwk) return;
  try {
    const key = crypto.createPublicKey({ key: { ...jwk }, format: "jwk" });
    /** RFC 7518 sections 3.3 and 3.5. */
    const minBits = 2048;
    const { modulusLength: bits = minBits, publicExponent: e = 3n } = key.asymmetricKeyDetails ?? {};
    if (bits < minBits || e < 3n) return;
    return { algorithm, id, size: length || Math.ceil(bits / 8), key };
  } catch {
    // OpenSSL does not support the key. It also rejects `oct`: a shared secret must not be published.
    return;
  }
}

/** A curve has one algorithm. An RSA key may have one of six, which its `alg` names. */
const isAlgorithmOf = (natural: Algorithm, name: unknown): name is Algorithm =>
  natural === "RS256" ? /^[RP]S(256|384|512)$/.test(`${name}`) : name === natural;
