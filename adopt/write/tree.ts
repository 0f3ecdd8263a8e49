/** Maps of `gateway.yaml`. */
import type { Json } from "../../aws/canonical-json";

export type Tree = { readonly [key: string]: Json | undefined };

export const withoutUndefined = (tree: Tree): Tree =>
  Object.fromEntries(Object.entries(tree).filter(([, value]) => value !== undefined));

/** Returns undefined for an empty map. */
export const filled = <T extends object>(tree: T): T | undefined => (Object.keys(tree).length === 0 ? undefined : tree);
