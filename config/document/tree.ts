/**
 * A YAML document as a tree with positions. A mistake that is found after environments are merged can thus be reported at
 * its line in the file.
 */

export type Path = readonly (string | number)[];

export type Node = ScalarNode | ListNode | MapNode;

interface Located {
  /** Offset of the node in the file. */
  readonly at: number;
  /** The keys that lead to it in the file, including `environments`. */
  readonly path: Path;
}
export interface ScalarNode extends Located {
  readonly kind: "scalar";
  readonly value: string | number | boolean | null;
  /** The value as written in the file. */
  readonly source: string;
}
export interface ListNode extends Located {
  readonly kind: "list";
  readonly items: readonly Node[];
}
export interface MapNode extends Located {
  readonly kind: "map";
  readonly entries: ReadonlyMap<string, Entry>;
}
export interface Entry {
  readonly keyAt: number;
  readonly node: Node;
}

export const emptyMap = (at: number, path: Path): MapNode => ({ kind: "map", at, path, entries: new Map() });
export const isNull = (node: Node | undefined): boolean => node?.kind === "scalar" && node.value === null;

/** Returns the plain value. Its objects have no prototype, so that a key such as `constructor` has no special meaning. */
export function toValue(node: Node): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(toValue);
  const object: Record<string, unknown> = Object.create(null);
  for (const [key, entry] of node.entries) object[key] = toValue(entry.node);
  return object;
}

/**
 * Merges `over` into `base` as JSON Merge Patch does (RFC 7396): maps are merged key by key, lists and scalars are
 * replaced, and an empty value removes the inherited one.
 */
export function merge(base: Node, over: Node): Node {
  if (base.kind !== "map" || over.kind !== "map") return over;
  const entries = new Map(base.entries);
  for (const [key, entry] of over.entries) {
    const inherited = base.entries.get(key);
    if (inherited && isNull(entry.node)) entries.delete(key);
    else entries.set(key, inherited ? { ...entry, node: merge(inherited.node, entry.node) } : entry);
  }
  return { ...over, entries };
}

/** Returns the node at a path, or undefined. */
export function nodeAt(root: Node, path: Path): Node | undefined {
  let node: Node | undefined = root;
  for (const step of path) node = node && child(node, step);
  return node;
}

/**
 * Returns the position in the file of a path of the tree: the offset of its value or key, or of the nearest existing parent,
 * and the path in the file.
 */
export function locate(root: Node, path: Path, what: "key" | "value"): Located {
  let { at } = root;
  let node: Node = root;
  for (const [index, step] of path.entries()) {
    const next = child(node, step);
    if (!next) return { at, path: [...node.path, ...path.slice(index)] };
    const keyAt = node.kind === "map" ? node.entries.get(String(step))?.keyAt : undefined;
    const last = index === path.length - 1;
    // For a collection, the offset of its key: its own offset is that of its first key, in block style on another line.
    at = keyAt !== undefined && (next.kind !== "scalar" || (last && what === "key")) ? keyAt : next.at;
    node = next;
  }
  return { at, path: node.path };
}

/** Returns a copy of the tree without the node at a path. */
export function without(root: Node, path: Path): Node {
  const [step, ...rest] = path;
  if (step === undefined) return emptyMap(root.at, root.path);
  const inner = child(root, step);
  if (!inner) return root;
  const node = rest.length > 0 ? without(inner, rest) : undefined;
  if (root.kind === "map") {
    const entries = new Map(root.entries);
    const entry = entries.get(String(step));
    if (node && entry) entries.set(String(step), { ...entry, node });
    else entries.delete(String(step));
    return { ...root, entries };
  }
  if (root.kind === "list")
    return { ...root, items: root.items.flatMap((item, i) => (i === step ? (node ?? []) : item)) };
  return root;
}

function child(node: Node, step: string | number): Node | undefined {
  if (node.kind === "map") return node.entries.get(String(step))?.node;
  if (node.kind === "list" && typeof step === "number") return node.items[step];
  return undefined;
}
