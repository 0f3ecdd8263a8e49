/** The query string of a handshake: single-value map (the last value wins) and multi-value map, as in AWS's events. */
export interface Query {
  readonly single: Readonly<Record<string, string>>;
  readonly multi: Readonly<Record<string, readonly string[]>>;
  readonly empty: boolean;
}

/** Decodes as `application/x-www-form-urlencoded`; invalid percent-encoding is left as it is. */
export function parseQuery(text: string): Query {
  // Without a prototype, so that a parameter named `__proto__` is a parameter.
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
