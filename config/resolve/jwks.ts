/** A JSON Web Key Set (RFC 7517) that is to be shipped with the function: public keys, and nothing else. */

import { parseJwk } from "../../functions/authorizer/jwk";
import type { Algorithm } from "../../functions/authorizer/settings";

/** Far above any issuer's set; the function reads it on every cold start. */
const MAX_BYTES = 65_536;
/** RFC 7518 section 6: what only the owner of a key knows. */
const PRIVATE_MEMBERS = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
const KEY_TYPES = ["RSA", "EC", "OKP"];

export function checkJwks(text: string, algorithms: readonly Algorithm[]): { document?: unknown; mistake?: string } {
  if (Buffer.byteLength(text) > MAX_BYTES) return { mistake: `is larger than ${MAX_BYTES} bytes.` };
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return { mistake: "is not JSON." };
  }
  const keys: unknown = isObject(document) ? document.keys : undefined;
  if (!Array.isArray(keys) || keys.length === 0)
    return { mistake: 'is no JSON Web Key Set: expected {"keys": [ … ]}.' };
  for (const [index, key] of keys.entries()) {
    if (!isObject(key)) return { mistake: `holds something other than a key at keys[${index}].` };
    if (PRIVATE_MEMBERS.some((member) => member in key)) {
      return { mistake: `holds a private or secret key at keys[${index}]; it would be shipped with the function.` };
    }
    if (typeof key.kid !== "string" || !KEY_TYPES.some((type) => type === key.kty)) {
      return { mistake: `holds no public key with \`kid\` and \`kty\` (RSA, EC or OKP) at keys[${index}].` };
    }
  }
  const found = [...new Set(keys.flatMap((key) => parseJwk(key)?.algorithm ?? []))];
  if (found.length === 0) return { mistake: "holds no key that a signature can be verified with." };
  if (!found.some((algorithm) => algorithms.includes(algorithm))) {
    const list = (names: readonly Algorithm[]) => names.map((name) => `\`${name}\``).join(", ");
    return { mistake: `holds keys for ${list(found)} only, and \`algorithms\` has ${list(algorithms)}.` };
  }
  return { document };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
