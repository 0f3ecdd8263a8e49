/**
 * The query string of a handshake, as in AWS's events: a map of single values (the last one is used) and a map of all
 * values.
 */
export interface Query {
  readonly single: Readonly<Record<string, string>>;
  readonly multi: Readonly<Record<string, readonly string[]>>;
  readonly empty: boolean;
}

/** Decodes a query string as `application/x-www-form-urlencoded`. Invalid percent-encoding is kept unchanged. */
export function parseQuery(text: string): Query {
  // The map has no prototype, so that `__proto__` can be the name of a parameter.
  const single: Record<string, string> = Object.create(null);
  const multi: Record<string, string[]> = Object.create(null);
  let empty = true;
  for (const pair of text.split("&")) {
    if (pair === "") continue;
    empty = false;
    const equals = pair.indexOf("=");
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? "" : decode(pair.slice(equals + 1));
    single[name] = value;
    const values = multi[name];
    if (values === undefined) multi[name] = [value];
    else values.push(value);
  }
  return { single, multi, empty };
}

function decode(text: string): string {
  const spaced = text.includes("+") ? text.replaceAll("+", " ") : text;
  if (!spaced.includes("%")) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
