/** The error for a `gateway.yaml` with mistakes, and functions that format it for a terminal. */
import { CodedError } from "../terminal/error";

export type ConfigErrorCode = "config-not-found" | "config-unreadable" | "config-syntax" | "config-invalid";

/** One mistake or warning, and its position. Lines and columns count from 1. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Dotted path of the key, such as `routes.$connect.query.stocks`. Empty for the file as a whole. */
  readonly key: string;
  /** What is wrong, and what was expected. */
  readonly message: string;
  /** What to do next, such as the nearest valid name. */
  readonly hint: string | undefined;
  /** The line of the file with the mistake, unless it has a secret. */
  readonly excerpt: string | undefined;
}

export class ConfigError extends CodedError<ConfigErrorCode> {
  override readonly name = "ConfigError";

  constructor(
    code: ConfigErrorCode,
    readonly problems: readonly Problem[],
  ) {
    super(code, problems.map(summary).join("\n"));
  }
}

function summary({ file, line, column, key, message, hint }: Problem): string {
  const place = line > 0 ? `${file}:${line}:${column}` : file;
  return [`${place}${key ? ` ${key}` : ""}: ${message}`, ...(hint ? [hint] : [])].join(" ");
}

/** Maximum length of the excerpt in characters. Longer lines are cut around the mistake. */
const EXCERPT_WIDTH = 100;

/**
 * Formats all mistakes for a terminal, each with its line and a caret below it.
 *
 * @example
 * if (error instanceof ConfigError) process.stderr.write(formatProblems(error));
 */
export function formatProblems(error: ConfigError): string {
  const blocks = error.problems.map((problem) => [summary(problem), ...excerpt(problem)].join("\n"));
  const count = error.problems.length === 1 ? "1 problem" : `${error.problems.length} problems`;
  return `${blocks.join("\n\n")}\n\n${count} found; nothing was synthesized.\n`;
}

/** Formats warnings for a terminal, one line each. */
export const formatWarnings = (warnings: readonly Problem[]): string =>
  warnings.map((warning) => `Warning: ${summary(warning)}\n`).join("");

function excerpt({ line, column, excerpt: text }: Problem): string[] {
  if (text === undefined) return [];
  const from = column > EXCERPT_WIDTH ? column - EXCERPT_WIDTH / 2 : 0;
  // Tabs would misplace the caret, and other control characters could change the terminal.
  const shown = text.slice(from, from + EXCERPT_WIDTH).replace(/[\p{Cc}\p{Cf}]/gu, " ");
  const gutter = `  ${line} | `;
  return [`${gutter}${shown}`, `${" ".repeat(gutter.length - 2)}| ${" ".repeat(column - 1 - from)}^`];
}
