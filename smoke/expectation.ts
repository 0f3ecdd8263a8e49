/**
 * Parses expectations for messages: `/a regex/`, `{"a":"JSON subset"}`, or any other text that a message must contain.
 */
import { messageOf } from "../terminal/error";
import { OptionsError } from "./errors";

export interface Expectation {
  readonly text: string;
  readonly matches: (message: string) => boolean;
}

/** Parses an expectation. @throws OptionsError for an invalid regular expression */
export function parseExpectation(text: string): Expectation {
  const [, pattern, flags = ""] = /^\/(.+)\/([a-z]*)$/s.exec(text) ?? [];
  if (pattern !== undefined) {
    try {
      // The flags g and y are removed, because with them a match depends on the previous one.
      const regex = new RegExp(pattern, flags.replace(/[gy]/g, ""));
      return { text, matches: (message) => regex.test(message) };
    } catch (error) {
      throw new OptionsError(`${text} is not a regular expression: ${messageOf(error)}.`);
    }
  }
  const expected = /^\s*[{[]/.test(text) ? parseJson(text) : undefined;
  if (expected === undefined) return { text, matches: (message) => message.includes(text) };
  return {
    text,
    matches: (message) => {
      const actual = parseJson(message);
      return actual !== undefined && contains(actual, expected);
    },
  };
}

/**
 * Returns whether every member of `expected` is in `actual`. Arrays must have the same length; other values must be
 * equal.
 */
export function contains(actual: unknown, expected: unknown): boolean {
  if (Array.isArray(expected)) {
    return (
      Array.isArray(actual) &&
      actual.length === expected.length &&
      expected.every((item, i) => contains(actual[i], item))
    );
  }
  if (typeof expected === "object" && expected !== null) {
    if (typeof actual !== "object" || actual === null || Array.isArray(actual)) return false;
    const members = new Map<string, unknown>(Object.entries(actual));
    return Object.entries(expected).every(([name, value]) => members.has(name) && contains(members.get(name), value));
  }
  return actual === expected;
}

/** Parses JSON. Returns undefined, which is not a JSON value, if the text is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
