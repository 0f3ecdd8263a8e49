/** Hints for invalid values: the nearest valid spelling, or the part of the value that has the expected form. */
import type * as z from "zod/mini";
import { didYouMean } from "../../terminal/nearest";
import { looksSecret } from "../../terminal/secret-look";
import type { Node, Path } from "../document/tree";
import { holdsSecret } from "./secrets";

type Issue = z.core.$ZodIssue;

/** The hint for a text with `${…}` or `%{…}`, which Terraform would evaluate. */
export const SUBSTITUTION =
  "Placeholders such as `${…}` are not replaced in this file. Write the value itself, under `environments` if it differs.";

/** Returns the literal that was probably meant: YAML 1.2 has only `true` and `false`, and a quoted value is a text. */
function literalMeant(text: string): string | undefined {
  if (/^(yes|on|true)$/i.test(text)) return "Write `true`.";
  if (/^(no|off|false)$/i.test(text)) return "Write `false`.";
  return /^\d+$/.test(text) ? `Write ${text}, without quotes.` : undefined;
}

/** Returns what the user probably meant by an invalid value, or how to write it. */
export function hintFor(issue: Issue, node: Node, path: Path): string | undefined {
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
  // A long text is no address, and matching it takes time.
  if (text.length > 256 || looksSecret(text) || path.some((step) => holdsSecret(`${step}`))) return undefined;
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
