/**
 * A YAML document as a tree that remembers where everything stands, so that a mistake found after merging
 * environments still points at the line that holds it.
 */

export type Path = readonly (string | number)[];

export type Node = ScalarNode | ListNode | MapNode;

interface Located {
  /** Offset of the node in the file. */
  readonly at: number;
  /** The keys that lead to it in the file, `environments` and all. */
  readonly path: Path;
}
export interface ScalarNode extends Located {
  readonly kind: "scalar";
  readonly value: string | number | boolean | null;
  /** As the file spells it. */
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

/** The value alone. Objects have no prototype: a key cannot reach anything but itself. */
export function toValue(node: Node): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(toValue);
  const object: Record<string, unknown> = Object.create(null);
  for (const [key, entry] of node.entries) object[key] = toValue(entry.node);
  return object;
}

/**
 * `over` on top of `base`, as JSON Merge Patch (RFC 7396): maps merge key by key, lists and scalars replace,
 * and an empty value removes what it would inherit.
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

/** The node at a path, or undefined. */
export function nodeAt(root: Node, path: Path): Node | undefined {
  let node: Node | undefined = root;
  for (const step of path) node = node && child(node, step);
  return node;
}

/**
 * Where a path of a tree stands in the file: the offset of its value or key, or of the nearest one above that exists,
 * and the path by which the file reaches it.
 */
export function locate(root: Node, path: Path, what: "key" | "value"): Located {
  let { at } = root;
  let node: Node = root;
  for (const [index, step] of path.entries()) {
    const next = child(node, step);
    if (!next) return { at, path: [...node.path, ...path.slice(index)] };
    const keyAt = node.kind === "map" ? node.entries.get(String(step))?.keyAt : undefined;
    const last = index === path.length - 1;
    // A collection is shown by its key: its own offset is its first key, on another line in block style.
    at = keyAt !== undefined && (next.kind !== "scalar" || (last && what === "key")) ? keyAt : next.at;
    node = next;
  }
  return { at, path: node.path };
}

/** The tree without the node at a path. */
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
