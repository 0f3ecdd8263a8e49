/** The paths into a JSON body that selection expressions and mappings use: `a.b[0]['c d']`. */

/** Compiles a path to a function that gives what is there, or undefined. */
export function jsonPath(path: string): (value: unknown) => unknown {
  const keys = [...path.matchAll(/\[(\d+)\]|\['([^']*)'\]|\["([^"]*)"\]|([^.[\]]+)/g)].map(
    (match) => match[1] ?? match[2] ?? match[3] ?? match[4] ?? "",
  );
  if (keys[0] === "$") keys.shift();
  return (value) => {
    let at = value;
    for (const key of keys) {
      // Own properties only: a body has no say over `constructor` or `__proto__`.
      if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return undefined;
      at = Reflect.get(at, key);
    }
    return at;
  };
}

/** How a value stands in a route key, a parameter or a header: scalars as they are, the rest as JSON. */
export function asText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The JSON value of a text, or undefined where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
