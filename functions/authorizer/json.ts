/** JSON and base64url, read strictly: one spelling per value, and objects where objects belong. */
import { insist } from "./errors";
import { isUtf8 } from "./node";

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The value itself where it is an object, else one without members. */
export const objectOf = (value: unknown): JsonObject => (isObject(value) ? value : {});

/** The value itself where it is a list, else an empty one. */
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** An object's own member: `constructor` and the like are nobody's claim. */
export const member = (object: JsonObject, name: string): unknown =>
  Object.hasOwn(object, name) ? object[name] : undefined;

/** Bytes of base64url in its canonical spelling (RFC 4648 section 3.5): no padding, no white space, no bits left over. */
export function decodeBase64url(text: string): Buffer {
  const bytes = Buffer.from(text, "base64url");
  insist(bytes.toString("base64url") === text, "token_malformed");
  return bytes;
}

/** Undefined for what is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return;
  }
}

/** A JSON object in UTF-8, without replacement characters and without a byte order mark, which `JSON.parse` refuses. */
export function parseObject(bytes: Buffer): JsonObject {
  const value = isUtf8(bytes) && parseJson(bytes.toString());
  insist(isObject(value), "token_malformed");
  return value;
}
