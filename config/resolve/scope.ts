/** What every part of the configuration needs to fill in its defaults and to report what contradicts. */
import type { Report } from "../check/reporter";
import type { Path } from "../document/tree";
import { codeOf } from "../errors";

export interface Scope {
  readonly project: string;
  readonly environment: string;
  readonly region: string;
  readonly report: Report;
  /** Whether nothing at this path was found wrong already, so that what follows from it can be judged. */
  readonly intact: (...path: Path) => boolean;
  /** The text of a file beside the configuration. Throws what the file system throws. */
  readonly readFile: (path: string) => string;
}

export const asList = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : isList(value) ? value : [value];

const isList = <T>(value: T | readonly T[]): value is readonly T[] => Array.isArray(value);

/** The text of a file that the configuration names, or undefined once its absence is reported. */
export function readReferenced(scope: Scope, file: string, path: Path): string | undefined {
  try {
    return scope.readFile(file);
  } catch (error) {
    const code = codeOf(error);
    const why = code === "ENOENT" ? "there is no such file" : `it cannot be read (${code})`;
    scope.report(path, `${why}: \`${file}\`, looked for beside this file.`);
    return undefined;
  }
}
