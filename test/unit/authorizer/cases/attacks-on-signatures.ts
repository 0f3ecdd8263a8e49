/** Attacks on the signature: no algorithm, the wrong one, another issuer's key, and numbers that every key accepts. */
import { createHmac } from "node:crypto";
import {
  type Case,
  claims,
  type DoorOptions,
  hs256,
  ISSUER,
  json,
  jwk,
  jwksIssuer,
  keySet,
  pairs,
  rs256,
  SECRET,
  SECRET_ISSUER,
  settings,
  signature,
  token,
} from "../../../support/authorizer/door";
import { expectation, HEADER, signedRaw } from "../../../support/authorizer/expectation";

const allowed = expectation("allow");
const malformed = expectation("token_malformed");
const algorithm = expectation("algorithm_refused");
const forged = expectation("signature_invalid");

const keyed = (members: object, algorithms: ReturnType<typeof jwksIssuer>["algorithms"] = ["RS256"]): DoorOptions => ({
  settings: settings({ issuers: [jwksIssuer({ algorithms })] }),
  snapshot: { [ISSUER]: { keys: [{ ...jwk(pairs.rsa), kid: "rsa", ...members }, ...keySet.keys.slice(1)] } },
});

const { publicKey } = pairs.rsa;
const modulus = String(publicKey.export({ format: "jwk" }).n);
/** What a verifier that confuses RSA with HMAC would take for the secret. */
const publicSecrets: Record<string, string | Buffer> = {
  "SPKI PEM": publicKey.export({ format: "pem", type: "spki" }),
  "SPKI PEM without its last line end": String(publicKey.export({ format: "pem", type: "spki" })).trim(),
  "PKCS #1 PEM": publicKey.export({ format: "pem", type: "pkcs1" }),
  "SPKI DER": publicKey.export({ format: "der", type: "spki" }),
  JWK: JSON.stringify(publicKey.export({ format: "jwk" })),
  "modulus in base64url": modulus,
  "modulus in bytes": Buffer.from(modulus, "base64url"),
};

const unsigned = ["none", "None", "NONE", "nOnE"].flatMap((alg) => [
  malformed(`alg ${alg} without signature`, () => `${json({ alg, kid: "rsa" })}.${json(claims())}.`),
  algorithm(`alg ${alg} with the signature of another algorithm`, () => {
    const signed = `${json({ alg, kid: "rsa" })}.${json(claims())}`;
    return `${signed}.${signature("RS256", pairs.rsa.privateKey, signed).toString("base64url")}`;
  }),
]);

const oddAlgorithms = [undefined, null, 256, ["RS256"], {}, "", "rs256", "RS256 ", "__proto__", "constructor"].map(
  (alg) => algorithm(`alg ${JSON.stringify(alg)}`, () => signedRaw(json({ alg, kid: "rsa" }), json(claims()))),
);

const confusion = Object.entries(publicSecrets).flatMap(([encoding, secret]) =>
  (["HS256", "HS384", "HS512"] as const).map((alg) =>
    algorithm(`${alg} keyed with the RSA public key (${encoding})`, () => token({ alg, kid: "rsa" }, claims(), secret)),
  ),
);

const mismatches = [
  algorithm("PS256 with an RS256 key", () => token({ alg: "PS256", kid: "rsa" }, claims(), pairs.rsa.privateKey)),
  algorithm(
    "RS384 with an RS256 key",
    () => token({ alg: "RS384", kid: "rsa" }, claims(), pairs.rsa.privateKey),
    keyed({ alg: "RS256" }, ["RS256", "RS384"]),
  ),
  algorithm("RS256 with a key that is for RS384", () => rs256(), keyed({ alg: "RS384" }, ["RS256", "RS384"])),
  algorithm(
    "RS384 where only RS256 is configured, though the key is for it",
    () => token({ alg: "RS384", kid: "rsa" }, claims(), pairs.rsa.privateKey),
    keyed({ alg: "RS384" }),
  ),
  algorithm(
    "PS256 with an RSA key that names no algorithm",
    () => token({ alg: "PS256", kid: "rsa" }, claims(), pairs.rsa.privateKey),
    keyed({}, ["RS256", "PS256"]),
  ),
  algorithm("HS256 for an issuer with a key set", () => hs256({ iss: ISSUER }, { kid: "rsa" })),
  algorithm("RS256 for an issuer with a secret", () => rs256({ iss: SECRET_ISSUER })),
  algorithm("HS384 where only HS256 is configured", () =>
    token({ alg: "HS384" }, claims({ iss: SECRET_ISSUER }), SECRET),
  ),
];

const embedded = [
  forged("an embedded jwk that fits the signature", () =>
    rs256({}, { jwk: pairs.otherRsa.publicKey.export({ format: "jwk" }) }, pairs.otherRsa),
  ),
  ...["jku", "x5u"].map((name) =>
    forged(`${name} to a key of the attacker's, which is never fetched`, () =>
      rs256({}, { [name]: "https://attacker.example/jwks.json" }, pairs.otherRsa),
    ),
  ),
  forged("x5c of the attacker's", () =>
    rs256(
      {},
      { x5c: [pairs.otherRsa.publicKey.export({ format: "der", type: "spki" }).toString("base64")] },
      pairs.otherRsa,
    ),
  ),
  forged("the key of another", () => rs256({}, {}, pairs.otherRsa)),
];

const es256 = (change: (rs: Buffer) => Buffer) => () => {
  const signed = `${json({ alg: "ES256", kid: "p256" })}.${json(claims())}`;
  return `${signed}.${change(signature("ES256", pairs.p256.privateKey, signed)).toString("base64url")}`;
};
const ORDER = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
const der = (rs: Buffer) => {
  const [r, s] = [rs.subarray(0, 32), rs.subarray(32)].map((half) => Buffer.concat([Buffer.from([2, 33, 0]), half]));
  return Buffer.concat([Buffer.from([0x30, 70]), r ?? rs, s ?? rs]);
};
const signatures = [
  allowed(
    "ES256, as it should be",
    es256((rs) => rs),
  ),
  forged(
    "ES256 with r = s = 0",
    es256(() => Buffer.alloc(64)),
  ),
  forged(
    "ES256 with r = s = the curve's order",
    es256(() => Buffer.from(ORDER + ORDER, "hex")),
  ),
  forged(
    "ES256 with r = 1, s = 0",
    es256(() => Buffer.from(`${"01".padStart(64, "0")}${"0".repeat(64)}`, "hex")),
  ),
  forged("ES256 in DER", es256(der)),
  forged(
    "ES256 with a byte too many",
    es256((rs) => Buffer.concat([rs, Buffer.alloc(1)])),
  ),
  forged(
    "ES256 cut short",
    es256((rs) => rs.subarray(0, 63)),
  ),
  forged(
    "ES256 with both halves widened by a zero",
    es256((rs) => Buffer.concat([Buffer.alloc(1), rs.subarray(0, 32), Buffer.alloc(1), rs.subarray(32)])),
  ),
  forged("RS256 with zeros in front", () => {
    const signed = `${HEADER}.${json(claims())}`;
    return `${signed}.${Buffer.concat([Buffer.alloc(1), signature("RS256", pairs.rsa.privateKey, signed)]).toString("base64url")}`;
  }),
  forged("HS256 cut short", () => {
    const signed = `${json({ alg: "HS256" })}.${json(claims({ iss: SECRET_ISSUER }))}`;
    return `${signed}.${createHmac("sha256", SECRET).update(signed).digest().subarray(0, 16).toString("base64url")}`;
  }),
  forged("one bit of the payload changed", () => {
    const [head, , tail] = rs256().split(".");
    return `${head}.${json(claims({ sub: "user-2" }))}.${tail}`;
  }),
];

export const ATTACKS_ON_SIGNATURES: readonly Case[] = [
  ...unsigned,
  ...oddAlgorithms,
  ...confusion,
  ...mismatches,
  ...embedded,
  ...signatures,
];
