/** A located tree to a typed configuration, together with everything that is wrong with it. */
import { type MapNode, nodeAt, type Path, toValue, without } from "../document/tree";
import { type Configuration, configuration } from "../schema";
import { reportIssues } from "./issues";
import type { Report } from "./reporter";

export interface Read {
  /** What is right of the file, with placeholders for what it cannot do without. */
  readonly value: Configuration;
  /** Where `value` stands in the file. */
  readonly tree: MapNode;
  /** Whether nothing wrong was found at this path, above it or below it. */
  intact(...path: Path): boolean;
}

/** Stand in for what is missing or wrong, so that the rest can still be checked. None of it is ever synthesized. */
const PLACEHOLDERS = { name: "unnamed", backend: "https://backend.invalid", authorizer: "none" } as const;

export function read(root: MapNode, report: Report): Read | undefined {
  let tree: MapNode = root;
  let placeholders: Record<string, unknown> = {};
  const broken: Path[] = [];
  // Each round takes away what was found wrong: a wrong value, then perhaps the map that is nothing without it.
  for (let round = 0; round < 8; round++) {
    const parsed = configuration.safeParse({ ...Object(toValue(tree)), ...placeholders });
    if (parsed.success)
      return { value: parsed.data, tree, intact: (...path) => !broken.some((wrong) => overlap(wrong, path)) };
    const wrong = reportIssues(parsed.error.issues, tree, round === 0 ? report : undefined);
    // Last first: taking an item away moves those behind it.
    for (const path of wrong.reverse()) {
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
