/** A strict verifier accepts minted tokens, and rejects forged ones. */
import { decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import { mintToken, OptionsError } from "../../../smoke";
import { forgeries } from "../../../smoke/token";
import { SECRET } from "../../support/smoke/gateway";

const KEY = new TextEncoder().encode(SECRET);
const REQUEST = { issuer: "https://issuer.example", audience: "ws", claims: { org_id: "o-1" } };
const RULES = { issuer: REQUEST.issuer, audience: "ws", algorithms: ["HS256"] };

test("a minted token is valid for five minutes", async () => {
  const { payload, protectedHeader } = await jwtVerify(mintToken(SECRET, REQUEST), KEY, RULES);
  expect(protectedHeader).toEqual({ alg: "HS256", typ: "JWT" });
  expect(payload).toMatchObject({ sub: "smoke-test", org_id: "o-1" });
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300);
});

test("a claim cannot replace the issuer, the audience or the times", () => {
  const claims = { iss: "evil", aud: "evil", exp: 9_999_999_999, iat: 0 };
  const token = decodeJwt(mintToken(SECRET, { ...REQUEST, claims, lifetimeSeconds: 60 }, () => 1_000_000));
  expect(token).toMatchObject({ iss: REQUEST.issuer, aud: "ws", iat: 1000, exp: 1060 });
});

test("rejects a secret that is too short", () => {
  expect(() => mintToken("short", REQUEST)).toThrow(OptionsError);
});

test("forges a changed signature and alg none, with all other parts right", async () => {
  const token = mintToken(SECRET, REQUEST);
  const [changed, none, ...more] = forgeries(token);
  expect(more).toEqual([]);
  for (const forgery of [changed, none]) {
    expect(decodeJwt(forgery?.token ?? "")).toEqual(decodeJwt(token));
    await expect(jwtVerify(forgery?.token ?? "", KEY, RULES)).rejects.toThrow();
  }
  expect(decodeProtectedHeader(changed?.token ?? "")).toEqual(decodeProtectedHeader(token));
  expect(decodeProtectedHeader(none?.token ?? "")).toMatchObject({ alg: "none" });
});

test("changes a token that is not a JSON Web Token", () => {
  expect(forgeries("opaque")).toEqual([{ name: "a changed token", token: "Apaque" }]);
  expect(forgeries("Apaque")).toEqual([{ name: "a changed token", token: "Bpaque" }]);
});
