/** Settings that must not start, and the one sentence that each of them gets. */

import { jwksIssuer, secretIssuer, settings } from "../../support/authorizer/door";
import { parseSettings } from "../../support/authorizer/subject";

const changed = (changes: object) => JSON.stringify({ ...settings(), ...changes });
const jwks = (changes: object) => changed({ issuers: [{ ...jwksIssuer(), ...changes }] });
const secret = (changes: object) => changed({ issuers: [{ ...secretIssuer(), ...changes }] });

describe("settings", () => {
  test("are taken as they are", () => {
    expect(parseSettings(JSON.stringify(settings()))).toEqual(settings());
  });

  test.each([
    ["nothing", undefined, "AUTHORIZER_SETTINGS must be an object"],
    ["no JSON", "{", "AUTHORIZER_SETTINGS must be an object"],
    ["null", "null", "AUTHORIZER_SETTINGS must be an object"],
    ["a list", "[]", "AUTHORIZER_SETTINGS must be an object"],
    ["no issuers", changed({ issuers: undefined }), "AUTHORIZER_SETTINGS.issuers must be a list"],
    ["an empty list of issuers", changed({ issuers: [] }), "AUTHORIZER_SETTINGS.issuers must be a list"],
    ["an issuer that is none", changed({ issuers: [null] }), "AUTHORIZER_SETTINGS.issuers.0 must be an object"],
    ["an unknown kind", jwks({ kind: "ldap" }), "AUTHORIZER_SETTINGS.issuers.0.kind must be"],
    ["a 200 for invalid tokens", changed({ invalidToken: 200 }), "AUTHORIZER_SETTINGS.invalidToken must be"],
    ["a 403 in quotes", changed({ invalidToken: "403" }), "AUTHORIZER_SETTINGS.invalidToken must be"],
    ["more skew than a minute", changed({ clockSkew: 61 }), "AUTHORIZER_SETTINGS.clockSkew must be"],
    ["a negative skew", changed({ clockSkew: -1 }), "AUTHORIZER_SETTINGS.clockSkew must be"],
    ["no greatest lifetime", changed({ maxLifetime: null }), "AUTHORIZER_SETTINGS.maxLifetime must be"],
    ["a lifetime of nothing", changed({ maxLifetime: 0 }), "AUTHORIZER_SETTINGS.maxLifetime must be"],
    ["no token parameter", changed({ tokenParameter: "" }), "AUTHORIZER_SETTINGS.tokenParameter must be"],
    ["an empty issuer", jwks({ issuer: "" }), "Issuer .issuer must be"],
    [
      "an audience that is no list",
      jwks({ audiences: "api" }),
      "Issuer https://issuer.example/.audiences must be a list",
    ],
    ["no audience", jwks({ audiences: [] }), "Issuer https://issuer.example/.audiences must be a list"],
    ["an empty audience", jwks({ audiences: [""] }), "Issuer https://issuer.example/.audiences.0 must be"],
    ["another audience claim", jwks({ audienceClaim: "azp" }), "Issuer https://issuer.example/.audienceClaim must be"],
    [
      "a required claim with one value",
      jwks({ requiredClaims: { a: "b" } }),
      "Issuer https://issuer.example/.requiredClaims.a must be a list",
    ],
    [
      "required claims that are a list",
      jwks({ requiredClaims: [] }),
      "Issuer https://issuer.example/.requiredClaims must be an object",
    ],
    ["no types", jwks({ types: [] }), "Issuer https://issuer.example/.types must be a list"],
    [
      "a context value that is no claim",
      jwks({ context: { a: 1 } }),
      "Issuer https://issuer.example/.context.a must be",
    ],
    [
      "http for keys",
      jwks({ jwksUri: "http://issuer.example/jwks.json" }),
      "Issuer https://issuer.example/.jwksUri must be",
    ],
    ["no algorithm", jwks({ algorithms: [] }), "Issuer https://issuer.example/.algorithms must be a list"],
    ["alg none", jwks({ algorithms: ["none"] }), "Issuer https://issuer.example/.algorithms.0 must be"],
    ["HS256 with a key set", jwks({ algorithms: ["HS256"] }), "Issuer https://issuer.example/.algorithms.0 must be"],
    ["RS256 with a secret", secret({ algorithms: ["RS256"] }), "Issuer https://secret.example/.algorithms.0 must be"],
    [
      "secrets from elsewhere",
      secret({ secrets: { from: "vault", names: ["A"] } }),
      "Issuer https://secret.example/.secrets.from must be",
    ],
    [
      "secrets without names",
      secret({ secrets: { from: "env", names: [] } }),
      "Issuer https://secret.example/.secrets.names must be a list",
    ],
  ])("with %s do not start", (_case, text, sentence) => {
    expect(() => parseSettings(text)).toThrow(
      expect.objectContaining({ code: "invalid_settings", message: expect.stringContaining(sentence) }),
    );
  });
});
