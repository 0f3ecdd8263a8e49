/** Masks secrets in messages about the file. It recognizes them by the name of the key or by the form of the value. */
import { isSecretName, MASK, masker } from "../../terminal/mask";
import { looksSecret, secretsIn } from "../../terminal/secret-look";

/** Advice about a secret in the file. */
export const ROTATE = "The line is not shown, because it seems to contain a secret. If it does, rotate that secret.";

/** Settings whose names look like those of secrets, but whose values are not secret. */
const CHOICES = new Set(["tokenUse", "token_use", "invalidToken", "authorizationType", "authorizationScopes"]);
/** Settings that may be a map. The settings in the map are not secret. */
const SETTINGS = new Set(["originSecret", "secret", "token", "jwt"]);
/** Values that are not secrets: sources of mappings, names of headers, and words that refer to a secret. */
const REFERENCE =
  /^\$?(route|request|context|stageVariables|integration)\.|^x-[a-z-]+$|^(true|false|env|required|optional|query|header|cookie)$|^(query|header|cookie)\.[a-z-]{1,40}$/i;

export const holdsSecret = (key: string): boolean =>
  isSecretName(key) && !CHOICES.has(key) && !/^(route|context)\./.test(key);

export class FileSecrets {
  /** Secrets by line. Lines count from 1. */
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

  /** Returns a line, or undefined if it must not be shown. */
  excerpt(line: number): string | undefined {
    const text = this.text[line - 1] ?? "";
    return this.has(line) || text.length > LONGEST ? undefined : text;
  }

  /** Masks the file's secrets in a message about a line, and quotes of a part of the line's secrets. */
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

/** `token: { cookie: NAME }`. A static value of a header has quotes. */
const isCookieName = (key: string, value: string): boolean => key === "cookie" && /^[\w.-]+$/.test(value);

function isSecret(key: string, value: string): boolean {
  if (isCookieName(key, value) && !looksSecret(value)) return false;
  return (
    value !== "" && ((holdsSecret(key) && !REFERENCE.test(value.replace(/^["']|["']$/g, ""))) || looksSecret(value))
  );
}

/** Maximum length of a line in a message, in characters. Longer lines are not shown. */
const LONGEST = 2000;

/** Returns the keys in a line and the text after each, also within `{…}`. */
function entriesOf(whole: string): [key: string, value: string][] {
  const line = whole.slice(0, LONGEST);
  const brace = line.indexOf("{");
  const found = line.matchAll(/(?<=^|[\s{,])(["']?)([\w.$/-]+)\1\s*:(?=\s|$)/g);
  return [...found].flatMap((entry): [string, string][] => {
    const rest = line.slice(entry.index + entry[0].length).trim();
    const within = brace >= 0 && brace < entry.index;
    const value = within ? (/^("[^"]*"|'[^']*'|[^,}]*)/.exec(rest)?.[0] ?? rest).trim() : rest;
    // The entries of a map are separate matches.
    return SETTINGS.has(entry[2] ?? "") && /^[[{]/.test(value) ? [] : [[entry[2] ?? "", value]];
  });
}

/** Returns a value as written, and as YAML parses it. */
function spellings(source: string): string[] {
  const value = source.replace(/\s+#.*$/, "");
  const quoted = /^(["'])(.*)\1$/.exec(value);
  // A tag, an anchor, an alias or the head of a block is a separate word.
  if (!quoted) return [source, value, ...(/^[!&*|>]/.test(value) ? value.split(/\s+/) : [])];
  const [, quote, inner = ""] = quoted;
  return [source, value, inner, quote === "'" ? inner.replaceAll("''", "'") : inner.replace(/\\(.)/g, "$1")];
}

/** Returns the further lines of a secret's value: the lines below its key, or those of a private key. */
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
