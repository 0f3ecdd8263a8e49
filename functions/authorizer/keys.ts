/** The types of verification keys and of their sources: a published key set, the environment, or SSM. */
import type { KeyObject } from "node:crypto";
import type { Algorithm } from "./settings";

/** A key with the one algorithm that it may be used with. */
export interface VerificationKey {
  readonly key: KeyObject;
  readonly algorithm: Algorithm;
  readonly id?: unknown;
  /** Exact length of a signature, in bytes. */
  readonly size: number;
}

export type Keys = readonly VerificationKey[];

/** Resolves to the keys that may have signed a token with this `kid`. */
export type KeySource = (keyId?: unknown) => Promise<Keys>;
