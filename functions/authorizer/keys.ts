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

/** Returns the keys of a set with this id. For a token without `kid` they are all candidates. */
export type KeysNamed = (keys: Keys | undefined, id: unknown) => Keys;

export const named: KeysNamed = (keys = [], id) => keys.filter((key) => id === undefined || key.id === id);

/** Resolves to the keys that may have signed a token with this `kid`. */
export type KeySource = (keyId?: unknown) => Promise<Keys>;
