/** The kinds of value in a configuration. Each has a phrase that completes the message "expected …". */
import * as z from "zod/mini";
import { LOG_RETENTION_DAYS } from "../../aws/limits";

/**
 * Registers the description for the JSON Schema and the manual. `z.describe` would copy the schema each time, which
 * doubles the time to build the schemas. A schema with an `id` is written once in the JSON Schema and referenced.
 */
export function describe<T extends z.core.$ZodType>(schema: T, description: string | undefined, id?: string): T {
  if (description !== undefined) z.globalRegistry.add(schema, id === undefined ? { description } : { description, id });
  return schema;
}

/** A text that matches a pattern. */
export const text = (expected: string, pattern: RegExp, description?: string) =>
  describe(z.string(expected).check(z.regex(pattern, expected)), description);

export const oneOf = <const T extends readonly [string, ...string[]]>(values: T, description?: string) =>
  describe(z.enum(values, `one of ${values.map((value) => `\`${value}\``).join(", ")}`), description);

export const flag = (description: string) => describe(z.boolean("true or false"), description);

export function whole(from: number, to: number, what: string, description?: string) {
  const expected = `${what}, a whole number from ${from} to ${to}`;
  return describe(z.number(expected).check(z.int(expected), z.gte(from, expected), z.lte(to, expected)), description);
}

export const list = <T extends z.core.SomeType>(item: T, expected: string, description?: string) =>
  describe(z.array(item, expected).check(z.minLength(1, expected)), description);

/** A map with any keys, all with the same kind of value. */
export const record = <T extends z.core.SomeType>(value: T, expected: string, description?: string) =>
  describe(z.record(ANY_KEY, value, expected), description);
const ANY_KEY = z.string();

/** A map with known keys only. Its message about an unknown key is the list of the known ones. */
export function map<T extends z.core.$ZodLooseShape>(shape: T, expected = "a map", description?: string) {
  const known = Object.keys(shape).join(", ");
  const error = (issue: z.core.$ZodRawIssue) => (issue.code === "unrecognized_keys" ? known : expected);
  return describe(z.strictObject(shape, { error }), description);
}

/** One of several kinds of value. */
export const either = <const T extends readonly z.core.SomeType[]>(kinds: T, expected: string, description: string) =>
  describe(z.union(kinds, expected), description);

/** One value, or several. */
export const oneOrMore = <T extends z.core.SomeType>(item: T, expected: string, description: string) =>
  either([item, list(item, expected)], expected, description);

/** The highest port is 65535. */
const PORT = "(:([1-5]?\\d{1,4}|6([0-4]\\d{3}|5([0-4]\\d{2}|5([0-2]\\d|3[0-5])))))?";
const URL_PATH = "(\\/[A-Za-z0-9\\-._~!$&'()*+,;=:@%/{}]*)?";
/** `http[s]://host[:port][/path]`, without query string or fragment. */
export const HTTP_URL = new RegExp(`^https?:\\/\\/[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?${PORT}${URL_PATH}$`);
/** The same, or only its path. */
export const HTTP_URL_OR_PATH = new RegExp(`^(https?:\\/\\/[A-Za-z0-9.-]+${PORT})?${URL_PATH}$`);
/** The same, perhaps with a query string. */
export const HTTP_URL_WITH_QUERY = new RegExp(HTTP_URL.source.replace(/\$$/, "(\\?[A-Za-z0-9._~!&'()*+,;=:@%/?-]*)?$"));

/** Names of claims with dots between them, none of them empty. A selector of JSONPath, such as `roles[0]`, is no name. */
export const CLAIM_PATH = /^(?!.*(?<!\\)\.(\.|$))(?!\.)[^\s$%{}'"[\]]{1,256}$/;

/**
 * Returns the end of a description, such as `Default: 256.` The manual's column of defaults is generated from it. Texts
 * are in backquotes.
 */
export const byDefault = (value: string | number): string =>
  `Default: ${typeof value === "string" ? `\`${value}\`` : value}.`;

export const retentionDays = (description: string) =>
  describe(
    z.literal(LOG_RETENTION_DAYS, `days that CloudWatch Logs offers: ${LOG_RETENTION_DAYS.join(", ")}`),
    description,
  );
