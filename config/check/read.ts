/** Validates a located tree and returns a typed configuration; reports all invalid values. */
import { type MapNode, nodeAt, type Path, toValue, without } from "../document/tree";
import { type Configuration, configuration } from "../schema";
import { reportIssues } from "./issues";
import type { Report } from "./reporter";

export interface Read {
  /** The valid settings, with placeholders for missing or invalid required ones. */
  readonly value: Configuration;
  /** The positions of `value` in the file. */
  readonly tree: MapNode;
  /** Returns whether no mistake was found at this path, above it or below it. */
  intact(...path: Path): boolean;
}

/** Values for missing or invalid required settings, so that the rest can still be checked. They are never synthesized. */
const PLACEHOLDERS = { name: "unnamed", backend: "https://backend.invalid", authorizer: "none" } as const;

export function read(root: MapNode, report: Report): Read | undefined {
  let tree: MapNode = root;
  let placeholders: Record<string, unknown> = {};
  const broken: Path[] = [];
  // Each round removes the invalid values: first a value, then perhaps the map that is invalid without it.
  for (let round = 0; round < 8; round++) {
    const parsed = configuration.safeParse({ ...Object(toValue(tree)), ...placeholders });
    if (parsed.success)
      return { value: parsed.data, tree, intact: (...path) => !broken.some((wrong) => overlap(wrong, path)) };
    const { wrong, meant } = reportIssues(parsed.error.issues, tree, round === 0 ? report : undefined);
    broken.push(...meant);
    // From last to first, because removing an item of a list changes the indexes after it.
    for (const path of wrong.toReversed()) {
      broken.push(path);
      const exists = nodeAt(tree, path) !== undefined;
      const pruned = without(tree, exists ? path : path.slice(0, -1));
      tree = pruned.kind === "map" && path.length > (exists ? 0 : 1) ? pruned : tree;
    }
    placeholders = Object.fromEntries(Object.entries(PLACEHOLDERS).filter(([key]) => !tree.entries.has(key)));
  }
  return undefined;
}

const overlap = (a: Path, b: Path) => a.slice(0, b.length).every((step, index) => step === b[index]);
