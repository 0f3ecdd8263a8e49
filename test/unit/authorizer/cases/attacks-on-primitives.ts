/**
 * Signatures that are almost right, in the classes of Project Wycheproof (https://github.com/C2SP/wycheproof): encodings of
 * PKCS #1 v1.5, salts of PSS, and numbers outside of their range. They are made with the issuer's own key, so only the form is wrong.
 */
import { constants as C, createHash, privateEncrypt, sign } from "node:crypto";
import {
  type Case,
  claims,
  type DoorOptions,
  ISSUER,
  json,
  jwk,
  jwksIssuer,
  pairs,
  settings,
  signature,
} from "../../../support/authorizer/door";
import { expectation } from "../../../support/authorizer/expectation";

const allowed = expectation("allow");
const forged = expectation("signature_invalid");

const KEYS: DoorOptions = {
  settings: settings({ issuers: [jwksIssuer({ algorithms: ["RS256", "PS256", "ES512", "EdDSA"] })] }),
  snapshot: {
    [ISSUER]: {
      keys: [
        jwk(pairs.rsa, { kid: "RS256", alg: "RS256" }),
        jwk(pairs.rsa, { kid: "PS256", alg: "PS256" }),
        jwk(pairs.p521, { kid: "ES512" }),
        jwk(pairs.ed25519, { kid: "EdDSA" }),
      ],
    },
  },
};
type Sign = (signed: string) => Buffer;
const tokenOf = (alg: string, make: Sign) => () => {
  const signed = `${json({ alg, kid: alg })}.${json(claims())}`;
  return `${signed}.${make(signed).toString("base64url")}`;
};

const SIZE = 256;
const hex = (text: string) => Buffer.from(text, "hex");
const digest = (signed: string, hash = "sha256") => createHash(hash).update(signed).digest();
/** RFC 8017 section 9.2, note 1. */
const SHA256_INFO = "3031300d060960864801650304020105000420";
/** 00 01, padding, 00, and the rest, as long as the key. */
function encoded(rest: Buffer, { type = 1, fill = 255, padding = SIZE - rest.length - 3, zero = 0 } = {}): Buffer {
  const em = Buffer.concat([Buffer.of(0, type), Buffer.alloc(padding, fill), Buffer.of(zero), rest]);
  return Buffer.concat([em, Buffer.alloc(SIZE - em.length)]);
}
const raw = (em: Buffer) => privateEncrypt({ key: pairs.rsa.privateKey, padding: C.RSA_NO_PADDING }, em);
const info = (prefix: string, signed: string, hash?: string) => Buffer.concat([hex(prefix), digest(signed, hash)]);
const pkcs1 = (make: (signed: string) => Buffer) => tokenOf("RS256", (signed) => raw(make(signed)));

const encodings = [
  allowed(
    "PKCS #1 as it should be",
    pkcs1((signed) => encoded(info(SHA256_INFO, signed))),
    KEYS,
  ),
  forged(
    "without the parameter NULL",
    pkcs1((signed) => encoded(info("302f300b0609608648016503040201" + "0420", signed))),
    KEYS,
  ),
  forged(
    "with another hash's name",
    pkcs1((signed) => encoded(info("3031300d060960864801650304020205000420", signed))),
    KEYS,
  ),
  forged(
    "of another hash",
    pkcs1((signed) => encoded(info("3041300d060960864801650304020205000430", signed, "sha384"))),
    KEYS,
  ),
  forged(
    "with lengths in the long form",
    pkcs1((signed) => encoded(info("308131300d060960864801650304020105000420", signed))),
    KEYS,
  ),
  forged(
    "without the hash's name",
    pkcs1((signed) => encoded(digest(signed))),
    KEYS,
  ),
  forged(
    "with bytes after the digest, in place of padding",
    pkcs1((signed) => encoded(info(SHA256_INFO, signed), { padding: 8 })),
    KEYS,
  ),
  forged(
    "with a byte after the digest",
    pkcs1((signed) => encoded(Buffer.concat([info(SHA256_INFO, signed), Buffer.of(0)]))),
    KEYS,
  ),
  forged(
    "with block type 0",
    pkcs1((signed) => encoded(info(SHA256_INFO, signed), { type: 0, fill: 0 })),
    KEYS,
  ),
  forged(
    "with block type 2",
    pkcs1((signed) => encoded(info(SHA256_INFO, signed), { type: 2 })),
    KEYS,
  ),
  forged(
    "with other padding",
    pkcs1((signed) => encoded(info(SHA256_INFO, signed), { fill: 254 })),
    KEYS,
  ),
  forged(
    "without the zero after the padding",
    pkcs1((signed) => encoded(info(SHA256_INFO, signed), { zero: 255 })),
    KEYS,
  ),
].map(({ name, run }) => ({ name: `RS256, ${name}`, run }));

const pss = (saltLength: number) =>
  tokenOf("PS256", (signed) =>
    sign("sha256", Buffer.from(signed), { key: pairs.rsa.privateKey, padding: C.RSA_PKCS1_PSS_PADDING, saltLength }),
  );
const salts = [
  allowed("PS256, a salt as long as the hash", pss(32), KEYS),
  ...[0, 20, 31, 33, 222].map((length) => forged(`PS256, a salt of ${length} bytes`, pss(length), KEYS)),
];

const big = (bytes: Buffer) => BigInt(`0x${bytes.toString("hex")}`);
const buffer = (value: bigint, size: number) => hex(value.toString(16).padStart(size * 2, "0"));
const littleEndian = (bytes: Buffer) => Buffer.from(bytes).reverse();
/** FIPS 186-4, D.1.2.5. */
const P521_ORDER = 2n ** 521n - 0x5ae79787c40d069948033feb708f65a2fc44a36477663b851449048e16ec79bf7n;
/** RFC 8032 section 5.1. */
const ED25519_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

const es512 = (change: (r: bigint, s: bigint) => readonly [bigint, bigint]) =>
  tokenOf("ES512", (signed) => {
    const rs = signature("ES512", pairs.p521.privateKey, signed);
    const [r, s] = change(big(rs.subarray(0, 66)), big(rs.subarray(66)));
    return Buffer.concat([buffer(r, 66), buffer(s, 66)]);
  });
const ed25519 = (change: (r: Buffer, s: bigint) => readonly [Buffer, bigint]) =>
  tokenOf("EdDSA", (signed) => {
    const rs = signature("EdDSA", pairs.ed25519.privateKey, signed);
    const [r, s] = change(rs.subarray(0, 32), big(littleEndian(rs.subarray(32))));
    return Buffer.concat([r, littleEndian(buffer(s, 32))]);
  });

const ranges = [
  allowed(
    "ES512, as it should be",
    es512((r, s) => [r, s]),
    KEYS,
  ),
  forged(
    "ES512, r plus the order",
    es512((r, s) => [r + P521_ORDER, s]),
    KEYS,
  ),
  forged(
    "ES512, s plus the order",
    es512((r, s) => [r, s + P521_ORDER]),
    KEYS,
  ),
  forged(
    "ES512, r = 0",
    es512((_, s) => [0n, s]),
    KEYS,
  ),
  forged(
    "ES512, s = 0",
    es512((r) => [r, 0n]),
    KEYS,
  ),
  forged(
    "ES512, r and s exchanged",
    es512((r, s) => [s, r]),
    KEYS,
  ),
  allowed(
    "EdDSA, as it should be",
    ed25519((r, s) => [r, s]),
    KEYS,
  ),
  forged(
    "EdDSA, S plus the order",
    ed25519((r, s) => [r, s + ED25519_ORDER]),
    KEYS,
  ),
  forged(
    "EdDSA, S = 0",
    ed25519((r) => [r, 0n]),
    KEYS,
  ),
  forged(
    "EdDSA, R and S = 0",
    ed25519(() => [Buffer.alloc(32), 0n]),
    KEYS,
  ),
  // The neutral element, for which S = 0 fits every message under a key of small order.
  forged(
    "EdDSA, R of small order",
    ed25519(() => [Buffer.concat([Buffer.of(1), Buffer.alloc(31)]), 0n]),
    KEYS,
  ),
  forged(
    "RS256, the modulus in place of the signature",
    tokenOf("RS256", () => Buffer.from(String(jwk(pairs.rsa).n), "base64url")),
    KEYS,
  ),
  forged(
    "RS256, the signature 1",
    tokenOf("RS256", () => buffer(1n, SIZE)),
    KEYS,
  ),
  forged(
    "RS256, the signature 0",
    tokenOf("RS256", () => Buffer.alloc(SIZE)),
    KEYS,
  ),
];

export const ATTACKS_ON_PRIMITIVES: readonly Case[] = [...encodings, ...salts, ...ranges];
