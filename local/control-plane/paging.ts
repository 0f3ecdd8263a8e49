/** Pages of a list: at most `maxResults` items; `nextToken` identifies the first item of the next page. */
import { badRequest } from "../api/error";

export function page(resources: ReadonlyMap<string, object>, query: URLSearchParams): object {
  const keys = [...resources.keys()];
  const start = startOf(query.get("nextToken"), keys);
  const end = start + sizeOf(query.get("maxResults"), keys.length);
  const items = keys.slice(start, end).map((key) => resources.get(key));
  const next = keys[end];
  return next === undefined ? { items } : { items, nextToken: Buffer.from(next).toString("base64url") };
}

function startOf(token: string | null, keys: readonly string[]): number {
  if (token === null) return 0;
  const start = keys.indexOf(Buffer.from(token, "base64url").toString());
  if (start === -1) throw badRequest("Invalid nextToken");
  return start;
}

function sizeOf(maxResults: string | null, all: number): number {
  if (maxResults === null) return all;
  const size = Number(maxResults);
  if (!/^\d+$/.test(maxResults) || size < 1) throw badRequest(`Invalid maxResults: ${maxResults}`);
  return size;
}
