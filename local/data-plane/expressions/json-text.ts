/** Between JSON values and text. */
import { jsonText } from "../../../aws/json";

export { parseJson } from "../../../aws/json";

/** A value as text in a route key, a parameter or a header: strings as they are, other values as JSON. */
export function asText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : jsonText(value);
}
