/** Builds the text of `--help` from the option table that also parses the command line. */
import type { Option, OptionTable } from "./options";

/** The contents of a command's help. */
export interface Help {
  /** One or two sentences that say what the command does. */
  readonly summary: string;
  /** Synopsis, such as `$0 URL [options]`. `$0` stands for the way in which the user runs the command. */
  readonly usage: string;
  readonly examples?: readonly string[];
  readonly options: OptionTable;
  /** Tables below the options. */
  readonly tables?: readonly { readonly heading: string; readonly rows: readonly Row[] }[];
  /** Paragraphs below the options. */
  readonly notes?: readonly string[];
  readonly exitCodes?: readonly (readonly [code: number, meaning: string])[];
}

/** A row of a table. `source`: the URL of a page that shows it. */
export interface Row {
  readonly label: string;
  readonly text: string;
  readonly source: string;
}

/** Maximum length of a line in characters. */
const WIDTH = 100;
/** Column in which the text of an option begins. If the option's name is too long, the text is on the next line. */
const COLUMN = 32;

/**
 * Builds the help text.
 *
 * @param invocation takes the place of `$0`, such as `npm run smoke --`
 * @example helpText({ summary: "Prints a greeting.", usage: "$0 [options]", options: {} }, "greet")
 */
export function helpText(help: Help, invocation = "$0"): string {
  const { summary, usage, examples = [], options, tables = [], notes = [], exitCodes = [] } = help;
  const groups = new Map<string, string[]>();
  for (const [name, option] of Object.entries(options)) {
    const { group = "Options" } = option;
    groups.set(group, [...(groups.get(group) ?? [`${group}:`]), ...optionLines(name, option)]);
  }
  const blocks = [
    wrap(summary, WIDTH),
    [`Usage: ${usage}`],
    examples.map((example) => `  ${example}`),
    ...groups.values(),
    ...tables.map(({ heading, rows }) => [heading, ...rows.flatMap(tableLines)]),
    ...notes.map((note) => wrap(note, WIDTH)),
    exitCodes.length > 0
      ? ["Exit codes:", ...exitCodes.flatMap(([code, text]) => row(String(code).padStart(5), 7, text))]
      : [],
  ];
  const filled = blocks.filter((lines) => lines.length > 0);
  return `${filled.map((lines) => lines.join("\n")).join("\n\n")}\n`.replaceAll("$0", invocation);
}

function optionLines(name: string, { short, value, help, default: byDefault }: Option): string[] {
  const left = `  ${short ? `-${short}, ` : "    "}--${name}${value ? ` ${value.placeholder}` : ""}`;
  const shown = value?.show?.(byDefault) ?? String(byDefault);
  return row(left, COLUMN, byDefault === undefined ? help : `${help} (default: ${shown})`);
}

/** A URL has a line of its own, without its scheme, because the longest would not fit otherwise. */
function tableLines({ label, text, source }: Row): string[] {
  return [...row(`  ${label}`, COLUMN, text), `      ${source.replace("https://", "")}`];
}

/** Formats a label and its text side by side, or one below the other if the label is too long. */
function row(left: string, column: number, text: string): string[] {
  const [first = "", ...rest] = wrap(text, WIDTH - column);
  const indent = " ".repeat(column);
  const head = left.length + 2 > column ? [left, indent + first] : [left.padEnd(column) + first];
  return [...head, ...rest.map((line) => indent + line)];
}

function wrap(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines.at(-1) ?? "";
    if (last && last.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = last ? `${last} ${word}` : word;
  }
  return lines;
}
