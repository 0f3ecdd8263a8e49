/**
 * Java's numbers on JavaScript's, as Velocity 1.7 calculates: whole numbers of any size, and doubles, which print their
 * fraction (`2.0`). A `JsonNumber` is one that JavaScript would print in another way.
 */
import { exactNumber, JsonNumber } from "../../aws/json";

export type JavaNumber = number | JsonNumber;

export const isNumber = (value: unknown): value is JavaNumber =>
  typeof value === "number" || value instanceof JsonNumber;

/** A whole number as a bigint, a double as a number. */
function exact(value: JavaNumber): number | bigint {
  const text = String(value);
  return /^-?\d+$/.test(text) ? BigInt(text) : Number(text);
}

/** Evaluates an operator. Returns undefined if Java would throw. */
export function calculate(operator: string, left: JavaNumber, right: JavaNumber): JavaNumber | undefined {
  if (Number.isSafeInteger(left) && Number.isSafeInteger(right) && operator !== "/" && operator !== "%") {
    const quick = DOUBLE[operator]?.(Number(left), Number(right));
    if (quick === undefined || Number.isSafeInteger(quick)) return quick;
  }
  const [a, b] = [exact(left), exact(right)];
  // Velocity 1.7 rejects a zero on the right for doubles too.
  if (Number(b) === 0 && (operator === "/" || operator === "%")) return undefined;
  if (typeof a === "bigint" && typeof b === "bigint") {
    const result = WHOLE[operator]?.(a, b);
    return result === undefined ? undefined : exactNumber(String(result));
  }
  const result = DOUBLE[operator]?.(Number(a), Number(b));
  return result === undefined ? undefined : newDouble(result);
}

const WHOLE: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
};

const DOUBLE: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
};

/** Negative, zero or positive, as left is less than, equal to or greater than right. */
export function compareNumbers(left: JavaNumber, right: JavaNumber): number {
  const [a, b] = typeof left === "number" && typeof right === "number" ? [left, right] : [exact(left), exact(right)];
  return a < b ? -1 : Number(a > b);
}

/** A double, which prints as with `Double.toString`: 2.0, 1.0E10. */
export function newDouble(value: number): JavaNumber {
  return exactNumber(doubleText(value));
}

function doubleText(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return String(value);
  if (size === 0 || (size >= 1e-3 && size < 1e7)) {
    const text = Object.is(value, -0) ? "-0" : String(value);
    return text.includes(".") ? text : `${text}.0`;
  }
  const [digits = "", exponent = ""] = value.toExponential().split("e");
  return `${digits.includes(".") ? digits : `${digits}.0`}E${Number(exponent)}`;
}
