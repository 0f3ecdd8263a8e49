/**
 * JSONPath as API Gateway uses it in selection expressions, parameter mappings and templates: names, indexes, slices,
 * `*` and `..`, without filters and functions. Details that AWS does not document follow Jayway JsonPath, which AWS's
 * documentation refers to: negative indexes count from the end, a name has no blanks outside of quotes, a list has no
 * properties such as `length`.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html
 * https://github.com/json-path/JsonPath
 */

import { entriesOf } from "./json";

/** One step of a path. */
export type PathStep =
  | {
      readonly kind: "child";
      readonly key: string;
      /** Index in a list. A negative one counts from the end. Undefined if `key` is not a whole number. */
      readonly index?: number;
    }
  /** `[from:to]`, as in `Array.prototype.slice`. */
  | { readonly kind: "slice"; readonly from?: number; readonly to?: number }
  /** `*` */
  | { readonly kind: "children" }
  /** `..`: the value itself and all values in it, at any depth. */
  | { readonly kind: "descendants" };

/** A parsed path. An empty one selects the whole value. */
export type JsonPath = readonly PathStep[];

const NAME = String.raw`[^\s\p{Cc}.[\]()*'"]+`;
const BRACKET = String.raw`\[(?:(\*)|(-?\d+)|(-?\d*):(-?\d*)|'([^'\p{Cc}]*)'|"([^"\p{Cc}]*)")\]`;
const STEP = new RegExp(String.raw`(\.\.?)(?:(\*)|(${NAME}))|(\.\.?)?${BRACKET}`, "uy");

/**
 * Parses a path. The root `$` and the first dot are optional.
 *
 * @returns undefined if the syntax is invalid or not supported
 * @example
 * parseJsonPath("items[-1].id"); // child items, child -1, child id
 * parseJsonPath("items[?(@.a)]"); // undefined
 */
export function parseJsonPath(text: string): JsonPath | undefined {
  const rooted = /^\$(?=[.[]|$)/.test(text) ? text.slice(1) : text;
  const path = rooted === "" || /^[.[]/.test(rooted) ? rooted : `.${rooted}`;
  const steps: PathStep[] = [];
  STEP.lastIndex = 0;
  for (let at = 0; at < path.length; at = STEP.lastIndex) {
    const match = STEP.exec(path);
    if (match === null) return undefined;
    const [, dots, star, name, deep, all, index, from, to, single, double] = match;
    if (dots === ".." || deep === "..") steps.push({ kind: "descendants" });
    if (star !== undefined || all !== undefined) steps.push({ kind: "children" });
    else if (from !== undefined) steps.push({ kind: "slice", ...bound("from", from), ...bound("to", to) });
    else steps.push(child(name ?? index ?? single ?? double ?? ""));
  }
  return steps;
}

function child(key: string): PathStep {
  return /^-?\d+$/.test(key) ? { kind: "child", key, index: Number(key) } : { kind: "child", key };
}

const bound = (name: "from" | "to", digits = "") => (digits === "" ? {} : { [name]: Number(digits) });

/** Returns whether the path selects at most one value. Other paths select a list of values. */
export function isDefinite(path: JsonPath): boolean {
  return path.every(({ kind }) => kind === "child");
}

/**
 * Compiles a path to a function that evaluates it. The function reads own properties only, so that a path cannot reach
 * `constructor` or `__proto__`.
 *
 * @returns for a definite path a function that returns the value or undefined, for any other path one that returns a list
 * @example
 * compileJsonPath(parseJsonPath("a.b[0]") ?? [])({ a: { b: [7] } }); // 7
 */
export function compileJsonPath(path: JsonPath): (root: unknown) => unknown {
  const steps = path.filter((step) => step.kind === "child");
  if (steps.length === path.length) {
    return (root) => {
      let at = root;
      for (const step of steps) at = childOf(at, step);
      return at;
    };
  }
  return (root) => path.reduce<unknown[]>((found, step) => found.flatMap((item) => take(item, step)), [root]);
}

function childOf(item: unknown, { key, index }: Extract<PathStep, { kind: "child" }>): unknown {
  if (typeof item !== "object" || item === null) return undefined;
  if (index !== undefined && Array.isArray(item)) return item.at(index);
  // `length` is an own property of a list, but not one of its elements.
  if (!Object.hasOwn(item, key) || (key === "length" && Array.isArray(item))) return undefined;
  return Reflect.get(item, key);
}

function take(item: unknown, step: PathStep): unknown[] {
  switch (step.kind) {
    case "child": {
      const value = childOf(item, step);
      return value === undefined ? [] : [value];
    }
    case "slice":
      return Array.isArray(item) ? item.slice(step.from, step.to) : [];
    case "children":
      return childrenOf(item);
    case "descendants":
      return descendantsOf(item);
  }
}

function childrenOf(item: unknown): unknown[] {
  return typeof item === "object" && item !== null ? entriesOf(item).map(([, value]) => value) : [];
}

function descendantsOf(item: unknown): unknown[] {
  return [item, ...childrenOf(item).flatMap(descendantsOf)];
}
