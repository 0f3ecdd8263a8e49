/** The signatures that the standards publish: RFC 7515 appendix A, RFC 7520 section 4 and RFC 8037 appendix A. */
import { createSecretKey } from "node:crypto";
import type { VerificationKey } from "../../../functions/authorizer/keys";
import { ASYMMETRIC_ALGORITHMS, SYMMETRIC_ALGORITHMS } from "../../../functions/authorizer/settings";
import { keysIn, verifyJws } from "../../support/authorizer/subject";
import vectors from "./vectors/jws.json";

const ALGORITHMS = [...ASYMMETRIC_ALGORITHMS, ...SYMMETRIC_ALGORITHMS];

function keyOf({ key, alg }: (typeof vectors)[number]): VerificationKey {
  if (key.k) return { algorithm: "HS256", size: 32, key: createSecretKey(Buffer.from(key.k, "base64url")) };
  const [parsed] = keysIn({ keys: [{ ...key, alg }] });
  if (!parsed) throw new Error("There is a key.");
  return parsed;
}

describe("published signatures", () => {
  test.each(vectors.map((vector) => [`${vector.source}, ${vector.alg}`, vector] as const))("%s", (_name, vector) => {
    const key = keyOf(vector);
    const { payload } = verifyJws(vector.compact, key, ALGORITHMS);
    expect(payload.toString("base64url")).toBe(vector.compact.split(".")[1]);
  });

  test.each(vectors.map((vector) => [`${vector.source}, ${vector.alg}`, vector] as const))(
    "%s, changed",
    (_name, vector) => {
      const key = keyOf(vector);
      const [head, , tail = ""] = vector.compact.split(".");
      const other = Buffer.from(tail, "base64url");
      other[0] = (other[0] ?? 0) ^ 1;
      expect(() => verifyJws(`${head}.e30.${tail}`, key, ALGORITHMS)).toThrow("signature_invalid");
      expect(() =>
        verifyJws(`${vector.compact.slice(0, -tail.length)}${other.toString("base64url")}`, key, ALGORITHMS),
      ).toThrow("signature_invalid");
      expect(() => verifyJws(vector.compact, key, [])).toThrow("algorithm_refused");
    },
  );

  test.each(vectors.map((vector) => [`${vector.source}, ${vector.alg}`, vector] as const))(
    "%s, with any one character changed",
    (_name, vector) => {
      const key = keyOf(vector);
      const { compact } = vector;
      const accepted = [...compact]
        .map((_, at) => at)
        .filter((at) => {
          const changed = `${compact.slice(0, at)}${compact[at] === "A" ? "B" : "A"}${compact.slice(at + 1)}`;
          try {
            verifyJws(changed, key, ALGORITHMS);
            return true;
          } catch {
            return false;
          }
        });
      expect(accepted).toEqual([]);
    },
  );

  test("RFC 7515 appendix A.5, which is not signed, is refused", () => {
    const [hmac] = vectors;
    if (!hmac) throw new Error("There are vectors.");
    const unsecured = `eyJhbGciOiJub25lIn0.${hmac.compact.split(".")[1]}.`;
    expect(() => verifyJws(unsecured, keyOf(hmac), ALGORITHMS)).toThrow("token_malformed");
  });
});
