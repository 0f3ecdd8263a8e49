/**
 * JSON as API Gateway carries it: numbers as they are written, members in their order. `JSON.parse` rounds what a double
 * cannot hold, drops the fraction of `1.0`, and moves members whose names are whole numbers to the front.
 */

/** A number whose text JavaScript would change, such as `1234567890123456789` or `1.0`. It has no own properties. */
export class JsonNumber {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }

  valueOf(): number {
    return Number(this.#text);
  }

  toJSON(): number {
    return Number(this.#text);
  }
}

/** The names of an object's members in their order, where JavaScript has another one. */
const ORDER = Symbol("order");
const WHOLE = /^\d+$/;

/** An object without a prototype, with these members in this order. */
export function orderedObject(entries: Iterable<readonly [string, unknown]>): Record<string, unknown> {
  const made: Record<string, unknown> = Object.create(null);
  const names = new Set<string>();
  for (const [name, value] of entries) {
    made[name] = value;
    names.add(name);
  }
  if ([...names].some((name) => WHOLE.test(name))) Object.defineProperty(made, ORDER, { value: names });
  return made;
}

/** Sets a member of an `orderedObject`, a new one as the last. */
export function setMember(object: Record<string, unknown>, name: string, value: unknown): void {
  const order = orderOf(object);
  if (order !== undefined) order.add(name);
  else if (WHOLE.test(name)) Object.defineProperty(object, ORDER, { value: new Set([...Object.keys(object), name]) });
  object[name] = value;
}

/** Deletes a member of an `orderedObject`. */
export function deleteMember(object: Record<string, unknown>, name: string): void {
  orderOf(object)?.delete(name);
  delete object[name];
}

function orderOf(object: object): Set<unknown> | undefined {
  const order: unknown = Reflect.get(object, ORDER);
  return order instanceof Set ? order : undefined;
}

/** The members of an object in their order. */
export function entriesOf(value: object): [string, unknown][] {
  const names = orderOf(value);
  const entries = Object.entries(value);
  if (names === undefined) return entries;
  const order = new Map([...names].map((name, at) => [String(name), at]));
  const last = order.size;
  return entries.sort(([a], [b]) => (order.get(a) ?? last) - (order.get(b) ?? last));
}

/** Whether `JSON.parse` may lose something. Also true for some texts where it does not. */
const LOSSY = /[\d.]{16}|\.\d*0(?!\d)|0\.0{6}|[:,[\s]-?\d+(?:\.\d+)?[eE]|^-?\d+(?:\.\d+)?[eE]|-0|"\d+"\s*:/;

/**
 * The value of a JSON text; undefined where it is not JSON.
 *
 * @example
 * jsonText(parseJson('{"2": 1.0, "1": 12345678901234567890}')); // '{"2":1.0,"1":12345678901234567890}'
 */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
    return LOSSY.test(text) ? new ExactReader(text).read() : value;
  } catch {
    // Nested too deep for a recursive reader.
    return value;
  }
}

const TOKEN = /\s*([{}[\],:]|"(?:[^"\\]|\\.)*"|[^\s{}[\],:"]+)/y;

/** Reads a text that is known to be JSON. */
class ExactReader {
  #at = 0;

  constructor(private readonly text: string) {}

  read(): unknown {
    return this.#value(this.#next());
  }

  #next(): string {
    TOKEN.lastIndex = this.#at;
    const token = TOKEN.exec(this.text)?.[1] ?? "";
    this.#at = TOKEN.lastIndex;
    return token;
  }

  #value(token: string): unknown {
    if (token === "{") return orderedObject(this.#members());
    if (token === "[") return [...this.#elements()];
    return /^[-\d]/.test(token) ? exactNumber(token) : JSON.parse(token);
  }

  *#members(): Generator<readonly [string, unknown]> {
    for (let token = this.#next(); token !== "}"; token = this.#next()) {
      if (token === ",") continue;
      const name = String(JSON.parse(token));
      this.#next();
      yield [name, this.#value(this.#next())];
    }
  }

  *#elements(): Generator<unknown> {
    for (let token = this.#next(); token !== "]"; token = this.#next()) if (token !== ",") yield this.#value(token);
  }
}

/** A number of JavaScript where that prints the same text. */
export function exactNumber(text: string): number | JsonNumber {
  return String(Number(text)) === text ? Number(text) : new JsonNumber(text);
}

/** The JSON text of a value; undefined where it has none, as with `JSON.stringify`. */
export function jsonText(value: unknown): string | undefined {
  if (value instanceof JsonNumber) return value.toString();
  if (Array.isArray(value)) return `[${value.map((item) => jsonText(item) ?? "null").join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = entriesOf(value).flatMap(([name, member]) => {
    const text = jsonText(member);
    return text === undefined ? [] : [`${JSON.stringify(name)}:${text}`];
  });
  return `{${members.join(",")}}`;
}
