/** Masks secrets in output: known values, and values whose name says that they are secret. */
import { type Form, formsOf } from "./encodings";
import { isOrdinary, secretsIn } from "./secret-look";

const SECRET_NAME =
  /token|secret|passw(or)?d|passphrase|pwd|authorization|cookie|signature|credential|jwt|dsn$|conn(ection)?[-_]?str(ing)?$|(^|[-_])pass$|(api|access|private|encryption|customer|recovery)[-_]?key/i;
/** Names of settings that say where a secret is or how it is handled: `token_file_path`, `cookie_domain`, `tokenParameter`. */
const NO_SECRET =
  /[-_](files?|path|validation|arn|audience|domain|issuer|name|ttl|type)$|(variables?|parameters?)$|^kms[-_]/i;

/** The shell's current and previous folder. */
const FOLDERS = ["PWD", "OLDPWD"];

/** Returns whether a parameter, header or setting of this name contains a secret. */
export const isSecretName = (name: string): boolean =>
  SECRET_NAME.test(name) && !NO_SECRET.test(name) && !FOLDERS.includes(name);

/** The text that replaces a secret. */
export const MASK = "***";

/**
 * Returns a function that replaces every secret, and each line of it, by `***`, even if it is encoded or quoted. Values
 * that are too short or too common are not replaced: hiding `1` would make the text unreadable.
 *
 * @example masker(["pa$$word"])("password pa$$word, dXNlcjpwYSQkd29yZA==") // "password ***, ***"
 */
export function masker(secrets: Iterable<string>): (text: string) => string {
  const values = [...secrets].flatMap((secret) => [secret, ...secret.split(/[\r\n]+/).map((line) => line.trim())]);
  const forms = [...new Set(values)].filter((value) => !isOrdinary(value)).flatMap(formsOf);
  const unique = [...new Map(forms.map((form) => [form.text, form])).values()];
  return (text) => {
    // The text around a mask may form a secret again. The loop ends because every form is longer than the mask.
    for (let masked = text; ; ) {
      const spans = [...unique.flatMap((form) => occurrences(masked, form)), ...inBlocks(masked, unique)];
      if (spans.length === 0) return masked;
      masked = withoutSpans(masked, spans);
    }
  };
}

type Span = readonly [from: number, to: number];

function occurrences(text: string, { text: form, run }: Form): Span[] {
  const spans: Span[] = [];
  for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) {
    let [from, to] = [at, at + form.length];
    while (run && from > 0 && isBase64(text, from - 1)) from--;
    while (run && to < text.length && isBase64(text, to)) to++;
    spans.push([from, to]);
    if (run) at = to - 1;
  }
  return spans;
}

/** Lines of encoded text: programs break it after 76 characters (base64) or 60 (xxd). */
const BLOCK = /[A-Za-z0-9+/_=-]{20,}(?:\r?\n[ \t]*[A-Za-z0-9+/_=-]+)+/g;

/** The blocks that contain a form across a line's end. */
function inBlocks(text: string, forms: readonly Form[]): Span[] {
  if (!text.includes("\n")) return [];
  return [...text.matchAll(BLOCK)].flatMap(({ 0: block, index }): Span[] => {
    const joined = block.replace(/\s+/g, "");
    return forms.some((form) => joined.includes(form.text)) ? [[index, index + block.length]] : [];
  });
}

const isBase64 = (text: string, at: number) => /[A-Za-z0-9+/_=-]/.test(text.charAt(at));

/** Replaces each span by a mask. Spans that overlap get one mask. */
function withoutSpans(text: string, spans: readonly Span[]): string {
  let masked = "";
  let end = -1;
  for (const [from, to] of spans.toSorted(([a], [b]) => a - b)) {
    if (from > end) masked += `${text.slice(Math.max(end, 0), from)}${MASK}`;
    end = Math.max(end, to);
  }
  return masked + text.slice(end);
}

/** Returns a copy of a value with every string masked, at any depth. Property names are kept. */
export function maskTexts<T>(value: T, mask: (text: string) => string): T;
export function maskTexts(value: unknown, mask: (text: string) => string): unknown {
  if (typeof value === "string") return mask(value);
  if (Array.isArray(value)) return value.map((item) => maskTexts(item, mask));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, maskTexts(item, mask)]));
}

/**
 * Returns a URL without user information, and with `***` for the values of secret parameters ({@link isSecretName}).
 *
 * @example maskUrl("wss://me:pw@example.com/prod?token=abc&v=1") // "wss://example.com/prod?token=***&v=1"
 */
export function maskUrl(text: string): string {
  if (!URL.canParse(text)) return masker(secretsIn(text))(text.split("?", 1).join(""));
  const url = new URL(text);
  const query = [...url.searchParams].map(([name, value]) => {
    const shown = isSecretName(name) ? MASK : encodeURIComponent(value).replaceAll("%2C", ",");
    return `${encodeURIComponent(name)}=${shown}`;
  });
  return `${url.protocol}//${url.host}${url.pathname}${query.length ? `?${query.join("&")}` : ""}`;
}

/** A request that may contain secrets. */
export interface SecretHolder {
  readonly url: string;
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Values that are secret regardless of their names. */
  readonly secrets?: readonly string[] | undefined;
}

/** Returns the secret values of a request, for {@link masker}. */
export function secretsOf({ url: text, query = {}, headers = {}, secrets = [] }: SecretHolder): string[] {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const pairs = [...(url?.searchParams ?? []), ...Object.entries(query), ...Object.entries(headers)];
  const named = pairs.filter(([name]) => isSecretName(name)).map(([, value]) => value);
  return [...secrets, ...named, ...(url?.password ? [url.password, decoded(url.password)] : [])];
}

/** Decodes a password. One that is not valid percent-encoding is returned unchanged. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
