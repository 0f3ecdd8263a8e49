/** What the resolvers of all settings share: names for defaults, and functions to report mistakes and read files. */

import { codeOf } from "../../terminal/error";
import type { Report } from "../check/reporter";
import type { Path } from "../document/tree";

export interface Scope {
  readonly project: string;
  readonly environment: string;
  readonly region: string;
  readonly report: Report;
  /** Whether no mistake was found at this path, so that checks which depend on it make sense. */
  readonly intact: (...path: Path) => boolean;
  /** The text of a file, relative to the configuration. @throws errors of the file system */
  readonly readFile: (path: string) => string;
}

export const asList = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : isList(value) ? value : [value];

const isList = <T>(value: T | readonly T[]): value is readonly T[] => Array.isArray(value);

/** The text of a file that the configuration names. Undefined if it cannot be read, which is then reported. */
export function readReferenced(scope: Scope, file: string, path: Path): string | undefined {
  try {
    return scope.readFile(file);
  } catch (error) {
    const code = codeOf(error) ?? "unknown error";
    const why = code === "ENOENT" ? "file not found" : `file cannot be read (${code})`;
    scope.report(path, `${why}: \`${file}\`, relative to the folder of this file.`);
    return undefined;
  }
}
