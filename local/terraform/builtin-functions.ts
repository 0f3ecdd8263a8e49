/** The functions of Terraform that stacks with an API use: https://developer.hashicorp.com/terraform/language/functions */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { TerraformError } from "./error";
import {
  asFlag,
  asList,
  asNumber,
  asObject,
  asText,
  describe,
  encodeJson,
  equal,
  isObject,
  type Value,
} from "./values";

type Fn = (args: readonly Value[], folder: string) => Value;

const same: Fn = ([value = null]) => value;
const onText =
  (apply: (text: string) => Value): Fn =>
  (args) =>
    apply(asText(args[0]));
const digest = (algorithm: string, encoding: "hex" | "base64") => (bytes: string | Buffer) =>
  createHash(algorithm).update(bytes).digest(encoding);
const onFile =
  (apply: (bytes: Buffer) => Value): Fn =>
  ([path], folder) =>
    apply(read(asText(path), folder));

/** Functions by name. It is a Map, so that no name in an expression reaches an object's prototype. */
const FUNCTIONS: ReadonlyMap<string, Fn> = new Map<string, Fn>([
  ["abspath", ([path], folder) => resolve(folder, asText(path))],
  ["base64decode", onText((text) => Buffer.from(text, "base64").toString())],
  ["base64encode", onText((text) => Buffer.from(text).toString("base64"))],
  ["base64sha256", onText(digest("sha256", "base64"))],
  [
    "coalesce",
    (args) => args.find((value) => value !== null && value !== "") ?? fail("coalesce: all arguments are empty"),
  ],
  ["compact", ([list]) => asList(list).filter((value) => value !== null && value !== "")],
  ["concat", (lists) => lists.flatMap(asList)],
  ["contains", ([list, value = null]) => asList(list).some((item) => equal(item, value))],
  ["distinct", ([list]) => distinct(asList(list))],
  ["element", ([list, index]) => element(asList(list), asNumber(index))],
  ["endswith", ([text, end]) => asText(text).endsWith(asText(end))],
  ["file", onFile((bytes) => bytes.toString())],
  ["filebase64", onFile((bytes) => bytes.toString("base64"))],
  ["filebase64sha256", onFile(digest("sha256", "base64"))],
  ["filemd5", onFile(digest("md5", "hex"))],
  ["filesha256", onFile(digest("sha256", "hex"))],
  ["flatten", ([list]) => flatten(asList(list))],
  ["format", ([format, ...args]) => formatted(asText(format), args)],
  ["join", ([separator, list]) => asList(list).map(asText).join(asText(separator))],
  ["jsondecode", onText(decode)],
  ["jsonencode", ([value = null]) => encodeJson(value)],
  ["keys", ([object]) => Object.keys(asObject(object)).sort()],
  ["length", ([value]) => length(value)],
  ["lookup", ([object, key, otherwise]) => lookup(asObject(object)[asText(key)], otherwise, asText(key))],
  ["lower", onText((text) => text.toLowerCase())],
  ["max", (numbers) => Math.max(...numbers.map(asNumber))],
  ["md5", onText(digest("md5", "hex"))],
  ["merge", (objects) => Object.assign({}, ...objects.filter((value) => value !== null).map(asObject))],
  ["min", (numbers) => Math.min(...numbers.map(asNumber))],
  ["nonsensitive", same],
  ["regex", ([pattern, text]) => regex(asText(pattern), asText(text))],
  ["replace", ([text, from, to]) => replace(asText(text), asText(from), asText(to))],
  ["sensitive", same],
  ["sha1", onText(digest("sha1", "hex"))],
  ["sha256", onText(digest("sha256", "hex"))],
  ["sha512", onText(digest("sha512", "hex"))],
  ["split", ([separator, text]) => asText(text).split(asText(separator))],
  ["startswith", ([text, start]) => asText(text).startsWith(asText(start))],
  ["substr", ([text, offset, count]) => substring(asText(text), asNumber(offset), asNumber(count))],
  ["tobool", ([value]) => asFlag(value)],
  ["tolist", ([list]) => asList(list)],
  ["tomap", ([object]) => asObject(object)],
  ["tonumber", ([value]) => asNumber(value)],
  ["toset", ([list]) => distinct(asList(list))],
  ["tostring", ([value]) => asText(value)],
  ["trimprefix", ([text, start]) => trimmed(asText(text), asText(start), "start")],
  ["trimspace", onText((text) => text.trim())],
  ["trimsuffix", ([text, end]) => trimmed(asText(text), asText(end), "end")],
  ["upper", onText((text) => text.toUpperCase())],
  ["urlencode", onText(encodeUrl)],
  [
    "values",
    ([object]) =>
      Object.entries(asObject(object))
        .sort(byKey)
        .map(([, value]) => value),
  ],
]);

export function call(name: string, args: readonly Value[], folder: string): Value {
  const apply = FUNCTIONS.get(name.replace(/^core::/, ""));
  if (!apply) {
    throw new TerraformError(
      "unsupported",
      `the function ${name} is not supported by the local gateway`,
      `Supported functions: ${[...FUNCTIONS.keys(), "can", "try"].join(", ")}`,
    );
  }
  return apply(args, folder);
}

function fail(problem: string, hint = ""): never {
  throw new TerraformError("value", problem, hint);
}

const byKey = ([a]: [string, Value], [b]: [string, Value]) => (a < b ? -1 : 1);

function read(path: string, folder: string): Buffer {
  try {
    return readFileSync(resolve(folder, path));
  } catch {
    return fail(`the file ${path} cannot be read`, "Synthesize the project again");
  }
}

function distinct(list: readonly Value[]): Value[] {
  return [...new Map(list.map((value) => [encodeJson(value), value])).values()];
}

function element(list: readonly Value[], index: number): Value {
  return list[index % list.length] ?? fail("element: the list is empty");
}

function flatten(list: readonly Value[]): Value[] {
  return list.flatMap((value) => (Array.isArray(value) ? flatten(value) : [value]));
}

function length(value: Value | undefined): number {
  if (typeof value === "string") return [...new Intl.Segmenter().segment(value)].length;
  if (Array.isArray(value)) return value.length;
  return isObject(value) ? Object.keys(value).length : fail(`length: ${describe(value)} has no length`);
}

function lookup(found: Value | undefined, otherwise: Value | undefined, key: string): Value {
  return found ?? otherwise ?? fail(`lookup: the object has no key ${JSON.stringify(key)}`);
}

function decode(text: string): Value {
  try {
    return JSON.parse(text);
  } catch {
    return fail("jsondecode: the text is not JSON");
  }
}

/** Replaces all occurrences. A pattern between slashes is a regular expression, as in Terraform. */
function replace(text: string, from: string, to: string): string {
  const [, pattern] = /^\/(.*)\/$/s.exec(from) ?? [];
  if (pattern === undefined) return text.split(from).join(to);
  try {
    return text.replace(new RegExp(pattern, "g"), to.replace(/\$\{(\w+)\}/g, "$$$1"));
  } catch {
    return fail(`replace: ${from} is not a regular expression`);
  }
}

function regex(pattern: string, text: string): Value {
  let found: RegExpExecArray | null;
  try {
    found = new RegExp(pattern).exec(text);
  } catch {
    return fail(`regex: ${pattern} is not a regular expression`);
  }
  if (!found) return fail(`regex: ${pattern} matches nothing`);
  if (found.groups) return { ...found.groups };
  return found.length > 1 ? found.slice(1) : found[0];
}

function substring(text: string, offset: number, count: number): string {
  const start = offset < 0 ? text.length + offset : offset;
  return text.slice(start, count < 0 ? undefined : start + count);
}

function trimmed(text: string, part: string, side: "start" | "end"): string {
  if (part === "") return text;
  if (side === "start") return text.startsWith(part) ? text.slice(part.length) : text;
  return text.endsWith(part) ? text.slice(0, -part.length) : text;
}

function encodeUrl(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/%20/g, "+");
}

function formatted(format: string, args: readonly Value[]): string {
  let next = 0;
  return format.replace(/%(.)/g, (verb, letter: string) => {
    if (letter === "%") return "%";
    const value = args[next++] ?? null;
    if (letter === "s") return asText(value);
    if (letter === "d") return String(Math.trunc(asNumber(value)));
    if (letter === "q") return JSON.stringify(asText(value));
    if (letter === "v") return isObject(value) || Array.isArray(value) ? encodeJson(value) : asText(value);
    return fail(`format: the verb ${verb} is not supported`);
  });
}
