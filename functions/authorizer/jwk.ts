/** Parses JSON Web Key Sets (RFC 7517): the keys that may verify a signature, each with its one algorithm. */
import { type JsonObject, listOf, objectOf } from "./json";
import type { Keys, VerificationKey } from "./keys";
import { crypto } from "./node";
import type { Algorithm } from "./settings";

/** Curve to its algorithm and signature length (RFC 7518 section 3.4, RFC 8037 section 3.1). */
const CURVES = new Map<unknown, readonly [Algorithm, number]>([
  ["P-256", ["ES256", 64]],
  ["P-384", ["ES384", 96]],
  ["P-521", ["ES512", 132]],
  ["Ed25519", ["EdDSA", 64]],
]);

/** The keys of a set as they are, usable or not. */
export const jwksIn = (set: unknown): readonly JsonObject[] => listOf(objectOf(set).keys).map(objectOf);

/** The keys of a set that can verify signatures: those with this id, or all. Others, such as encryption keys, are ignored. */
export const keysIn = (set: unknown, algorithms?: readonly Algorithm[], id?: unknown): Keys =>
  jwksIn(set).flatMap((jwk) => ((id === undefined || jwk.kid === id) && parseJwk(jwk, algorithms)) || []);

/** `Ed25519` (RFC 9864) is the new name of what `EdDSA` means here: the only curve that is supported. */
export const algorithmOf = (name: unknown): unknown => (name === "Ed25519" ? "EdDSA" : name);

const isRsa = (name: unknown): name is Algorithm => /^[RP]S(256|384|512)$/.test(`${name}`);

/**
 * The key, or undefined if one of its members forbids its use. A member that is null or empty is absent.
 *
 * An RSA key without `alg` gets the first RSA algorithm of the list, because a key must be used with exactly one (RFC 8725
 * section 3.1).
 */
export function parseJwk(jwk: JsonObject, algorithms: readonly Algorithm[] = []): VerificationKey | undefined {
  /** RFC 7518 sections 3.3 and 3.5. */
  const minBits = 2048;
  const { kty, kid: id, alg, use, key_ops: operations, issuer } = jwk;
  // The length 0 means that a signature is as long as the key.
  const [natural, length] = kty === "RSA" ? [algorithms.find(isRsa) ?? "RS256", 0] : (CURVES.get(jwk.crv) ?? []);
  const algorithm = algorithmOf(alg || natural);
  const isForSignatures = (use || "sig") === "sig" && listOf(operations ?? ["verify"]).includes("verify");
  try {
    // A private key that is published can no longer be trusted.
    if (!natural || !isForSignatures || jwk.d || !isAlgorithmOf(natural, algorithm)) return;
    const key = crypto.createPublicKey({ key: { ...jwk }, format: "jwk" });
    const { modulusLength: bits = minBits, publicExponent: e = 3n } = key.asymmetricKeyDetails ?? {};
    if (bits < minBits || e < 3n) return;
    return { algorithm, id, issuer, size: length || Math.ceil(bits / 8), key };
  } catch {
    // OpenSSL does not support the key. It also rejects `oct`: a shared secret must not be published.
    return;
  }
}

/** A curve has one algorithm. An RSA key may have one of six, which its `alg` names. */
const isAlgorithmOf = (natural: Algorithm, name: unknown): name is Algorithm =>
  isRsa(natural) ? isRsa(name) : name === natural;
