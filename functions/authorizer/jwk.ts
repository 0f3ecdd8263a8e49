/** Parses JSON Web Key Sets (RFC 7517): the keys that may verify a signature, each with its one algorithm. */
import { type JsonObject, listOf, objectOf } from "./json";
import type { Keys, VerificationKey } from "./keys";
import { crypto } from "./node";
import type { Algorithm } from "./settings";

/**
 * Key type or curve to its algorithms and signature length (RFC 7518 section 3, RFC 8037 section 3.1). Without a length,
 * a signature is as long as the key. A pattern for the algorithms would take longer at a cold start.
 */
const KINDS = new Map<unknown, readonly [algorithms: readonly unknown[], length?: number]>([
  ["RSA", [["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]]],
  ["P-256", [["ES256"], 64]],
  ["P-384", [["ES384"], 96]],
  ["P-521", [["ES512"], 132]],
  ["Ed25519", [["EdDSA"], 64]],
]);

/** The keys of a set as they are, usable or not. */
export const jwksIn = (set: unknown): readonly JsonObject[] => listOf(objectOf(set).keys).map(objectOf);

/** The keys of a set that can verify signatures: those with this id, or all. Others, such as encryption keys, are ignored. */
export const keysIn = (set: unknown, algorithms?: readonly Algorithm[], id?: unknown): Keys =>
  jwksIn(set).flatMap((jwk) => ((id === undefined || jwk.kid === id) && parseJwk(jwk, algorithms)) || []);

/** `Ed25519` (RFC 9864) is the new name of what `EdDSA` means here: the only curve that is supported. */
export const algorithmOf = (name: unknown): unknown => (name === "Ed25519" ? "EdDSA" : name);

/**
 * The key, or undefined if one of its members forbids its use. A member that is null or empty is absent.
 *
 * An RSA key without `alg` gets the first RSA algorithm of the list, because a key must be used with exactly one (RFC 8725
 * section 3.1).
 */
export function parseJwk(jwk: JsonObject, algorithms: readonly Algorithm[] = []): VerificationKey | undefined {
  /** RFC 7518 sections 3.3 and 3.5. */
  const minBits = 2048;
  const { kty, kid: id, alg, use, key_ops: operations, issuer, n, e } = jwk;
  const [own, length] = KINDS.get(kty === "RSA" ? kty : jwk.crv) ?? [[]];
  const isOwn = (name: unknown): name is Algorithm => own.includes(name);
  const algorithm = algorithmOf(alg || algorithms.find(isOwn) || own[0]);
  try {
    // A private key that is published can no longer be trusted.
    if (jwk.d || !isOwn(algorithm)) return;
    if ((use || "sig") !== "sig" || !listOf(operations ?? ["verify"]).includes("verify")) return;
    const key = crypto.createPublicKey({ key: jwk, format: "jwk" });
    const modulus = Buffer.from(`${n}`, "base64url");
    // To read the details takes a tenth of a millisecond. Most keys have the exponent 65537 and a modulus whose first bit is
    // set, so that its bytes are enough.
    const details = length || (e === "AQAB" && modulus.readInt8() < 0) ? {} : key.asymmetricKeyDetails;
    const { modulusLength: bits = modulus.length * 8, publicExponent = 3n } = details ?? {};
    if (!length && (bits < minBits || publicExponent < 3n)) return;
    return { algorithm, id, issuer, size: length || (bits + 7) >> 3, key };
  } catch {
    // OpenSSL does not support the key. It also rejects `oct`: a shared secret must not be published.
    return;
  }
}
