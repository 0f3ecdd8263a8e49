/** Settings that must not start, and the one sentence that each of them gets. */

import { checkSettings } from "../../../functions/authorizer/check-settings";
import { jwksIssuer, secretIssuer, settings } from "../../support/authorizer/door";

const changed = (changes: object) => ({ ...settings(), ...changes });
const jwks = (changes: object) => changed({ issuers: [{ ...jwksIssuer(), ...changes }] });
const secret = (changes: object) => changed({ issuers: [{ ...secretIssuer(), ...changes }] });

describe("settings", () => {
  test("that are valid are accepted", () => {
    expect(() => checkSettings(settings())).not.toThrow();
  });

  test.each([
    ["nothing", undefined, "settings must be an object"],
    ["a text", "{}", "settings must be an object"],
    ["null", null, "settings must be an object"],
    ["a list", [], "settings must be an object"],
    ["no issuers", changed({ issuers: undefined }), "settings.issuers must be a list"],
    ["an empty list of issuers", changed({ issuers: [] }), "settings.issuers must be a list"],
    ["an issuer that is none", changed({ issuers: [null] }), "settings.issuers.0 must be an object"],
    ["an unknown kind", jwks({ kind: "ldap" }), "settings.issuers.0.kind must be"],
    ["a 200 for invalid tokens", changed({ invalidToken: 200 }), "settings.invalidToken must be"],
    ["a 403 in quotes", changed({ invalidToken: "403" }), "settings.invalidToken must be"],
    ["more skew than a minute", changed({ clockSkew: 61 }), "settings.clockSkew must be"],
    ["a negative skew", changed({ clockSkew: -1 }), "settings.clockSkew must be"],
    ["no greatest lifetime", changed({ maxLifetime: null }), "settings.maxLifetime must be"],
    ["a lifetime of nothing", changed({ maxLifetime: 0 }), "settings.maxLifetime must be"],
    ["no token parameter", changed({ tokenParameter: "" }), "settings.tokenParameter must be"],
    ["an empty issuer", jwks({ issuer: "" }), "Issuer .issuer must be"],
    [
      "an audience that is no list",
      jwks({ audiences: "api" }),
      "Issuer https://issuer.example/.audiences must be a list",
    ],
    ["no audience", jwks({ audiences: [] }), "Issuer https://issuer.example/.audiences must be a list"],
    ["an empty audience", jwks({ audiences: [""] }), "Issuer https://issuer.example/.audiences.0 must be"],
    ["no audience claim", jwks({ audienceClaim: "" }), "Issuer https://issuer.example/.audienceClaim must be"],
    [
      "a required number that is rounded",
      jwks({ requiredClaims: { a: [1e300] } }),
      "Issuer https://issuer.example/.requiredClaims.a.0 must be",
    ],
    [
      "neither a key URL nor an https issuer",
      jwks({ jwksUri: undefined, issuer: "http://issuer.example/" }),
      "Issuer http://issuer.example/.issuer must be",
    ],
    [
      "two entries with published keys for one issuer",
      changed({ issuers: [jwksIssuer(), jwksIssuer()] }),
      "Issuer https://issuer.example/ must be the only one",
    ],
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
  ])("with %s do not start", (_case, value, sentence) => {
    expect(() => checkSettings(value)).toThrow(
      expect.objectContaining({ code: "invalid_settings", message: expect.stringContaining(sentence) }),
    );
  });
});
