/** Checks a JSON Web Key Set (RFC 7517) that is packaged with the function: it must have public keys only. */

import { parseJwk } from "../../functions/authorizer/jwk";
import type { Algorithm } from "../../functions/authorizer/settings";

/** Maximum size of a key set, far more than issuers publish. The function reads the file on every cold start. */
const MAX_BYTES = 65_536;
/** Members of private and secret keys, RFC 7518 section 6. */
const PRIVATE_MEMBERS = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];

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
    return { mistake: 'is not a JSON Web Key Set: expected {"keys": [ … ]}.' };
  for (const [index, key] of keys.entries()) {
    if (!isObject(key)) return { mistake: `has a value that is not a key at keys[${index}].` };
    if (PRIVATE_MEMBERS.some((member) => key[member])) {
      return {
        mistake: `has a private or secret key at keys[${index}]. Remove it: the file is packaged with the function.`,
      };
    }
    if (typeof key.kid !== "string" || typeof key.kty !== "string")
      return { mistake: `has no public key with \`kid\` and \`kty\` (RSA, EC or OKP) at keys[${index}].` };
  }
  const found = [...new Set(keys.flatMap((key) => parseJwk(key, algorithms)?.algorithm ?? []))];
  if (found.length === 0) return { mistake: "has no key that can verify a signature." };
  if (!found.some((algorithm) => algorithms.includes(algorithm))) {
    const list = (names: readonly Algorithm[]) => names.map((name) => `\`${name}\``).join(", ");
    return { mistake: `has keys for ${list(found)} only, but \`algorithms\` lists ${list(algorithms)}.` };
  }
  return { document };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
