/** The shapes that claims have at different providers, and how the backend and the log see them. */
import assert from "node:assert/strict";
import {
  type Case,
  claims,
  door,
  hs256,
  ISSUER,
  jwk,
  jwksIssuer,
  NOW,
  pairs,
  rs256,
  SECRET,
  secretIssuer,
  settings,
  token,
} from "../../../support/authorizer/door";
import { bytes, expectation, HEADER, signedRaw } from "../../../support/authorizer/expectation";

type Rules = Parameters<typeof jwksIssuer>[0];
const allowed = expectation("allow");
const refused = expectation("claim_refused");
const rules = (changes: Rules) => ({ settings: settings({ issuers: [jwksIssuer(changes)] }) });
const requires = (requiredClaims: NonNullable<Rules>["requiredClaims"]) =>
  rules({ requiredClaims: requiredClaims ?? {} });

/** A token whose payload has this JSON as its claim `x`. */
export const raw = (x: string, changes = {}) =>
  signedRaw(HEADER, bytes(JSON.stringify(claims({ ...changes, x: "?" })).replace('"x":"?"', `"x":${x}`)));

/** What the backend gets as `x` from a claim at a path. */
const context = (name: string, input: () => string, path: string, text: string | undefined): Case => ({
  name: `the context has ${name}`,
  run: async (subject) => {
    const answer = await door(subject, rules({ context: { x: path } })).answer(input());
    assert.equal(answer.policyDocument.Statement[0].Effect, "Allow");
    assert.equal(answer.context?.x, text);
  },
});

const nested = { realm_access: { roles: ["a", "b"] }, resource_access: { "my.app": { roles: ["c"] } } };
const contexts = [
  context("a claim in an object", () => rs256(nested), "realm_access.roles", "[a b]"),
  context("a claim under a name with a dot", () => rs256(nested), "resource_access.my\\.app.roles", "[c]"),
  context("a claim whose name is a URL", () => rs256({ "https://a.example/b.c": "d" }), "https://a.example/b.c", "d"),
  context(
    "a claim in an object whose name is a URL",
    () => rs256({ "https://a.example/claims": { "x-org": "d" } }),
    "https://a\\.example/claims.x-org",
    "d",
  ),
  context("nothing for a path through a text", () => rs256({ a: "b" }), "a.length", undefined),
  context("nothing for a path through a list", () => rs256({ a: ["b"] }), "a.0", undefined),
  context("nothing for a member of every object", () => rs256({ a: {} }), "a.constructor", undefined),
  context("nothing for null", () => rs256({ a: null }), "a", undefined),
  context("a boolean", () => rs256({ a: false }), "a", "false"),
  context("an empty list", () => rs256({ a: [] }), "a", "[]"),
  context("a list without its nulls", () => rs256({ a: [null, "b", null] }), "a", "[b]"),
  context(
    "an item with a space, which is not two items",
    () => rs256({ a: ["Domain Admins", "100%", "[x]", 1, true] }),
    "a",
    "[Domain%20Admins 100%25 %5Bx%5D 1 true]",
  ),
  context(
    "an object as JSON",
    () => rs256({ a: { b: [1, "c d", null, { e: true }] } }),
    "a",
    '{"b":[1,"c d",null,{"e":true}]}',
  ),
  context("an object in a list as JSON", () => rs256({ a: [{ b: "c d" }] }), "a", '[{"b":"c%20d"}]'),
  context("a list in a list as JSON", () => rs256({ a: [["b", "c d"], []] }), "a", '[%5B"b","c%20d"%5D %5B%5D]'),
  context(
    "400 lists in one another, in linear time",
    () => raw(`${"[".repeat(400)}${"]".repeat(400)}`),
    "x",
    `[${"%5B".repeat(399)}${"%5D".repeat(399)}]`,
  ),
  ...["9007199254740993", "1.50", "-1.50", "1e2", "1E2", "-0", "0", "-12", "[1.50]"].map((text) =>
    context(`the digits of ${text}`, () => raw(text), "x", text),
  ),
  context("the digits of a number after white space", () => raw("\n1.50"), "x", "1.50"),
  context("the digits of a number in a list", () => raw("[12345678901234567890,1]"), "x", "[12345678901234567890 1]"),
  context(
    "the digits of a number in an object",
    () => raw('{"a":[9007199254740993,1.0]}'),
    "x",
    '{"a":[9007199254740993,1.0]}',
  ),
  context("a text with digits, as it is", () => raw('"a 1.50, \\"2"'), "x", 'a 1.50, "2'),
  context("a time, as it is in the token", () => rs256(), "iat", String(claims().iat)),
];

const required = [
  allowed("a required claim in an object", () => rs256(nested), requires({ "realm_access.roles": ["b"] })),
  refused(
    "a name with a dot where a path is required",
    () => rs256({ "realm_access.roles": ["b"] }),
    requires({ "realm_access.roles": ["b"] }),
  ),
  allowed("a required boolean", () => rs256({ a: true }), requires({ a: [true] })),
  refused("the text of a required boolean", () => rs256({ a: "true" }), requires({ a: [true] })),
  refused("another boolean", () => rs256({ a: false }), requires({ a: [true] })),
  allowed("a required number", () => rs256({ a: 3 }), requires({ a: [3] })),
  allowed("a list with a required number", () => rs256({ a: [2, 3] }), requires({ a: [3] })),
  refused("the text of a required number", () => rs256({ a: "3" }), requires({ a: [3] })),
  refused(
    "a number that is rounded to the required one",
    () => raw("9007199254740993"),
    requires({ x: [9007199254740992] }),
  ),
  refused(
    "a fraction that is rounded to the required number",
    () => raw("3.00000000000000000001"),
    requires({ x: [3] }),
  ),
  refused("null for a required claim", () => rs256({ a: null }), requires({ a: ["null"] })),
  refused("an empty list for a required claim", () => rs256({ a: [] }), requires({ a: ["a"] })),
  ...["scope", "scp"].flatMap((scope) => [
    allowed(
      `a required ${scope} among others`,
      () => rs256({ [scope]: "openid a:b c" }),
      requires({ [scope]: ["a:b"] }),
    ),
    allowed(
      `a required ${scope} in a list`,
      () => rs256({ [scope]: ["openid", "a:b"] }),
      requires({ [scope]: ["a:b"] }),
    ),
    refused(`a part of a ${scope}`, () => rs256({ [scope]: "openid a:bc a" }), requires({ [scope]: ["a:b"] })),
    refused(`no ${scope}`, () => rs256({ [scope]: "" }), requires({ [scope]: ["a:b"] })),
  ]),
  refused("a required text among others", () => rs256({ role: "user admin" }), requires({ role: ["admin"] })),
  allowed("one of the texts and numbers that are accepted", () => rs256({ a: 1 }), requires({ a: ["b", 1] })),
];

const audience = [
  allowed(
    "azp in place of aud",
    () => rs256({ aud: undefined, azp: "app" }),
    rules({ audienceClaim: "azp", audiences: ["app"] }),
  ),
  expectation("audience_refused")(
    "no azp where it is in place of aud",
    () => rs256({ aud: "app" }),
    rules({ audienceClaim: "azp", audiences: ["app"] }),
  ),
];

/** Published keys and a secret of the same issuer, as in a migration. */
const both = {
  settings: settings({
    issuers: [secretIssuer({ issuer: ISSUER }), jwksIssuer({ algorithms: ["ES256", "RS256"] })],
  }),
};
const migration = [
  allowed("a token with the secret of an issuer that has keys too", () => hs256({ iss: ISSUER }), both),
  allowed("a token with the keys of an issuer that has a secret too", () => rs256(), both),
  expectation("signature_invalid")(
    "a token with the public key as the secret of an issuer that has both",
    () => hs256({ iss: ISSUER }, {}, String(pairs.rsa.publicKey.export({ format: "pem", type: "spki" }))),
    both,
  ),
  expectation("algorithm_refused")(
    "an algorithm of neither",
    () => token({ alg: "HS512", kid: "rsa" }, claims(), SECRET),
    both,
  ),
];

const tenants = {
  settings: settings({ issuers: [jwksIssuer({ issuer: "https://id.example/{tid}/v2" })] }),
  snapshot: {
    "https://id.example/{tid}/v2": {
      keys: [
        jwk(pairs.rsa, { kid: "all", issuer: "https://id.example/{tenantid}/v2" }),
        jwk(pairs.rsa, { kid: "one", issuer: "https://id.example/t1/v2" }),
        jwk(pairs.rsa, { kid: "none" }),
      ],
    },
  },
};
const tenant =
  (iss: unknown, tid: unknown, kid = "all") =>
  () =>
    rs256({ iss, tid }, { kid });
const multiTenant = [
  allowed("a token of a tenant", tenant("https://id.example/t1/v2", "t1"), tenants),
  allowed("a token of a tenant, with the tenant's own key", tenant("https://id.example/t1/v2", "t1", "one"), tenants),
  expectation("key_unknown")(
    "a token of a tenant, with the key of another",
    tenant("https://id.example/t2/v2", "t2", "one"),
    tenants,
  ),
  expectation("key_unknown")("a key without tenants", tenant("https://id.example/t1/v2", "t1", "none"), tenants),
  ...(
    [
      ["https://id.example/t1/v2", "t2"],
      ["https://id.example/t1/v2", undefined],
      ["https://id.example/{tid}/v2", "t1"],
      ["https://id.example/{tid}/v2", "{tid}"],
      ["https://id.example/t1/v2", ["t1"]],
      ["https://id.example/undefined/v2", undefined],
      [["https://id.example/t1/v2"], "t1"],
      ["https://id.example/t1/v2/", "t1"],
      ["https://attacker.example/t1/v2", "t1"],
    ] as const
  ).map(([iss, tid]) =>
    expectation("issuer_unknown")(
      `the issuer ${JSON.stringify(iss)} for the tenant ${JSON.stringify(tid)}`,
      tenant(iss, tid),
      tenants,
    ),
  ),
];

/** What the log says of a rejected token, whose value is `shown` only where that is wanted. */
const explained = (
  reason: string,
  changes: object,
  claim: string,
  expected: unknown,
  { header = {}, shown = "Mallory" }: { readonly header?: Record<string, unknown>; readonly shown?: string } = {},
): Case => ({
  name: `the log of ${reason} names ${claim} and what is expected, and the token's own value only where that is wanted`,
  run: async (subject) => {
    for (const explain of [false, true]) {
      const { outcome, log } = door(subject, {
        settings: { ...rules({ requiredClaims: { "a.b": ["c", 1, true] } }).settings, explain },
      });
      assert.equal(await outcome(rs256({ a: { b: "c" }, ...changes }, header)), reason);
      const { received, ...record } = log.at(-1) ?? {};
      assert.deepEqual([record.claim, record.expected], [claim, expected]);
      assert.equal(JSON.stringify(record).includes(shown), false);
      assert.equal(received?.includes(shown), explain ? true : undefined);
      assert.ok((received ?? "").length <= 256);
    }
  },
});
const logs = [
  explained("type_refused", {}, "typ", ["JWT", "at+jwt", ""], { header: { typ: "Mallory" } }),
  explained("algorithm_refused", {}, "alg", ["RS256", "ES256", "EdDSA"], { header: { alg: "RS512" }, shown: "RS512" }),
  explained("issuer_unknown", { iss: "Mallory" }, "iss", [ISSUER]),
  explained("audience_refused", { aud: ["Mallory".repeat(100)] }, "aud", ["api", "another api"]),
  explained("claim_refused", { a: { b: "Mallory" } }, "a.b", ["c", 1, true]),
  explained("subject_invalid", { sub: ["Mallory"] }, "sub", "text"),
  explained("time_invalid", { exp: "Mallory" }, "exp", "number"),
  explained("expired", { exp: NOW - 30 }, "exp", NOW, { shown: `${NOW - 30}` }),
  explained("not_yet_valid", { nbf: NOW + 31 }, "nbf", NOW, { shown: `${NOW + 31}` }),
  explained("issued_in_future", { iat: NOW + 31 }, "iat", NOW, { shown: `${NOW + 31}` }),
  explained("lifetime_too_long", { iat: NOW, exp: NOW + 86_401 }, "exp", 86_400, { shown: "86401" }),
  explained("context_invalid", { org_id: "Mallory\n" }, "org_id", "printable"),
];

export const CLAIM_SHAPES: readonly Case[] = [
  ...contexts,
  ...required,
  ...audience,
  ...migration,
  ...multiTenant,
  ...logs,
];
