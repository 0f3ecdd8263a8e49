/** Attacks by claims, by the event around the token, and on weak secrets. The signatures hold. */
import assert from "node:assert/strict";
import {
  type Case,
  claims,
  connect,
  door,
  hs256,
  ISSUER,
  jwksIssuer,
  NOW,
  rs256,
  SECRET,
  SECRET_ISSUER,
  secretIssuer,
  settings,
  token,
} from "../../../support/authorizer/door";
import { bytes, expectation, HEADER, signedRaw } from "../../../support/authorizer/expectation";

const allowed = expectation("allow");
const forged = expectation("signature_invalid");
const subjectInvalid = expectation("subject_invalid");
const audience = expectation("audience_refused");
const time = expectation("time_invalid");

const persons = [
  ...["", null, 1, true, {}, ["user-1"], undefined, "a\r\nb", "a\u0000", "a\u007f", "a\u0085", "\ud800"].map((sub) =>
    subjectInvalid(`sub ${JSON.stringify(sub)?.slice(0, 20)}`, () => rs256({ sub })),
  ),
  allowed("a sub of 1,000 characters, such as those of GitHub", () => rs256({ sub: "x".repeat(1000) })),
  expectation("context_invalid")(
    "a sub that fills the answer with its copies",
    () => rs256({ sub: "x".repeat(2100) }),
    {
      settings: settings({ issuers: [jwksIssuer({ context: { userId: "sub", copy: "sub" } })] }),
    },
  ),
  expectation("context_invalid")("a short sub whose copies fill the answer", () => rs256({ sub: "€".repeat(520) }), {
    settings: settings({ issuers: [jwksIssuer({ context: { userId: "sub", a: "sub", b: "sub" } })] }),
  }),
  ...["a\r\nSet-Cookie: b", "\udc00", "\u0000", ["a\u0000"], { a: "\u0085" }].map((org_id) =>
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
  // Cannot be converted to a text.
  { toString: 1 },
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
  forged("an empty secret", () => token({ alg: "HS256" }, claims({ iss: SECRET_ISSUER }), "")),
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

export const ATTACKS_ON_CLAIMS: readonly Case[] = [
  ...persons,
  ...audiences,
  ...issuers,
  ...times,
  ...gateway,
  ...arns,
  ...events,
  ...secrets,
];
