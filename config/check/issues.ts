/** Converts zod's issues to messages: unknown keys with the nearest valid one, and values with what was expected. */
import type * as z from "zod/mini";
import { didYouMean } from "../../terminal/nearest";
import { type MapNode, type Node, nodeAt, type Path } from "../document/tree";
import type { Report } from "./reporter";
import { reasonUnsupported } from "./unsupported";

type Issue = z.core.$ZodIssue;

/** Reports the issues if `report` is given, and returns the paths of the invalid values. */
export function reportIssues(issues: readonly Issue[], root: MapNode, report: Report | undefined): Path[] {
  return issues.flatMap(expand).flatMap((issue) => {
    const path = issue.path.map((step) => (typeof step === "symbol" ? String(step) : step));
    if (issue.code === "unrecognized_keys") return reportUnknown(issue.keys, issue.message, path, report);
    const node = nodeAt(root, path);
    if (!node) report?.key(path, `is missing: expected ${issue.message}.`);
    else if (node.kind === "scalar" && node.value === null) report?.(path, `is empty: expected ${issue.message}.`);
    else report?.(path, `expected ${issue.message}, not ${show(node)}.`, hint(issue, node, path));
    return [path];
  });
}

function reportUnknown(keys: readonly string[], known: string, path: Path, report: Report | undefined): Path[] {
  // `environments` is valid at the top level, but is removed before the settings are checked.
  const all = path.length === 0 ? `${known}, environments` : known;
  return keys.map((key) => {
    const inner = [...path, key];
    const suggestion = reasonUnsupported(key) ?? didYouMean(key, all.split(", ")) ?? `Valid settings: ${all}.`;
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

export const SUBSTITUTION =
  "Placeholders such as `${…}` are not replaced in this file. Write the value itself, under `environments` if it differs.";

/** Returns the literal that was probably meant: YAML 1.2 has only `true` and `false`, and a quoted value is a text. */
function literalMeant(text: string): string | undefined {
  if (/^(yes|on|true)$/i.test(text)) return "Write `true`.";
  if (/^(no|off|false)$/i.test(text)) return "Write `false`.";
  return /^\d+$/.test(text) ? `Write ${text}, without quotes.` : undefined;
}

function hint(issue: Issue, node: Node, path: Path): string | undefined {
  if (node.kind !== "scalar") return undefined;
  const { value, source } = node;
  if (typeof value === "string" && /[$%]\{/.test(value)) return SUBSTITUTION;
  if (issue.code === "invalid_value" && typeof value === "string") return didYouMean(value, issue.values.map(String));
  if (issue.code === "invalid_type" && issue.expected === "string")
    return `Put it in quotes: ${isMapping(path) ? `"'${source}'"` : `"${source}"`}.`;
  if (issue.code === "invalid_type" && typeof value === "string") return literalMeant(value);
  return undefined;
}

/** Returns whether the value is a mapping's source. There a static text needs single quotes inside the YAML quotes. */
const isMapping = ([root, , section]: Path): boolean =>
  root === "routes" && ["query", "headers", "path"].includes(`${section}`);
