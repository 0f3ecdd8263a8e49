/** Types of option values: each has a placeholder for the help and parses the text on the command line. */
import { CodedError } from "./error";
import { didYouMean } from "./nearest";

/** Thrown if a command line, or the options of a library call, are invalid. */
export class UsageError extends CodedError {
  override readonly name: string = "UsageError";

  constructor(message: string, hint?: string, code = "usage") {
    super(code, message, hint);
  }
}

/** Type of an option's value. */
export interface Value<T> {
  /** Text after the option in the help, such as `NAME=VALUE` or `SECONDS`. */
  readonly placeholder: string;
  /** Parses the value. @throws UsageError whose message completes `--option text: ` */
  parse(text: string): T;
  /** Shows a default value in the help, as it is written on the command line. Without it: as text. */
  show?(value: T): string;
}

/** Any text. */
export const text = (placeholder: string): Value<string> => ({ placeholder, parse: (given) => given });

/** A text that matches. `expected` says which do, such as "an AWS region such as eu-west-1". */
export function matching(placeholder: string, pattern: RegExp, expected: string): Value<string> {
  return {
    placeholder,
    parse(given) {
      if (pattern.test(given)) return given;
      throw new UsageError(`expected ${expected}.`);
    },
  };
}

/** A whole number from `least` to `most`. */
export function wholeNumber(placeholder: string, least: number, most: number): Value<number> {
  return {
    placeholder,
    parse(given) {
      const number = /^\d{1,15}$/.test(given) ? Number(given) : Number.NaN;
      if (number >= least && number <= most) return number;
      throw new UsageError(`expected a whole number from ${least} to ${most}.`);
    },
  };
}

/** Any number above zero. */
export function positiveNumber(placeholder: string): Value<number> {
  return {
    placeholder,
    parse(given) {
      if (/^\d{1,15}(\.\d+)?$/.test(given) && Number(given) > 0) return Number(given);
      throw new UsageError("expected a number above zero.");
    },
  };
}

/** Seconds on the command line. The parsed value is in milliseconds. */
export const seconds: Value<number> = {
  placeholder: "SECONDS",
  parse(given) {
    const number = /^\d{1,5}(\.\d{1,3})?$/.test(given) ? Number(given) : 0;
    if (number > 0) return number * 1000;
    throw new UsageError("expected seconds, such as 10 or 0.5.");
  },
  show: (milliseconds) => String(milliseconds / 1000),
};

/** `NAME=VALUE`, or `NAME:VALUE` with optional spaces around the value. */
export function pair(separator: "=" | ":", placeholder = `NAME${separator}VALUE`): Value<readonly [string, string]> {
  return {
    placeholder,
    parse(given) {
      const at = given.indexOf(separator);
      if (at < 1) throw new UsageError(`expected ${placeholder}.`);
      const value = given.slice(at + 1);
      return [given.slice(0, at).trim(), separator === ":" ? value.trim() : value];
    },
  };
}

/** Returns the value whose text is given. @throws UsageError that lists all values and suggests the nearest one */
export function oneOf<T extends string | number | boolean>(given: string, values: readonly T[]): T {
  const found = values.find((value) => String(value) === given);
  if (found === undefined) throw notOneOf(given, values.map(String));
  return found;
}

/** Creates the error for a text that is not one of the names. A text with digits gets no suggestion. */
export function notOneOf(given: string, names: readonly string[]): UsageError {
  const hint = /\d/.test(given) ? undefined : didYouMean(given, names);
  return new UsageError(`\`${given}\` is not one of ${names.join(", ")}.`, hint);
}
