/** The options of a command as one table, from which the command line is parsed and the help is written. */
import { parseArgs } from "node:util";
import { didYouMean } from "./nearest";
import { UsageError, type Value } from "./values";

export interface Option<T = unknown> {
  readonly help: string;
  /** Heading in the help. Options of one group stand together in the table. */
  readonly group?: string;
  /** One letter: `q` for `-q`. */
  readonly short?: string;
  /** What the option takes. Without it the option is a switch. */
  readonly value?: Value<T>;
  /** May be given several times; otherwise the last one counts. */
  readonly multiple?: true;
  /** Used where the option is not given, and shown in the help. */
  readonly default?: T;
}

export type OptionTable = Readonly<Record<string, Option>>;

type Result<O> = O extends { readonly value: Value<infer T> }
  ? O extends { readonly multiple: true }
    ? readonly T[]
    : O extends { readonly default: T }
      ? T
      : T | undefined
  : boolean;

export interface CommandLine<Table> {
  /** By name: a list for `multiple`, a boolean for a switch, otherwise the value, its default, or undefined. */
  readonly values: { readonly [Name in keyof Table]: Result<Table[Name]> };
  /** Names of the options that were given. */
  readonly given: ReadonlySet<keyof Table>;
  /** Words that belong to no option. */
  readonly words: readonly string[];
}

/**
 * Parses a command line by its table.
 *
 * @example
 * const { values } = parseOptions({ port: { value: wholeNumber("NUMBER", 0, 65_535), help: "port" } }, ["--port", "80"]);
 * values.port; // 80, a number
 *
 * @throws UsageError for an unknown option, with the nearest one; for a missing value, or one that does not parse
 */
export function parseOptions<const Table extends OptionTable>(
  table: Table,
  argv: readonly string[],
): CommandLine<Table>;
export function parseOptions(
  table: OptionTable,
  argv: readonly string[],
): { values: Readonly<Record<string, unknown>>; given: ReadonlySet<string>; words: readonly string[] } {
  const parsed = new Map<string, unknown[]>();
  const words: string[] = [];
  for (const token of tokensOf(table, argv)) {
    if (token.kind === "positional") words.push(token.value);
    if (token.kind !== "option") continue;
    const option = Object.hasOwn(table, token.name) ? table[token.name] : undefined;
    if (!option) throw unknown(token.rawName, table);
    parsed.set(token.name, [...(parsed.get(token.name) ?? []), parsedValue(option, token)]);
  }
  const values = Object.entries(table).map(
    ([name, { value, multiple, default: byDefault = value ? undefined : false }]) => {
      const all = parsed.get(name) ?? [];
      return [name, multiple ? all : (all.at(-1) ?? byDefault)] as const;
    },
  );
  return { values: Object.fromEntries(values), given: new Set(parsed.keys()), words };
}

/** Node splits the words; what is wrong with them is said here, with a suggestion. */
function tokensOf(table: OptionTable, argv: readonly string[]) {
  const options = Object.entries(table).map(([name, { value, short }]) => {
    return [name, { type: value ? ("string" as const) : ("boolean" as const), ...(short && { short }) }] as const;
  });
  return parseArgs({
    args: [...argv],
    options: Object.fromEntries(options),
    strict: false,
    tokens: true,
  }).tokens;
}

interface OptionToken {
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

function parsedValue({ value }: Option, { rawName, value: text, inlineValue }: OptionToken): unknown {
  if (!value) {
    if (text === undefined) return true;
    throw new UsageError(`${rawName} takes no value.`, `Write ${rawName} alone, or leave it out.`);
  }
  if (text === undefined) throw new UsageError(`${rawName} needs a value: ${rawName} ${value.placeholder}.`);
  // `--token --json` is a forgotten value more often than a value that looks like an option.
  if (!inlineValue && /^-./.test(text)) {
    const inline = rawName.startsWith("--") ? `${rawName}=${text}` : `${rawName}${text}`;
    throw new UsageError(
      `${rawName} needs a value: ${rawName} ${value.placeholder}.`,
      `If the value is ${text}, write ${inline}.`,
    );
  }
  try {
    return value.parse(text);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${rawName} ${text}: ${error.message}`, error.hint);
  }
}

function unknown(name: string, table: OptionTable): UsageError {
  const long = Object.keys(table).map((known) => `--${known}`);
  if (name.startsWith("--")) return new UsageError(`There is no option ${name}.`, didYouMean(name, long));
  // One letter is near to every other: it means the same letter in the other case, or an option that begins with it.
  const letter = name.slice(1).toLowerCase();
  const short = Object.values(table).flatMap((option) => option.short ?? []);
  const same = short.find((known) => known.toLowerCase() === letter);
  const [begins, ...more] = long.filter((known) => known.startsWith(`--${letter}`));
  const meant = same ? `-${same}` : more.length === 0 ? begins : undefined;
  return new UsageError(`There is no option ${name}.`, meant && `Did you mean \`${meant}\`?`);
}

/** For a command that takes options alone. @throws UsageError */
export function rejectWords(words: readonly string[], table: OptionTable): void {
  const [word] = words;
  if (word === undefined) return;
  const names = Object.keys(table).map((name) => `--${name}`);
  throw new UsageError(`\`${word}\` is not an option.`, didYouMean(word, names));
}
