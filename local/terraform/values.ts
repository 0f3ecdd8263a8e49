/** Terraform's values are JSON's; these are its conversions: https://developer.hashicorp.com/terraform/language/expressions/types#type-conversion */
import { TerraformError } from "./error";

export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };
export type ObjectValue = { readonly [key: string]: Value };

export function isObject(value: Value | undefined): value is ObjectValue {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function describe(value: Value | undefined): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

function unfit(value: Value | undefined, wanted: string): never {
  throw new TerraformError("value", `expected ${wanted}, got ${describe(value)}`, "");
}

export function asText(value: Value | undefined): string {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : unfit(value, "a string");
}

export function asNumber(value: Value | undefined): number {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : unfit(value, "a number");
}

export function asFlag(value: Value | undefined): boolean {
  if (value === "true" || value === "false") return value === "true";
  return typeof value === "boolean" ? value : unfit(value, "true or false");
}

export function asList(value: Value | undefined): readonly Value[] {
  return Array.isArray(value) ? value : unfit(value, "a list");
}

export function asObject(value: Value | undefined): ObjectValue {
  return isObject(value) ? value : unfit(value, "an object");
}

/** An object whose values are strings, such as tags. */
export function asTexts(value: Value): Record<string, string> {
  return Object.fromEntries(Object.entries(asObject(value)).map(([key, item]) => [key, asText(item)]));
}

export function equal(left: Value, right: Value): boolean {
  return encodeJson(left) === encodeJson(right);
}

/** As Terraform's jsonencode: keys sorted, and `<`, `>`, `&` escaped, so that hashes of it are equal. */
export function encodeJson(value: Value): string {
  return stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function stringify(value: Value): string {
  if (Array.isArray(value)) return `[${value.map(stringify).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const entries = Object.keys(value).sort();
  return `{${entries.map((key) => `${JSON.stringify(key)}:${stringify(value[key] ?? null)}`).join(",")}}`;
}
