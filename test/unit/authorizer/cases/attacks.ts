/** The attack list: tokens that have opened doors elsewhere, most of them signed with the real key. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import {
  type Case,
  claims,
  connect,
  type DoorOptions,
  door,
  hs256,
  ISSUER,
  json,
  jwk,
  jwksIssuer,
  keySet,
  NOW,
  pairs,
  rs256,
  SECRET,
  secretIssuer,
  settings,
  signature,
  token,
} from "../support";

const expectation =
  (reason: string) =>
  (name: string, input: () => string | object, options: DoorOptions = {}): Case => ({
    name,
    run: async (subject) => assert.equal(await door(subject, options).outcome(input()), reason),
  });
const allowed = expectation("allow");
const malformed = expectation("token_malformed");
const algorithm = expectation("algorithm_refused");
const header = expectation("header_unsupported");
const forged = expectation("signature_invalid");
const subjectInvalid = expectation("subject_invalid");
const audience = expectation("audience_refused");
const time = expectation("time_invalid");

const HEADER = json({ alg: "RS256", typ: "JWT", kid: "rsa" });
const signedRaw = (head: string, body: string) => token(head, body, pairs.rsa.privateKey);
const bytes = (text: string, encoding: BufferEncoding = "utf8") => Buffer.from(text, encoding).toString("base64url");
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

const keyed2 = [
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
  algorithm("RS256 for an issuer with a secret", () => rs256({ iss: "https://secret.example/" })),
  algorithm("HS384 where only HS256 is configured", () =>
    token({ alg: "HS384" }, claims({ iss: "https://secret.example/" }), SECRET),
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
    const signed = `${json({ alg: "HS256" })}.${json(claims({ iss: "https://secret.example/" }))}`;
    return `${signed}.${createHmac("sha256", SECRET).update(signed).digest().subarray(0, 16).toString("base64url")}`;
  }),
  forged("one bit of the payload changed", () => {
    const [head, , tail] = rs256().split(".");
    return `${head}.${json(claims({ sub: "user-2" }))}.${tail}`;
  }),
];

const kids = ["../../dev/null", "' OR 1=1 --", "__proto__", "constructor", "toString", "\u0000", "", "RSA", "rsa "].map(
  (kid) => expectation("keys_unavailable")(`kid ${JSON.stringify(kid)} names no key`, () => rs256({}, { kid })),
);
const oddKids = [null, 1, true, {}, ["rsa"], "k".repeat(257)].map((kid) =>
  header(`kid ${JSON.stringify(kid).slice(0, 20)}`, () => rs256({}, { kid })),
);

const critical = [
  ...[[], ["exp"], ["b64"], null, "b64", false, { b64: true }].map((crit) =>
    header(`crit ${JSON.stringify(crit)}`, () => rs256({}, { crit })),
  ),
  ...[false, true, null].map((b64) => header(`b64 ${b64} without crit`, () => rs256({}, { b64 }))),
  header("crit b64 with b64 false", () => rs256({}, { crit: ["b64"], b64: false })),
];

const [head = "", body = "", tail = ""] = rs256().split(".");
const spelling = [
  allowed("an ordinary token", () => rs256()),
  malformed("no dot at all", () => "token"),
  malformed("two parts", () => `${head}.${body}`),
  malformed("four parts", () => `${head}.${body}.${tail}.${tail}`),
  malformed("a dot at the end", () => `${head}.${body}.${tail}.`),
  malformed(
    "five parts, as of an encrypted token",
    () => `${json({ alg: "RSA-OAEP", enc: "A256GCM" })}.${body}.${tail}.${tail}.${tail}`,
  ),
  ...["=", "==", " ", "\n", "\t", "%3D", "%2E", "+", "/", "\u0000", "é", "\ufeff"].flatMap((extra) => [
    malformed(`${JSON.stringify(extra)} after the signature`, () => `${head}.${body}.${tail}${extra}`),
    malformed(`${JSON.stringify(extra)} after the header`, () => `${head}${extra}.${body}.${tail}`),
    malformed(`${JSON.stringify(extra)} after the payload`, () => `${head}.${body}${extra}.${tail}`),
  ]),
  malformed("the alphabet of base64", () => `${head}.${body}.${tail.replaceAll("-", "+").replaceAll("_", "/")}+`),
  malformed("bits in the signature's last letter that no byte has", () => {
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    return `${head}.${body}.${tail.slice(0, -1)}${alphabet[alphabet.indexOf(tail.slice(-1)) + 1]}`;
  }),
  malformed("Bearer in front", () => `Bearer ${rs256()}`),
  malformed("percent-encoded once more", () => rs256().replaceAll(".", "%2E")),
  expectation("token_too_long")("4,097 characters", () => rs256({ padding: "x".repeat(4097) }).slice(0, 4097)),
  expectation("token_too_long")(
    "a megabyte of nested lists in the header",
    () => `${bytes("[".repeat(1_000_000))}.${body}.${tail}`,
  ),
];

const notObjects = ["null", "[]", "1", '"x"', "true", "", "{", "{}}", "\ufeff{}"].flatMap((text) => [
  malformed(`the header ${JSON.stringify(text)}`, () => signedRaw(bytes(text), json(claims()))),
  malformed(`the payload ${JSON.stringify(text)}`, () => signedRaw(HEADER, bytes(text))),
]);
const encoding = [
  malformed("a payload that is not UTF-8", () =>
    signedRaw(HEADER, bytes(JSON.stringify(claims({ sub: "us\u00e9r" })), "latin1")),
  ),
  malformed("a header that is not UTF-8", () =>
    signedRaw(bytes('{"alg":"RS256","kid":"rsa","x":"\u00e9"}', "latin1"), json(claims())),
  ),
  malformed("a payload in UTF-16", () => signedRaw(HEADER, bytes(JSON.stringify(claims()), "utf16le"))),
  malformed("a payload after a byte order mark", () => signedRaw(HEADER, bytes(`\ufeff${JSON.stringify(claims())}`))),
  malformed("a token in a token", () => signedRaw(HEADER, bytes(rs256()))),
];

const persons = [
  ...[
    "",
    null,
    1,
    true,
    {},
    ["user-1"],
    undefined,
    "x".repeat(257),
    "a\r\nb",
    "a\u0000",
    "a\u007f",
    "a\u0085",
    "\ud800",
  ].map((sub) => subjectInvalid(`sub ${JSON.stringify(sub)?.slice(0, 20)}`, () => rs256({ sub }))),
  allowed("a sub of 256 characters", () => rs256({ sub: "x".repeat(256) })),
  ...[null, {}, [], ["org-1"], "a\r\nSet-Cookie: b", "\udc00", "\u0000"].map((org_id) =>
    expectation("context_invalid")(`org_id ${JSON.stringify(org_id)}`, () => rs256({ org_id })),
  ),
  expectation("context_invalid")("claims that fill the answer", () => rs256({ org_id: "€".repeat(600) }), {
    settings: settings({ issuers: [jwksIssuer({ context: { a: "org_id", b: "org_id", c: "org_id", d: "org_id" } })] }),
  }),
  allowed("no org_id", () => rs256({ org_id: undefined })),
];

const audiences = [
  ...[undefined, null, "", 1, {}, [], "API", "api ", "ap", ["other"], [["api"]], ["api", 1], { api: "api" }].map(
    (aud) => audience(`aud ${JSON.stringify(aud)}`, () => rs256({ aud })),
  ),
  audience("client_id in place of aud", () => rs256({ aud: undefined, client_id: "api" })),
  allowed("a list of audiences with ours in it", () => rs256({ aud: ["other", "api"] })),
];
const issuers = [
  undefined,
  null,
  "",
  1,
  {},
  [ISSUER],
  "https://issuer.example",
  `${ISSUER} `,
  "HTTPS://ISSUER.EXAMPLE/",
  "__proto__",
].map((iss) => expectation("issuer_unknown")(`iss ${JSON.stringify(iss)}`, () => rs256({ iss })));

const times = [
  ...[undefined, null, "", `${NOW + 60}`, true, {}, [NOW + 60]].map((exp) =>
    time(`exp ${JSON.stringify(exp)}`, () => rs256({ exp })),
  ),
  time("exp 1e999", () =>
    signedRaw(HEADER, bytes(JSON.stringify(claims({ exp: 0 })).replace('"exp":0', '"exp":1e999'))),
  ),
  ...[null, "0", {}, false].map((nbf) => time(`nbf ${JSON.stringify(nbf)}`, () => rs256({ nbf }))),
  ...[null, "0", {}, true].map((iat) => time(`iat ${JSON.stringify(iat)}`, () => rs256({ iat }))),
  time("nbf -1e999", () =>
    signedRaw(HEADER, bytes(JSON.stringify(claims({ nbf: 0 })).replace('"nbf":0', '"nbf":-1e999'))),
  ),
  expectation("expired")("exp just past the skew", () => rs256({ exp: NOW - 30 })),
  allowed("exp just within the skew", () => rs256({ exp: NOW - 29 })),
  expectation("not_yet_valid")("nbf just past the skew", () => rs256({ nbf: NOW + 31 })),
  allowed("nbf just within the skew", () => rs256({ nbf: NOW + 30 })),
  expectation("issued_in_future")("iat just past the skew", () => rs256({ iat: NOW + 31 })),
  allowed("iat just within the skew", () => rs256({ iat: NOW + 30 })),
  expectation("lifetime_too_long")("exp in milliseconds", () => rs256({ exp: (NOW + 60) * 1000 })),
  expectation("lifetime_too_long")("a second more than a day", () => rs256({ iat: NOW, exp: NOW + 86_401 })),
  expectation("lifetime_too_long")("a second more than a day, without iat", () =>
    rs256({ iat: undefined, exp: NOW + 86_401 }),
  ),
  allowed("a whole day", () => rs256({ iat: NOW, exp: NOW + 86_400 })),
];

const query = (values: string[], single = values.at(-1)) =>
  connect("", { queryStringParameters: { token: single }, multiValueQueryStringParameters: { token: values } });
const gateway = [
  expectation("token_repeated")("two tokens, the last of them good", () => query(["x", rs256()])),
  expectation("token_repeated")("the same token twice", () => query([rs256(), rs256()])),
  expectation("token_repeated")("two maps that disagree", () => query([rs256({ sub: "user-2" })], rs256())),
  expectation("token_repeated")("no multi-value map", () =>
    connect(rs256(), { multiValueQueryStringParameters: null }),
  ),
  expectation("token_missing")("an empty token", () => connect("")),
  expectation("token_missing")("no query string", () => connect("", { queryStringParameters: null })),
  expectation("token_missing")("a token in a header, which is not where it is looked for", () =>
    connect("", { queryStringParameters: {}, headers: { Authorization: `Bearer ${rs256()}` } }),
  ),
  expectation("token_missing")(
    "a parameter that every object has",
    () => connect(rs256(), { queryStringParameters: {} }),
    {
      settings: settings({ tokenParameter: "constructor" }),
    },
  ),
];
const arns = [
  "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/*",
  "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/*/$connect/",
  "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/$disconnect",
  "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/$connect",
  "arn:aws:lambda:eu-west-1:123456789012:a1b2c3d4e5/prod/$connect",
  "arn:aws:execute-api:eu-west-1:12345:a1b2c3d4e5/prod/$connect",
  `arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/$connect\n`,
  "*",
  "",
].map((methodArn) =>
  expectation("unexpected_event")(`the method ARN ${JSON.stringify(methodArn)}`, () => connect(rs256(), { methodArn })),
);
const events = [
  ...[{}, { type: "TOKEN" }, { type: "REQUEST" }].map((event) =>
    expectation("unexpected_event")(`the event ${JSON.stringify(event)}`, () => event),
  ),
  expectation("unexpected_event")("a TOKEN authorizer's event", () => connect(rs256(), { type: "TOKEN" })),
  ...["aws-cn", "aws-us-gov"].map((partition) =>
    allowed(`the partition ${partition}`, () =>
      connect(rs256(), { methodArn: `arn:${partition}:execute-api:r-1:123456789012:abc/prod/$connect` }),
    ),
  ),
];

const secrets = [
  allowed("HS256, as it should be", () => hs256()),
  forged("an empty secret", () => token({ alg: "HS256" }, claims({ iss: "https://secret.example/" }), "")),
  allowed("the previous secret, while it is set", () => hs256({}, {}, "p".repeat(32)), {
    environment: { HS256_SECRET: SECRET, HS256_SECRET_PREVIOUS: "p".repeat(32) },
  }),
  forged("the previous secret, when it is gone", () => hs256({}, {}, "p".repeat(32))),
  ...["", "s", "s".repeat(31)].map(
    (secret): Case => ({
      name: `a secret of ${secret.length} bytes does not start`,
      run: async (subject) => {
        assert.throws(
          () =>
            door(subject, { settings: settings({ issuers: [secretIssuer()] }), environment: { HS256_SECRET: secret } }),
          {
            code: "invalid_settings",
          },
        );
      },
    }),
  ),
];

export const ATTACKS: readonly Case[] = [
  ...unsigned,
  ...oddAlgorithms,
  ...confusion,
  ...keyed2,
  ...embedded,
  ...signatures,
  ...kids,
  ...oddKids,
  ...critical,
  ...spelling,
  ...notObjects,
  ...encoding,
  ...persons,
  ...audiences,
  ...issuers,
  ...times,
  ...gateway,
  ...arns,
  ...events,
  ...secrets,
];
