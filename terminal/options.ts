/** Parses a command line by a table of options. The help (`help.ts`) uses the same table. */
import { parseArgs } from "node:util";
import { isSecretName, MASK, masker } from "./mask";
import { didYouMean } from "./nearest";
import { looksSecret } from "./secret-look";
import { UsageError, type Value } from "./values";

/** One option of a command. */
export interface Option<T = unknown> {
  /** Description in the help. */
  readonly help: string;
  /** Heading in the help. Default is `Options`. */
  readonly group?: string;
  /** One letter, such as `q` for `-q`. */
  readonly short?: string;
  /** Type of the option's value. Without it the option is a switch. */
  readonly value?: Value<T>;
  /** Whether the option may be repeated. If not, the last one is used. */
  readonly multiple?: true;
  /** Value if the option is left out. The help shows it. */
  readonly default?: T;
}

/** The option `--help`, which every command has. */
export const HELP_OPTION = { short: "h", help: "print this text" } as const satisfies Option;

/** Options by their long names, without `--`. */
export type OptionTable = Readonly<Record<string, Option>>;

type Result<O> = O extends { readonly value: Value<infer T> }
  ? O extends { readonly multiple: true }
    ? readonly T[]
    : O extends { readonly default: T }
      ? T
      : T | undefined
  : boolean;

/** A parsed command line. */
export interface CommandLine<Table> {
  /** Values by option: a list for `multiple`, a boolean for a switch, otherwise the value, its default, or undefined. */
  readonly values: { readonly [Name in keyof Table]: Result<Table[Name]> };
  /** Names of the options on the command line. */
  readonly given: ReadonlySet<keyof Table>;
  /** Positional arguments. */
  readonly words: readonly string[];
}

/**
 * Parses a command line.
 *
 * @example
 * const { values } = parseOptions({ port: { value: wholeNumber("NUMBER", 0, 65_535), help: "port" } }, ["--port", "80"]);
 * values.port; // 80, a number
 *
 * @throws UsageError if an option is unknown (the hint names the nearest one), or if a value is missing or invalid
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
    parsed.set(token.name, [...(parsed.get(token.name) ?? []), parsedValue(option, token, table)]);
  }
  const values = Object.entries(table).map(
    ([name, { value, multiple, default: byDefault = value ? undefined : false }]) => {
      const all = parsed.get(name) ?? [];
      return [name, multiple ? all : (all.at(-1) ?? byDefault)] as const;
    },
  );
  return { values: Object.fromEntries(values), given: new Set(parsed.keys()), words };
}

/** Splits the arguments with Node's parser. It is not strict, because this file's errors have suggestions. */
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

function parsedValue(
  { value }: Option,
  { rawName, value: text, inlineValue }: OptionToken,
  table: OptionTable,
): unknown {
  if (!value) {
    if (text === undefined) return true;
    throw new UsageError(`${rawName} takes no value.`, `Write ${rawName} alone, or leave it out.`);
  }
  if (text === undefined) throw new UsageError(`${rawName} needs a value: ${rawName} ${value.placeholder}.`);
  // In `--token --json` the value was probably forgotten. A value that looks like an option is rare.
  if (!inlineValue && /^-./.test(text)) {
    const begins = rawName.startsWith("--") ? `${rawName}=` : rawName;
    const hint =
      isHidden(rawName, text) && !isOption(text, table)
        ? `If the value begins with -, write ${begins}${value.placeholder}.`
        : `If the value is ${text}, write ${begins}${text}.`;
    throw new UsageError(`${rawName} needs a value: ${rawName} ${value.placeholder}.`, hint);
  }
  try {
    return value.parse(text);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    // What the parser says may quote a part of the text.
    if (isHidden(rawName, text))
      throw new UsageError(`${rawName} ${MASK}: ${masker([text])(error.message)}`, error.hint);
    throw new UsageError(`${rawName} ${text}: ${error.message}`, error.hint);
  }
}

/** Whether the text may hold a secret, by the option's name, by a name in the text (`hs256_secret=…`), or by its look. */
const isHidden = (rawName: string, text: string): boolean =>
  isSecretName(rawName) || isSecretName(text) || looksSecret(text);

const isOption = (text: string, table: OptionTable): boolean =>
  Object.entries(table).some(([name, { short }]) => text === `--${name}` || text === `-${short}`);

function unknown(name: string, table: OptionTable): UsageError {
  const long = Object.keys(table).map((known) => `--${known}`);
  if (name.startsWith("--")) return new UsageError(`There is no option ${name}.`, didYouMean(name, long));
  // The nearest name says nothing for one letter. Suggest the letter in the other case, or the option that begins with it.
  const letter = name.slice(1).toLowerCase();
  const short = Object.values(table).flatMap((option) => option.short ?? []);
  const same = short.find((known) => known.toLowerCase() === letter);
  const [begins, ...more] = long.filter((known) => known.startsWith(`--${letter}`));
  const meant = same ? `-${same}` : more.length === 0 ? begins : undefined;
  return new UsageError(`There is no option ${name}.`, meant && `Did you mean \`${meant}\`?`);
}

/** Rejects positional arguments, for a command that has options only. @throws UsageError for the first argument */
export function rejectWords(words: readonly string[], table: OptionTable): void {
  const [word] = words;
  if (word === undefined) return;
  const names = Object.keys(table).map((name) => `--${name}`);
  const shown = isHidden("", word) ? MASK : word;
  throw new UsageError(`\`${shown}\` is not an option.`, didYouMean(word, names));
}
