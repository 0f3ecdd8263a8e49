/** Canonical JSON: equal values give equal text, and thus equal hashes. */

/** A JSON value. Properties that are undefined are left out of its text. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };

/**
 * Serializes a value to JSON with keys in code-unit order and no white space.
 *
 * @example canonicalJson({ b: 1, a: 2 }) // '{"a":2,"b":1}'
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}

/** Returns every string of a value in canonical order, without property names. */
export function stringsOf(value: Json): readonly string[] {
  const strings: string[] = [];
  JSON.parse(canonicalJson(value), (_key, item: unknown) => {
    if (typeof item === "string") strings.push(item);
    return item;
  });
  return strings;
}
