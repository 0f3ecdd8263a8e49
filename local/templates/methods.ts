/**
 * The methods of Java's String, List, Map, Number and Boolean for templates. Only the methods in these tables exist: a
 * template cannot call a method of JavaScript.
 */
import { entriesOf, exactNumber } from "../../aws/json";
import { compareNumbers, isNumber, type JavaNumber, newDouble } from "./numbers";
import { BuiltIn, isEqual, isMap, type JavaMap, newMap, text } from "./values";

type Methods<T> = Readonly<Record<string, (self: T, args: readonly unknown[]) => unknown>>;

const int = (value: unknown): number => Math.trunc(Number(value));

const common: Methods<unknown> = {
  toString: (self: unknown) => text(self),
  equals: (self: unknown, [other]) =>
    (typeof self === typeof other || (isNumber(self) && isNumber(other))) && isEqual(self, other),
};

const strings: Methods<string> = {
  length: (self) => self.length,
  isEmpty: (self) => self === "",
  contains: (self, [part]) => self.includes(text(part)),
  equalsIgnoreCase: (self, [other]) => self.toLowerCase() === text(other).toLowerCase(),
  startsWith: (self, [part]) => self.startsWith(text(part)),
  endsWith: (self, [part]) => self.endsWith(text(part)),
  indexOf: (self, [part, from]) => self.indexOf(text(part), int(from ?? 0)),
  lastIndexOf: (self, [part, from]) => self.lastIndexOf(text(part), from === undefined ? undefined : int(from)),
  charAt: (self, [index]) => self[int(index)],
  concat: (self, [other]) => self + text(other),
  compareTo: (self, [other]) => compareTexts(self, text(other)),
  substring: (self, [from, to]) => {
    const [start, end] = [int(from), to === undefined ? self.length : int(to)];
    return start < 0 || end > self.length || start > end ? undefined : self.slice(start, end);
  },
  toLowerCase: (self) => self.toLowerCase(),
  toUpperCase: (self) => self.toUpperCase(),
  trim: (self) => self.replace(/^[\0-\x20]+|[\0-\x20]+$/g, ""),
  replace: (self, [from, to]) => self.split(text(from)).join(text(to)),
  replaceAll: (self, [pattern, to]) => self.replace(javaPattern(pattern, "g"), replacement(to)),
  replaceFirst: (self, [pattern, to]) => self.replace(javaPattern(pattern), replacement(to)),
  matches: (self, [pattern]) => javaPattern(pattern, "", (whole) => `(?<![^])(?:${whole})(?![^])`).test(self),
  split: (self, [pattern, limit]) => split(self, javaPattern(pattern, "g"), int(limit ?? 0)),
};

/** Java's flags stand in front, as in `(?i)`. */
function javaPattern(pattern: unknown, flags = "", around = (source: string) => source): RegExp {
  const [, inline = "", source = ""] = /^(?:\(\?([ims]+)\))?(.*)$/s.exec(text(pattern)) ?? [];
  return new RegExp(around(source), flags + inline);
}

/** The difference of the first characters that differ, or of the lengths. */
function compareTexts(self: string, other: string): number {
  for (let at = 0; at < Math.min(self.length, other.length); at++) {
    if (self[at] !== other[at]) return self.charCodeAt(at) - other.charCodeAt(at);
  }
  return self.length - other.length;
}

/** At most `limit` parts. With 0, all, without the empty ones at the end; with less than 0, all. */
function split(self: string, pattern: RegExp, limit: number): string[] {
  const parts: string[] = [];
  let start = 0;
  for (const { 0: separator, index } of self.matchAll(pattern)) {
    if (parts.length + 1 === limit) break;
    // An empty match at the beginning separates nothing.
    if (index + separator.length === 0) continue;
    parts.push(self.slice(start, index));
    start = index + separator.length;
  }
  parts.push(self.slice(start));
  if (limit === 0) while (self !== "" && parts.at(-1) === "") parts.pop();
  return parts;
}

/** Converts Java's `$1` and `\$` to JavaScript's `$1` and `$$`. */
const replacement = (to: unknown): string => text(to).replace(/\\\$/g, "$$$$").replace(/\$0/g, "$$&");

const lists: Methods<unknown[]> = {
  size: (self) => self.length,
  isEmpty: (self) => self.length === 0,
  get: (self, [index]) => self[int(index)],
  contains: (self, [item]) => self.some((other) => isEqual(other, item)),
  indexOf: (self, [item]) => self.findIndex((other) => isEqual(other, item)),
  add: (self, args) => {
    if (args.length > 1) self.splice(int(args[0]), 0, args[1]);
    else self.push(args[0]);
    return true;
  },
  addAll: (self, [items]) => {
    if (Array.isArray(items)) self.push(...items);
    return Array.isArray(items);
  },
  set: (self, [index, item]) => self.splice(int(index), 1, item)[0],
  remove: (self, [item]) => {
    const index = isNumber(item) ? Number(item) : self.findIndex((other) => isEqual(other, item));
    return self.splice(index, index < 0 ? 0 : 1)[0];
  },
  clear: (self) => void self.splice(0),
  subList: (self, [from, to]) => self.slice(int(from), int(to)),
};

const maps: Methods<JavaMap> = {
  size: (self) => Object.keys(self).length,
  isEmpty: (self) => Object.keys(self).length === 0,
  get: (self, [key]) => (Object.hasOwn(self, text(key)) ? self[text(key)] : undefined),
  getOrDefault: (self, [key, other]) => (Object.hasOwn(self, text(key)) ? self[text(key)] : other),
  containsKey: (self, [key]) => Object.hasOwn(self, text(key)),
  containsValue: (self, [value]) => Object.values(self).some((other) => isEqual(other, value)),
  keySet: (self) => entriesOf(self).map(([key]) => key),
  values: (self) => entriesOf(self).map(([, value]) => value),
  entrySet: (self) => entriesOf(self).map(([key, value]) => newMap(Object.entries({ key, value }))),
  put: (self, [key, value]) => {
    const before = self[text(key)];
    self[text(key)] = value;
    return before;
  },
  putAll: (self, [other]) => {
    if (isMap(other)) Object.assign(self, other);
  },
  remove: (self, [key]) => {
    const before = self[text(key)];
    delete self[text(key)];
    return before;
  },
};

const numbers: Methods<JavaNumber> = {
  // A static method, which templates call on any number: `#set($Integer = 0)`.
  parseInt: (_, [digits]) => (/^[-+]?\d+$/.test(text(digits)) ? exactNumber(String(BigInt(text(digits)))) : undefined),
  intValue: (self) => toWhole(self, 32),
  longValue: (self) => toWhole(self, 64),
  doubleValue: (self) => newDouble(Number(self)),
  compareTo: (self, [other]) => (isNumber(other) ? compareNumbers(self, other) : undefined),
};

/** Java's narrowing: the fraction is cut off, then the bits that fit are kept. */
function toWhole(self: JavaNumber, bits: number): JavaNumber {
  const text = String(self);
  const value = /^-?\d+$/.test(text) ? BigInt(text) : BigInt(Math.trunc(Number(text)) || 0);
  return exactNumber(String(BigInt.asIntN(bits, value)));
}

/** Calls a method. Returns undefined if it does not exist, as Velocity does. */
export function callMethod(self: unknown, name: string, args: readonly unknown[]): unknown {
  if (self instanceof BuiltIn) return Object.hasOwn(self.methods, name) ? self.methods[name]?.(args) : undefined;
  if (typeof self === "string") return call(strings, self, name, args);
  if (isNumber(self)) return call(numbers, self, name, args);
  if (Array.isArray(self)) return call<unknown[]>(lists, self, name, args);
  if (!isMap(self)) return call({}, self, name, args);
  const getter = /^get([A-Z])(.*)$/.exec(name);
  const key = getter && args.length === 0 ? `${getter[1]?.toLowerCase()}${getter[2]}` : undefined;
  return key !== undefined && Object.hasOwn(self, key) ? self[key] : call(maps, self, name, args);
}

function call<T>(methods: Methods<T>, self: T, name: string, args: readonly unknown[]): unknown {
  if (Object.hasOwn(methods, name)) return methods[name]?.(self, args);
  return Object.hasOwn(common, name) ? common[name]?.(self, args) : undefined;
}
