/** A private certificate authority, made without OpenSSL: Node.js can sign certificates, but not write them. */
import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

export interface Certificates {
  /** The authority's certificate, for `NODE_EXTRA_CA_CERTS` (PEM). */
  readonly ca: string;
  /** Returns key and certificate (PEM) of a server with these names. */
  readonly issue: (hosts: readonly string[]) => { readonly key: string; readonly cert: string };
}

/** DER (X.690): tag, length, contents. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const size =
    content.length < 128 ? [] : content.length < 256 ? [content.length] : [content.length >> 8, content.length & 255];
  const length = size.length === 0 ? [content.length] : [0x80 + size.length, ...size];
  return Buffer.concat([Buffer.of(tag, ...length), content]);
}
const sequence = (...parts: readonly Buffer[]) => der(0x30, ...parts);
const oid = (hex: string) => der(6, Buffer.from(hex, "hex"));
const text = (tag: number, value: string) => der(tag, Buffer.from(value));
const extension = (id: string, value: Buffer) => sequence(oid(id), der(4, value));

const ECDSA_SHA256 = sequence(oid("2a8648ce3d040302"));
const COMMON_NAME = "550403";
const ALTERNATIVE_NAMES = "551d11";
const BASIC_CONSTRAINTS = "551d13";

const name = (common: string) => sequence(der(0x31, sequence(oid(COMMON_NAME), text(0x0c, common))));
const newPair = () => generateKeyPairSync("ec", { namedCurve: "P-256" });
const pem = (bytes: Buffer) =>
  `-----BEGIN CERTIFICATE-----\n${bytes.toString("base64").replace(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`;

/** @example const { ca, issue } = certificates(); createServer(issue(["login.example.com"])); */
export function certificates(): Certificates {
  const authority = newPair();
  const issuer = name("a certificate authority for tests");
  /** RFC 5280 section 4.1. */
  const certificate = (
    subject: Buffer,
    { publicKey }: ReturnType<typeof newPair>,
    ...extensions: readonly Buffer[]
  ) => {
    const tbs = sequence(
      der(0xa0, der(2, Buffer.of(2))),
      der(2, Buffer.of(1), randomBytes(8)),
      ECDSA_SHA256,
      issuer,
      sequence(text(0x17, "200101000000Z"), text(0x17, "491231235959Z")),
      subject,
      publicKey.export({ type: "spki", format: "der" }),
      der(0xa3, sequence(...extensions)),
    );
    const signature = sign("sha256", tbs, authority.privateKey);
    return pem(sequence(tbs, ECDSA_SHA256, der(3, Buffer.of(0), signature)));
  };
  return {
    ca: certificate(issuer, authority, extension(BASIC_CONSTRAINTS, sequence(der(1, Buffer.of(255))))),
    issue: (hosts) => {
      const pair = newPair();
      const names = sequence(...hosts.map((host) => text(0x82, host)));
      return {
        key: pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
        cert: certificate(name("a server for tests"), pair, extension(ALTERNATIVE_NAMES, names)),
      };
    },
  };
}
