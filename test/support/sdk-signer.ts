/** Signs requests as the AWS SDK does. */
import { createHash, createHmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import type { Hash, SourceData } from "@smithy/types";
import type { Credentials } from "../../aws/sigv4";

export function sdkSigner(service: string, region: string, { sessionToken, ...key }: Credentials): SignatureV4 {
  const credentials = { ...key, ...(sessionToken !== undefined && { sessionToken }) };
  return new SignatureV4({ service, region, sha256: Sha256, applyChecksum: false, credentials });
}

/** A hash as the AWS SDK wants one. */
class Sha256 implements Hash {
  readonly #hash;
  constructor(secret?: SourceData) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", bytes(secret));
  }
  update(data: SourceData): void {
    this.#hash.update(bytes(data));
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}

function bytes(data: SourceData): Uint8Array {
  if (typeof data === "string") return Buffer.from(data);
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
