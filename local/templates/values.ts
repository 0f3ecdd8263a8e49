/** Java's rules for the values of a template, on JavaScript's: text, numbers, booleans, null, lists (arrays) and maps. */
import { entriesOf, JsonNumber, orderedObject } from "../../aws/json";
import { calculate, compareNumbers, isNumber } from "./numbers";

/** `$input`, `$util` and a map's entries: an object that has only these methods and fields. */
export class BuiltIn {
  constructor(
    readonly methods: Readonly<Record<string, (args: readonly unknown[]) => unknown>>,
    readonly fields: Readonly<Record<string, unknown>> = {},
    readonly text = () => "",
  ) {}
}

export type JavaMap = Record<string, unknown>;

export const isMap = (value: unknown): value is JavaMap =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof BuiltIn) &&
  !(value instanceof JsonNumber);

/** Creates a map without a prototype, so that a template reaches only data. Its entries keep their order. */
export const newMap = (entries: Iterable<readonly [string, unknown]> = []): JavaMap => orderedObject(entries);

/** Returns a deep copy, so that a template cannot change the original. */
export function copy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copy);
  return isMap(value) ? newMap(entriesOf(value).map(([key, item]) => [key, copy(item)])) : value;
}

export function field(value: unknown, key: unknown): unknown {
  if (Array.isArray(value)) return Number.isInteger(Number(key)) ? value[Number(key)] : undefined;
  if (value instanceof BuiltIn) return Object.hasOwn(value.fields, String(key)) ? value.fields[String(key)] : undefined;
  return isMap(value) && Object.hasOwn(value, String(key)) ? value[String(key)] : undefined;
}

/** Returns the text of Java's `toString()`: lists as `[1, 2]`, maps as `{a=1}`. */
export function text(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return `[${value.map(text).join(", ")}]`;
  if (value instanceof BuiltIn) return value.text();
  if (isMap(value)) {
    const entries = entriesOf(value).map(([key, item]) => `${key}=${text(item)}`);
    return `{${entries.join(", ")}}`;
  }
  return String(value);
}

/** Returns whether a condition is true. Only null and false are false; an empty text and zero are true. */
export const isTrue = (value: unknown): boolean => value !== null && value !== undefined && value !== false;

/** Compares values of one class by value, and values of two classes by their text, so that `1 == "1"`. */
export function isEqual(left: unknown, right: unknown): boolean {
  const missing = left === null || left === undefined;
  if (missing || right === null || right === undefined) return missing && (right === null || right === undefined);
  if (isNumber(left) && isNumber(right)) return compareNumbers(left, right) === 0;
  return typeof left === typeof right && typeof left !== "object" ? left === right : text(left) === text(right);
}

/** Evaluates an operator. Returns undefined if Java would throw. Velocity then prints the reference as written. */
export function arithmetic(operator: string, left: unknown, right: unknown): unknown {
  if (operator === "+" && (typeof left === "string" || typeof right === "string")) {
    return left === undefined || right === undefined ? undefined : text(left) + text(right);
  }
  return isNumber(left) && isNumber(right) ? calculate(operator, left, right) : undefined;
}

export function compare(operator: string, left: unknown, right: unknown): boolean {
  if (!isNumber(left) || !isNumber(right)) return false;
  const order = compareNumbers(left, right);
  if (operator === "<") return order < 0;
  if (operator === ">") return order > 0;
  return operator === "<=" ? order <= 0 : order >= 0;
}
