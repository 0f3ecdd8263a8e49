/** Attacks on the header and the spelling of a token. */
import { type Case, claims, json, rs256 } from "../../../support/authorizer/door";
import { bytes, expectation, HEADER, signedRaw } from "../../../support/authorizer/expectation";

const allowed = expectation("allow");
const malformed = expectation("token_malformed");
const header = expectation("header_unsupported");

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

export const ATTACKS_ON_HEADERS: readonly Case[] = [
  ...kids,
  ...oddKids,
  ...critical,
  ...spelling,
  ...notObjects,
  ...encoding,
];
