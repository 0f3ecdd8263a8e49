/** Verification keys, and the types of their sources: a published key set, the environment, or SSM. */
import type { KeyObject } from "node:crypto";
import type { Algorithm } from "./settings";

/** A key with the one algorithm that it may be used with. */
export interface VerificationKey {
  readonly key: KeyObject;
  readonly algorithm: Algorithm;
  readonly id?: unknown;
  /** The issuer whose tokens it may verify, in key sets of several issuers. */
  readonly issuer?: unknown;
  /** Exact length of a signature, in bytes. */
  readonly size: number;
}

export type Keys = readonly VerificationKey[];

/**
 * Returns the keys that may have signed a token with this `kid`: all if it has none. For null, any key will do. A promise only
 * if something is fetched, because waiting takes longer than finding a key.
 */
export type KeySource = (keyId?: unknown) => Keys | Promise<Keys>;
