/** Strict parsers for JSON and base64url. */
import { denyUnless } from "./errors";
import { isUtf8 } from "./node";

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  !!value && typeof value === "object" && !Array.isArray(value);

/** The value if it is an object, otherwise an empty object. */
export const objectOf = (value: unknown): JsonObject => (isObject(value) ? value : {});

/** The value if it is a list, otherwise an empty list. */
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** An object's own member, so that inherited names such as `constructor` are not found. */
export const member = (object: JsonObject, name: string): unknown =>
  Object.hasOwn(object, name) ? object[name] : undefined;

/** Decodes canonical base64url (RFC 4648 section 3.5): no padding, no white space, no unused bits. @throws {Denied} */
export function decodeBase64url(text: string): Buffer {
  const bytes = Buffer.from(text, "base64url");
  denyUnless(bytes.toString("base64url") === text, "token_malformed");
  return bytes;
}

/**
 * Returns a parsed JSON object with each number as it is in its text, digit for digit. JavaScript writes it so itself unless
 * the text has a fraction, an exponent, 16 digits or a zero that begins a number.
 */
export const withDigits = (parsed: JsonObject, text: string): unknown =>
  /[:,[\s]-?(0|\d+[.e]|\d{16})/i.test(text)
    ? JSON.parse(text.replace(/"(?:\\.|[^"\\])*"|[-\d][-+.\deE]*/g, (part) => (part[0] === '"' ? part : `"${part}"`)))
    : parsed;

/** Parses a JSON object in valid UTF-8. `JSON.parse` rejects a byte order mark. @throws {Denied} */
export function parseObject(bytes: Buffer): JsonObject {
  let value: unknown;
  try {
    value = isUtf8(bytes) && JSON.parse(bytes.toString());
  } catch {
    // Not JSON, and so not an object.
  }
  denyUnless(isObject(value), "token_malformed");
  return value;
}
