/** Shortens texts for the trace and masks the secrets in them. */
import { isSecretName } from "../../terminal/mask";
import { looksSecret, secretsIn } from "../../terminal/secret-look";

const PREVIEW_CHARACTERS = 4096;
/** Bytes of a text of which {@link preview} needs no more: a character has up to three in UTF-8, one more shows that it goes on. */
export const PREVIEW_BYTES = 3 * (PREVIEW_CHARACTERS + 1);

/** The beginning of a body or message, with what looks like a token, a key or a password masked. */
export function preview(text: string): string {
  // A copy: in V8, a slice keeps the whole text in memory.
  const start = () => Buffer.from(text.slice(0, PREVIEW_CHARACTERS)).toString();
  const shown = text.length > PREVIEW_CHARACTERS ? `${start()}…` : text;
  return secretsIn(shown).reduce((masked, secret) => masked.replaceAll(secret, mask(secret)), shown);
}

export function mask(value: string): string {
  return `<masked, ${value.length} characters>`;
}

/** The value, masked if its name says that it is a secret, `secrets` lists it, or it looks like one. */
export function maskNamed(name: string, value: string, secrets: ReadonlySet<string> = NO_NAMES): string {
  return isSecretName(name) || secrets.has(name.toLowerCase()) || looksSecret(value) ? mask(value) : value;
}

/** Random, but a nonce: https://www.rfc-editor.org/rfc/rfc6455#section-4.1 */
const NOT_SECRET = /^sec-websocket-key$/i;
/** A trace id of X-Ray. The gateway generates one for each request, so it is not searched for secrets. */
const TRACE_ID = /^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/;

/** Names and values that are not secret. The headers of a request are often those of the one before. */
const plain = { names: new Set<string>(), values: new Set<string>() };
const MAX_PLAIN = 500;

function maskHeader(name: string, value: string, secrets: ReadonlySet<string>): string {
  if (!isPlain(plain.names, name, isSecretName) || secrets.has(name.toLowerCase())) return mask(value);
  return TRACE_ID.test(value) || isPlain(plain.values, value, looksSecret) ? value : mask(value);
}

function isPlain(known: Set<string>, text: string, isSecret: (text: string) => boolean): boolean {
  if (known.has(text)) return true;
  if (isSecret(text)) return false;
  if (known.size === MAX_PLAIN) known.clear();
  known.add(text);
  return true;
}

/** Headers by name; a repeated one has its values joined. `list`: alternating names and values. */
export function maskHeaders(list: readonly string[], secrets: ReadonlySet<string> = NO_NAMES): Record<string, string> {
  const shown: Record<string, string> = {};
  for (let i = 0; i + 1 < list.length; i += 2) {
    const name = list[i] ?? "";
    const text = list[i + 1] ?? "";
    const value = NOT_SECRET.test(name) ? text : maskHeader(name, text, secrets);
    shown[name] = shown[name] === undefined ? value : `${shown[name]}, ${value}`;
  }
  return shown;
}

/** A path or URL with the secret parameters of its query string masked. */
export function maskUrl(url: string, secrets: ReadonlySet<string> = NO_NAMES): string {
  const start = url.indexOf("?");
  if (start < 0) return url;
  const query = url.slice(start + 1).split("&");
  const masked = query.map((pair) => {
    const equals = pair.indexOf("=");
    if (equals < 0) return pair;
    const name = pair.slice(0, equals);
    return `${name}=${maskNamed(decodeQuietly(name), pair.slice(equals + 1), secrets)}`;
  });
  return `${url.slice(0, start + 1)}${masked.join("&")}`;
}

function decodeQuietly(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const NO_NAMES: ReadonlySet<string> = new Set();
