/** Canonical JSON, so that equal values have equal hashes. */

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };

/** Keys in code-unit order, no white space. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}

/** Every string in a value, in canonical order. */
export function stringsOf(value: Json): readonly string[] {
  const strings: string[] = [];
  JSON.parse(canonicalJson(value), (_key, item: unknown) => {
    if (typeof item === "string") strings.push(item);
    return item;
  });
  return strings;
}
