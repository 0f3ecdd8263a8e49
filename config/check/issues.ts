/** Converts zod's issues to messages: unknown keys with the nearest valid one, and values with what was expected. */
import type * as z from "zod/mini";
import { didYouMean, nearest } from "../../terminal/nearest";
import { looksSecret } from "../../terminal/secret-look";
import { type MapNode, type Node, nodeAt, type Path } from "../document/tree";
import type { Report } from "./reporter";
import { holdsSecret } from "./secrets";
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
    else report?.(path, `expected ${issue.message}, not ${show(node)}.`, hint(issue, node, path));
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

export const SUBSTITUTION =
  "Placeholders such as `${…}` are not replaced in this file. Write the value itself, under `environments` if it differs.";

/** Returns the literal that was probably meant: YAML 1.2 has only `true` and `false`, and a quoted value is a text. */
function literalMeant(text: string): string | undefined {
  if (/^(yes|on|true)$/i.test(text)) return "Write `true`.";
  if (/^(no|off|false)$/i.test(text)) return "Write `false`.";
  return /^\d+$/.test(text) ? `Write ${text}, without quotes.` : undefined;
}

function hint(issue: Issue, node: Node, path: Path): string | undefined {
  if (node.kind === "map" && path.at(-2) === "requiredClaims")
    return `For a claim in an object, write its path: \`${path.at(-1)}.${[...node.entries.keys()][0]}\`.`;
  if (node.kind !== "scalar") return undefined;
  const { value, source } = node;
  if (typeof value === "string" && /[$%]\{/.test(value)) return SUBSTITUTION;
  if (issue.code === "invalid_format" && typeof value === "string") return formMeant(value, `${issue.pattern}`, path);
  if (typeof value === "string") {
    const meant = didYouMean(value, wordsOf(issue));
    if (meant !== undefined) return meant;
  }
  if (typeof value !== "string" && expectsText(issue) && !path.includes("requiredClaims"))
    return `Put it in quotes: ${isMapping(path) ? `"'${source}'"` : `"${source}"`}.`;
  if (issue.code === "invalid_type" && typeof value === "string") return literalMeant(value);
  return undefined;
}

/** Returns the words that are accepted, perhaps beside values of other types. */
const wordsOf = (issue: Issue): readonly string[] =>
  issue.code === "invalid_union"
    ? issue.errors.flatMap(([first]) => (first !== undefined && first.path.length === 0 ? wordsOf(first) : []))
    : issue.code === "invalid_value"
      ? issue.values.map(String)
      : [];

/** Returns whether a text is expected, perhaps beside values of other types. */
const expectsText = (issue: Issue): boolean =>
  issue.code === "invalid_union"
    ? issue.errors.some(([first]) => first !== undefined && first.path.length === 0 && expectsText(first))
    : issue.code === "invalid_type" && issue.expected === "string";

/** Settings that are compared character by character, so that only space around them is certainly a mistake. */
const EXACT = ["issuer", "audience", "jwksUri", "requiredClaims", "context", "audienceClaim"];

/** Returns the part or spelling of a text that has the expected form, such as the host of a URL. */
function formMeant(text: string, pattern: string, path: Path): string | undefined {
  if (looksSecret(text) || path.some((step) => holdsSecret(`${step}`))) return undefined;
  const form = new RegExp(pattern.slice(1, pattern.lastIndexOf("/")));
  const plain = text.trim().replace(/(\/|\.git)+$/, "");
  const { host, origin, pathname } = /^https?:\/\/[^/]/i.test(plain) && URL.canParse(plain) ? new URL(plain) : NO_URL;
  const lower = pattern.includes("A-Z") ? "" : plain.toLowerCase();
  const spellings = [
    plain,
    lower,
    host,
    origin,
    pathname.slice(1),
    /^[\w-]+\.[\w.-]+/.test(plain) ? `https://${plain}` : "",
  ];
  const [uuid = ""] = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.exec(plain) ?? [];
  const [first = "", ...rest] = plain.replace(/^https?:\/\//, "").split("/");
  const parts = [uuid.toLowerCase(), first, rest.length < 3 ? (rest.at(-1) ?? "") : "", host.split(".")[0] ?? ""];
  const isExact = path.some((step) => EXACT.includes(`${step}`));
  const forms = [text.trim(), ...(isExact ? [] : spellings), ...(path[0] === "authorizer" && !isExact ? parts : [])];
  const found = forms.find((each) => each !== "" && form.test(each));
  return found === undefined ? undefined : `Did you mean \`${found}\`?`;
}

const NO_URL = { host: "", origin: "", pathname: "" };

/** Returns whether the value is a mapping's source. There a static text needs single quotes inside the YAML quotes. */
const isMapping = ([root, , section]: Path): boolean =>
  root === "routes" && ["query", "headers", "path"].includes(`${section}`);
