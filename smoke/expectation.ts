/**
 * Parses expectations for messages: `/a regex/`, `{"a":"JSON subset"}`, or any other text that a message must contain.
 */
import { JsonNumber, parseJson } from "../aws/json";
import { messageOf } from "../terminal/error";
import { OptionsError } from "./errors";

export interface Expectation {
  readonly text: string;
  readonly matches: (message: string) => boolean;
}

/**
 * Parses an expectation. A gateway's error frame satisfies only an expectation that contains the frame's message, such as
 * `Forbidden`: otherwise `message` would match `{"message": "Internal server error", …}`.
 *
 * @throws OptionsError for an invalid regular expression
 */
export function parseExpectation(text: string): Expectation {
  const { matches } = parseMatch(text);
  const asked = text.toLowerCase();
  return {
    text,
    matches: (message) => {
      if (!matches(message)) return false;
      const error = gatewayError(message);
      return error === undefined || asked.includes(error.toLowerCase());
    },
  };
}

/**
 * The message of an API Gateway's error frame; undefined where the text is none. Observed:
 * https://github.com/aws-samples/simple-websockets-chat-app/issues/24, and for invalid messages
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-request-validation.html
 */
export function gatewayError(text: string): string | undefined {
  const frame = parseJson(text);
  if (typeof frame !== "object" || frame === null || !("message" in frame)) return undefined;
  const names = Object.keys(frame).sort().join();
  const isError = names === "connectionId,message,requestId" || names === "connectionId,message,messageId";
  return isError && typeof frame.message === "string" ? frame.message : undefined;
}

function parseMatch(text: string): Expectation {
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
  if (isNumber(expected)) return isNumber(actual) && isSameNumber(actual, expected);
  if (typeof expected === "object" && expected !== null) {
    if (typeof actual !== "object" || actual === null || Array.isArray(actual)) return false;
    const members = new Map<string, unknown>(Object.entries(actual));
    return Object.entries(expected).every(([name, value]) => members.has(name) && contains(members.get(name), value));
  }
  return actual === expected;
}

/** By value, and whole numbers to the last digit: an id of 19 digits is not its neighbour. */
function isSameNumber(one: number | JsonNumber, other: number | JsonNumber): boolean {
  const texts = [String(one), String(other)];
  return Number(one) === Number(other) && (!texts.every((text) => /^-?\d+$/.test(text)) || texts[0] === texts[1]);
}

const isNumber = (value: unknown): value is number | JsonNumber =>
  typeof value === "number" || value instanceof JsonNumber;
