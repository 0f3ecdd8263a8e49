/** What signatures are checked with, and where an issuer's come from: a published set, the environment, SSM. */
import type { VerifyKeyObjectInput } from "node:crypto";
import type { Algorithm } from "./settings";

/** A key as `crypto.verify` takes it, with its padding where it needs one, and the only algorithm it is used with. */
export interface VerificationKey extends VerifyKeyObjectInput {
  readonly algorithm: Algorithm;
  readonly id?: unknown;
  /** Exact length of a signature, in bytes. */
  readonly size: number;
}

export type Keys = readonly VerificationKey[];

/** The keys that a token with this `kid` may be signed with, if any. */
export type KeySource = (keyId?: unknown) => Promise<Keys>;
