/** A key set that is shipped with the function holds public keys, and nothing else. */
import { generateKeyPairSync } from "node:crypto";
import { checkJwks } from "../../../config/resolve/jwks";
import { loadOne, MINIMAL, problemsOf, said } from "../../support/config/load";

const publicJwk = (pair: ReturnType<typeof generateKeyPairSync>) => pair.publicKey.export({ format: "jwk" });
const key = { ...publicJwk(generateKeyPairSync("rsa", { modulusLength: 2048 })), kid: "1" };
const ecKey = { ...publicJwk(generateKeyPairSync("ec", { namedCurve: "P-256" })), kid: "2" };
const set = (...keys: unknown[]) => JSON.stringify({ keys });

test("public keys are passed on unchanged", () => {
  expect(checkJwks(set(key), ["RS256"])).toEqual({ document: { keys: [key] } });
});

test("keys of other types, and empty private members, are passed on too, because the function ignores them", () => {
  const odd = set({ kty: "AKP", kid: "3", alg: "ML-DSA-44", pub: "a" }, { ...key, d: null, p: null });
  expect(checkJwks(odd, ["RS256"])).toEqual({ document: JSON.parse(odd) });
});

test("an RSA key without `alg` is for the RSA algorithm of the configuration, as in the function", () => {
  expect(checkJwks(set(key), ["PS256"])).toEqual({ document: { keys: [key] } });
  expect(checkJwks(set({ ...key, alg: "RS256" }), ["PS256"])).toEqual({
    mistake: "has keys for `RS256` only, but `algorithms` lists `PS256`.",
  });
});

test.each([
  ["no JSON", "{", "is not JSON."],
  ["no set", "[]", 'is not a JSON Web Key Set: expected {"keys": [ … ]}.'],
  ["no keys", set(), 'is not a JSON Web Key Set: expected {"keys": [ … ]}.'],
  ["something else", set(key, 1), "has a value that is not a key at keys[1]."],
  [
    "a private key",
    set({ ...key, d: "AQAB" }),
    "has a private or secret key at keys[0]. Remove it: the file is packaged with the function.",
  ],
  [
    "a shared secret",
    set({ kty: "oct", kid: "1", k: "AQAB" }),
    "has a private or secret key at keys[0]. Remove it: the file is packaged with the function.",
  ],
  ["a key without a name", set({ kty: "EC" }), "has no public key with `kid` and `kty` (RSA, EC or OKP) at keys[0]."],
  ["a key of the wrong size", set({ ...key, n: "AQAB" }), "has no key that can verify a signature."],
  ["keys that no algorithm takes", set(ecKey), "has keys for `ES256` only, but `algorithms` lists `RS256`."],
  ["a huge file", set({ ...key, x: "a".repeat(70_000) }), "is larger than 65536 bytes."],
])("%s is refused", (_what, text, mistake) => {
  expect(checkJwks(text, ["RS256"])).toEqual({ mistake });
});

test("the file's path is relative to the configuration, and its mistakes are reported at the line that names it", () => {
  const yaml = MINIMAL.replace("audience", "jwks: keys.json, audience");
  expect(loadOne(yaml, { "keys.json": set(key) }).authorizer).toMatchObject({
    function: { jwks: { "https://login.example.com/": { keys: [key] } } },
  });
  expect(problemsOf(yaml, { "keys.json": "{" }).map(said)).toEqual(["3:56 authorizer.jwks: `keys.json` is not JSON."]);
});
