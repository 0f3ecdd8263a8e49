/** Tokens with a shared secret: other libraries accept them, and the authorizer has the same minimum length of a secret. */
import { decodeProtectedHeader, jwtVerify } from "jose";
import { hs256Token, secretBytes } from "../../../contract/token";
import { secretKeys } from "../../../functions/authorizer/secrets";
import { SYMMETRIC_ALGORITHMS } from "../../../functions/authorizer/settings";
import { secretIssuer } from "../../support/authorizer/door";

const SECRET = "s".repeat(secretBytes("HS256"));

test("jose accepts the token, which has the given type", async () => {
  const token = hs256Token(SECRET, { sub: "grüße" }, "at+jwt");
  const { payload } = await jwtVerify(token, Buffer.from(SECRET), { algorithms: ["HS256"], typ: "at+jwt" });
  expect(payload).toEqual({ sub: "grüße" });
  expect(decodeProtectedHeader(hs256Token(SECRET, {}))).toEqual({ alg: "HS256", typ: "JWT" });
});

test.each(SYMMETRIC_ALGORITHMS)("the authorizer has the same minimum length of secrets for %s", (algorithm) => {
  const least = secretBytes(algorithm);
  const keys = (bytes: number) =>
    secretKeys(secretIssuer({ algorithms: [algorithm], secrets: { from: "env", names: ["A"] } }), {
      A: "a".repeat(bytes),
    });
  expect(keys(least)).toHaveLength(1);
  expect(() => keys(least - 1)).toThrow(`needs ${least}`);
});
