/** The size of a value in memory, for limits of the page. About: two bytes for each character. */
export function bytesOf(value: unknown): number {
  if (typeof value === "string") return 2 * value.length;
  if (typeof value !== "object" || value === null) return 8;
  let sum = 16;
  for (const name in value) sum += bytesOf(Reflect.get(value, name));
  return sum;
}
