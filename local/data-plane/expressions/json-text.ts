/** Converts between JSON values and text. */

/**
 * Returns a value as text for a route key, a parameter or a header: strings unchanged, other values as JSON. Returns
 * undefined for null and undefined.
 */
export function asText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Parses JSON. Returns undefined if the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
