/** Tokens with a shared secret: other libraries accept them, and the authorizer has the same minimum length of a secret. */
import { decodeProtectedHeader, jwtVerify } from "jose";
import { carry, hs256Token, originIn, secretBytes, type TokenPlace } from "../../../contract/token";
import { denyUnless } from "../../../functions/authorizer/errors";
import { secretKeys } from "../../../functions/authorizer/secrets";
import { SYMMETRIC_ALGORITHMS } from "../../../functions/authorizer/settings";
import { findToken } from "../../../functions/authorizer/token-places";
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
  expect(() => keys(least - 1)).toThrow(`not ${least}`);
});

test.each<TokenPlace>([{ query: "t" }, { header: "Authorization" }, { header: "X-Token" }, { cookie: "__Host-t" }])(
  "the authorizer finds a token that is sent in %j",
  (place) => {
    const { query, headers } = carry("a.b.c", place);
    const lists = (map: Readonly<Record<string, string>>) =>
      Object.fromEntries(Object.entries(map).map(([name, value]) => [name, [value]]));
    const origins = ["https://*.example.com"];
    const sent = { ...headers, Origin: originIn(origins) ?? "" };
    const event = {
      headers: sent,
      multiValueHeaders: lists(sent),
      queryStringParameters: query,
      multiValueQueryStringParameters: lists(query),
    };
    expect(findToken(event, { tokenPlaces: [place], allowedOrigins: origins }, denyUnless)).toBe("a.b.c");
  },
);
