/** What signatures are checked with, and where an issuer's come from: a published set, the environment, SSM. */
import type { KeyObject } from "node:crypto";
import type { Algorithm } from "./settings";

/** A key and the only algorithm it is used with. */
export interface VerificationKey {
  readonly key: KeyObject;
  readonly algorithm: Algorithm;
  readonly id?: unknown;
  /** Exact length of a signature, in bytes. */
  readonly size: number;
}

export type Keys = readonly VerificationKey[];

/** The keys that a token with this `kid` may be signed with, if any. */
export type KeySource = (keyId?: unknown) => Promise<Keys>;
