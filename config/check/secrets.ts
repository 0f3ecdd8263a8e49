/** Keeps secrets that were pasted into the file out of messages about it: by the name of the key, or by the value's look. */
import { isSecretName, MASK, masker } from "../../terminal/mask";
import { looksSecret, secretsIn } from "../../terminal/secret-look";

/** What to do about a secret in the file. */
export const ROTATE = "The line is not shown, because it seems to hold a secret. Rotate a secret that was in a file.";

/** Settings whose names sound like a secret's, but whose values are choices. */
const CHOICES = new Set(["tokenUse", "token_use", "invalidToken", "authorizationType", "authorizationScopes"]);
/** Settings that may be a map, whose own settings hold no secret. */
const SETTINGS = new Set(["originSecret", "secret"]);
/** Sources of mappings, names of headers, and the words that stand for a secret. */
const REFERENCE =
  /^\$?(route|request|context|stageVariables|integration)\.|^x-[a-z-]+$|^(true|false|env|required|optional)$/i;

const holdsSecret = (key: string): boolean => isSecretName(key) && !CHOICES.has(key) && !/^(route|context)\./.test(key);

export class FileSecrets {
  /** Line, counted from 1, to the secrets in it. */
  private readonly lines = new Map<number, string[]>();
  private readonly mask: (text: string) => string;
  private readonly text: readonly string[];

  constructor(text: string) {
    const lines = text.split(/\r?\n/);
    this.text = lines;
    for (let index = 0; index < lines.length; index++) {
      const line = lines[index] ?? "";
      const below = blockBelow(lines, index).map((each) => each.replace(/^[\s-]+/, "").trim());
      const found = entriesOf(line).flatMap(([key, value]) => (isSecret(key, value) ? spellings(value) : []));
      if (found.length + below.length > 0 || looksSecret(line)) {
        const secrets = [...found, ...secretsIn(line), ...below, below.join(" ")];
        for (let at = 0; at <= below.length; at++) this.lines.set(index + 1 + at, secrets);
      }
      index += below.length;
    }
    // Lines of one value share their list.
    this.mask = masker([...new Set(this.lines.values())].flat());
  }

  has(line: number): boolean {
    return this.lines.has(line);
  }

  /** The line, if it can be shown. */
  excerpt(line: number): string | undefined {
    const text = this.text[line - 1] ?? "";
    return this.has(line) || text.length > LONGEST ? undefined : text;
  }

  /** A message about the line, without the file's secrets, and without quotes of a part of the line's. */
  hide(message: string, line: number): string {
    const here = this.lines.get(line) ?? [];
    return this.mask(message).replace(/`([^`]+)`/g, (quoted, text: string) => {
      const part = text.replace(/^[&*!"']+|["'…]+$/g, "");
      return looksSecret(text) || here.some((secret) => secret === part || (part.length > 3 && secret.includes(part)))
        ? `\`${MASK}\``
        : quoted;
    });
  }
}

function isSecret(key: string, value: string): boolean {
  return (
    value !== "" && ((holdsSecret(key) && !REFERENCE.test(value.replace(/^["']|["']$/g, ""))) || looksSecret(value))
  );
}

/** Longer lines are never shown. */
const LONGEST = 2000;

/** The keys in a line and what follows them, also within `{…}`. */
function entriesOf(whole: string): [key: string, value: string][] {
  const line = whole.slice(0, LONGEST);
  const brace = line.indexOf("{");
  const found = line.matchAll(/(?<=^|[\s{,])(["']?)([\w.$/-]+)\1\s*:(?=\s|$)/g);
  return [...found].flatMap((entry): [string, string][] => {
    const rest = line.slice(entry.index + entry[0].length).trim();
    const within = brace >= 0 && brace < entry.index;
    const value = within ? (/^("[^"]*"|'[^']*'|[^,}]*)/.exec(rest)?.[0] ?? rest).trim() : rest;
    // The entries of a map are found by themselves.
    return SETTINGS.has(entry[2] ?? "") && /^[[{]/.test(value) ? [] : [[entry[2] ?? "", value]];
  });
}

/** The value as it is written, and as YAML reads it. */
function spellings(source: string): string[] {
  const value = source.replace(/\s+#.*$/, "");
  const quoted = /^(["'])(.*)\1$/.exec(value);
  // A tag, an anchor, an alias or a block's head is a word of its own.
  if (!quoted) return [source, value, ...(/^[!&*|>]/.test(value) ? value.split(/\s+/) : [])];
  const [, quote, inner = ""] = quoted;
  return [source, value, inner, quote === "'" ? inner.replaceAll("''", "'") : inner.replace(/\\(.)/g, "$1")];
}

/** The further lines of a secret's value: those below its key, or those of a private key. */
function blockBelow(lines: readonly string[], index: number): string[] {
  const line = lines[index] ?? "";
  let end = index + 1;
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(line)) {
    while (end < lines.length && !lines[end - 1]?.includes("-----END")) end++;
    return lines.slice(index + 1, end);
  }
  const [, indent = "", key = "", value = ""] = /^(\s*(?:- )*)["']?([\w.$/-]+)["']?\s*:\s*(.*)$/.exec(line) ?? [];
  if (!holdsSecret(key) || REFERENCE.test(value) || (SETTINGS.has(key) && value === "")) return [];
  const isBelow = (each: string) =>
    each.trim() === "" || each.startsWith(`${indent} `) || each.startsWith(`${indent}- `);
  while (end < lines.length && isBelow(lines[end] ?? "")) end++;
  return lines.slice(index + 1, end);
}
