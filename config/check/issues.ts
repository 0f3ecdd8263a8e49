/** Converts zod's issues to messages: unknown keys with the nearest valid one, and values with what was expected. */
import type * as z from "zod/mini";
import { didYouMean, nearest } from "../../terminal/nearest";
import { type MapNode, type Node, nodeAt, type Path } from "../document/tree";
import { hintFor } from "./hints";
import type { Report } from "./reporter";
import { reasonUnsupported } from "./unsupported";

type Issue = z.core.$ZodIssue;

export interface Reported {
  /** The paths of the invalid values. */
  readonly wrong: readonly Path[];
  /** The paths of absent settings that were probably meant by unknown keys. */
  readonly meant: readonly Path[];
}

/** Reports the issues if `report` is given. An absent setting is not reported if an unknown key was probably meant for it. */
export function reportIssues(issues: readonly Issue[], root: MapNode, report: Report | undefined): Reported {
  const all = issues.flatMap(expand);
  const meant = all.flatMap((issue) => (issue.code === "unrecognized_keys" ? meantBy(issue, root) : []));
  const wrong = all.flatMap((issue) => {
    const path = pathOf(issue);
    if (issue.code === "unrecognized_keys") return reportUnknown(issue.keys, issue.message, path, report);
    const node = nodeAt(root, path);
    if (!node) {
      if (!meant.some((other) => other.join("\0") === path.join("\0")))
        report?.key(path, `is missing: expected ${issue.message}.`);
    } else if (node.kind === "scalar" && node.value === null) report?.(path, `is empty: expected ${issue.message}.`);
    else report?.(path, `expected ${issue.message}, not ${show(node)}.`, hintFor(issue, node, path));
    return [path];
  });
  return { wrong, meant };
}

const pathOf = (issue: Issue): Path => issue.path.map((step) => (typeof step === "symbol" ? String(step) : step));

/** `environments` is valid at the top level, but is removed before the settings are checked. */
const knownKeys = (known: string, path: Path) => (path.length === 0 ? `${known}, environments` : known).split(", ");

/** Returns the absent settings that unknown keys may stand for: the nearest one, or any if none is near. */
function meantBy(issue: Extract<Issue, { code: "unrecognized_keys" }>, root: MapNode): Path[] {
  const path = pathOf(issue);
  const known = knownKeys(issue.message, path);
  return issue.keys
    .flatMap((key) => nearest(key, known) ?? known)
    .map((name) => [...path, name])
    .filter((setting) => !nodeAt(root, setting));
}

function reportUnknown(keys: readonly string[], known: string, path: Path, report: Report | undefined): Path[] {
  const all = knownKeys(known, path);
  return keys.map((key) => {
    const inner = [...path, key];
    const suggestion = reasonUnsupported(key) ?? didYouMean(key, all) ?? `Valid settings: ${all.join(", ")}.`;
    report?.key(inner, "no such setting.", suggestion);
    return inner;
  });
}

/** Returns the issues of the branch of a union whose type the value has. Other branches only report the wrong type. */
function expand(issue: Issue): Issue[] {
  if (issue.code !== "invalid_union") return [issue];
  const isWrongType = (inner: Issue) =>
    inner.path.length === 0 && (inner.code === "invalid_type" || inner.code === "invalid_value");
  const branch = issue.errors.find((errors) => errors.length > 0 && !errors.some(isWrongType));
  return branch?.flatMap((inner) => expand({ ...inner, path: [...issue.path, ...inner.path] })) ?? [issue];
}

const SHOWN = 60;

/** Returns a value as written in the file, shortened for a message. */
function show(node: Node): string {
  if (node.kind === "map") return "a map";
  if (node.kind === "list") return node.items.length > 0 ? "a list" : "an empty list";
  if (typeof node.value !== "string") return `\`${node.source}\``;
  return quote(node.value);
}

function quote(text: string): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}]/gu, " ");
  return `\`${plain.length > SHOWN ? `${plain.slice(0, SHOWN)}…` : plain}\``;
}
