/**
 * The methods of Java's String, List, Map, Number and Boolean for templates. Only the methods in these tables exist: a
 * template cannot call a method of JavaScript.
 */
import { deleteMember, entriesOf, exactNumber, setMember } from "../../aws/json";
import { compareNumbers, isNumber, type JavaNumber, newDouble } from "./numbers";
import { BuiltIn, isEqual, isMap, type JavaMap, text } from "./values";

type Methods<T> = Readonly<Record<string, (self: T, args: readonly unknown[]) => unknown>>;

const int = (value: unknown): number => Math.trunc(Number(value));

const isWhole = (value: JavaNumber): boolean => /^-?\d+$/.test(String(value));

const common: Methods<unknown> = {
  toString: (self: unknown) => text(self),
  equals: (self: unknown, [other]) =>
    (isNumber(self) && isNumber(other) ? isWhole(self) === isWhole(other) : typeof self === typeof other) &&
    isEqual(self, other),
};

const strings: Methods<string> = {
  length: (self) => self.length,
  isEmpty: (self) => self === "",
  contains: (self, [part]) => self.includes(text(part)),
  equalsIgnoreCase: (self, [other]) => self.toLowerCase() === text(other).toLowerCase(),
  startsWith: (self, [part, from]) => self.startsWith(text(part), int(from ?? 0)),
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
  replace: (self, [from, to]) => self.replaceAll(text(from), () => text(to)),
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

/** What a method without a result returns: Velocity prints nothing for it. */
const VOID = "";

const lists: Methods<unknown[]> = {
  size: (self) => self.length,
  isEmpty: (self) => self.length === 0,
  get: (self, [index]) => self[int(index)],
  contains: (self, [item]) => self.some((other) => isEqual(other, item)),
  indexOf: (self, [item]) => self.findIndex((other) => isEqual(other, item)),
  add: (self, args) => {
    if (args.length > 1) self.splice(int(args[0]), 0, args[1]);
    else self.push(args[0]);
    return args.length > 1 ? VOID : true;
  },
  addAll: (self, [items]) => {
    if (Array.isArray(items)) self.push(...items);
    return Array.isArray(items);
  },
  set: (self, [index, item]) => self.splice(int(index), 1, item)[0],
  remove: (self, [item]) => {
    if (isNumber(item)) return self.splice(Number(item), Number(item) < 0 ? 0 : 1)[0];
    const index = self.findIndex((other) => isEqual(other, item));
    if (index >= 0) self.splice(index, 1);
    return index >= 0;
  },
  clear: (self) => {
    self.splice(0);
    return VOID;
  },
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
  entrySet: (self) => entriesOf(self).map(newEntry),
  put: (self, [key, value]) => {
    const before = self[text(key)];
    setMember(self, text(key), value);
    return before;
  },
  putAll: (self, [other]) => {
    if (!isMap(other)) return undefined;
    for (const [key, value] of entriesOf(other)) setMember(self, key, value);
    return VOID;
  },
  clear: (self) => {
    for (const key of Object.keys(self)) deleteMember(self, key);
    return VOID;
  },
  remove: (self, [key]) => {
    const before = self[text(key)];
    deleteMember(self, text(key));
    return before;
  },
};

function newEntry([key, value]: readonly [string, unknown]): BuiltIn {
  const print = () => `${key}=${text(value)}`;
  return new BuiltIn({ getKey: () => key, getValue: () => value, toString: print }, { key, value }, print);
}

const numbers: Methods<JavaNumber> = {
  // A static method, which templates call on any number: `#set($Integer = 0)`.
  parseInt: (_, [digits]) => (/^[-+]?\d+$/.test(text(digits)) ? exactNumber(String(BigInt(text(digits)))) : undefined),
  intValue: (self) => toWhole(self, 32),
  longValue: (self) => toWhole(self, 64),
  doubleValue: (self) => newDouble(Number(self)),
  compareTo: (self, [other]) => (isNumber(other) ? compareNumbers(self, other) : undefined),
};

/** Java's narrowing: of a whole number the bits that fit are kept, of a double the nearest number that fits. */
function toWhole(self: JavaNumber, bits: number): JavaNumber {
  const text = String(self);
  if (isWhole(self)) return exactNumber(String(BigInt.asIntN(bits, BigInt(text))));
  const most = 2n ** BigInt(bits - 1);
  const value = BigInt(Math.trunc(Math.min(Math.max(Number(text) || 0, -1e300), 1e300)));
  return exactNumber(String(value >= most ? most - 1n : value < -most ? -most : value));
}

/** Calls a method. Returns undefined if it does not exist, as Velocity does. */
export function callMethod(self: unknown, name: string, args: readonly unknown[]): unknown {
  if (self instanceof BuiltIn) return Object.hasOwn(self.methods, name) ? self.methods[name]?.(args) : undefined;
  if (typeof self === "string") return call(strings, self, name, args);
  if (isNumber(self)) return call(numbers, self, name, args);
  if (Array.isArray(self)) return call<unknown[]>(lists, self, name, args);
  return isMap(self) ? call(maps, self, name, args) : call({}, self, name, args);
}

function call<T>(methods: Methods<T>, self: T, name: string, args: readonly unknown[]): unknown {
  if (Object.hasOwn(methods, name)) return methods[name]?.(self, args);
  return Object.hasOwn(common, name) ? common[name]?.(self, args) : undefined;
}
