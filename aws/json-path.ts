/**
 * JSONPath as API Gateway uses it in selection expressions, parameter mappings and templates: names, indexes, slices,
 * `*` and `..`, without filters and functions. Details that AWS leaves open follow Jayway JsonPath, to which its
 * documentation refers: negative indexes count from the end, a name has no blanks outside of quotes, a list has no
 * properties such as `length`.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html
 * https://github.com/json-path/JsonPath
 */

export type PathStep =
  | {
      readonly kind: "child";
      readonly key: string;
      /** Position in a list; negative counts from its end. Absent where `key` is no whole number. */
      readonly index?: number;
    }
  | { readonly kind: "slice"; readonly from?: number; readonly to?: number }
  /** `*` */
  | { readonly kind: "children" }
  /** `..`: the value itself and everything in it. */
  | { readonly kind: "descendants" };

/** No steps: the whole value. */
export type JsonPath = readonly PathStep[];

const NAME = String.raw`[^\s\p{Cc}.[\]()*'"]+`;
const BRACKET = String.raw`\[(?:(\*)|(-?\d+)|(-?\d*):(-?\d*)|'([^'\p{Cc}]*)'|"([^"\p{Cc}]*)")\]`;
const STEP = new RegExp(String.raw`(\.\.?)(?:(\*)|(${NAME}))|(\.\.?)?${BRACKET}`, "uy");

/**
 * The steps of a path, or undefined where the text is none. The root `$` and the first dot may be left out.
 *
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

/** Whether the path leads to one value at most, as opposed to a list of what it found. */
export function isDefinite(path: JsonPath): boolean {
  return path.every(({ kind }) => kind === "child");
}

/**
 * Compiles a path to a function that gives what is there: one value or undefined for a definite path, else a list.
 * Own properties only, so that a body has no say over `constructor` or `__proto__`.
 *
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
  // `length` is the only own property of a list that is none of its elements.
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
  return typeof item === "object" && item !== null ? Object.values(item) : [];
}

function descendantsOf(item: unknown): unknown[] {
  return [item, ...childrenOf(item).flatMap(descendantsOf)];
}
