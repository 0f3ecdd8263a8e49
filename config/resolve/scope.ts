/** The parameters that all resolvers share: names for defaults, and functions that report mistakes and read files. */
import { parseArn } from "../../aws/arn";
import { partitionOf } from "../../aws/endpoints";
import { codeOf } from "../../terminal/error";
import type { Report } from "../check/reporter";
import type { Path } from "../document/tree";
import type { FileRefusal } from "../files";

export interface Scope {
  readonly project: string;
  readonly environment: string;
  readonly region: string;
  readonly report: Report;
  /** Returns whether no mistake was found at this path. If there is one, checks that depend on it are skipped. */
  readonly intact: (...path: Path) => boolean;
  /** Whether the API is served on this machine instead of AWS. */
  readonly local: boolean;
  /** For warnings about dates. Undefined: none. */
  readonly today: Date | undefined;
  /** Returns the text of a file, whose path is relative to the configuration. @throws errors of the file system */
  readonly readFile: (path: string) => string;
}

export const asList = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : isList(value) ? value : [value];

const isList = <T>(value: T | readonly T[]): value is readonly T[] => Array.isArray(value);

/** Returns the text of a file that the configuration names. Reports a file that cannot be read, and returns undefined. */
export function readReferenced(scope: Scope, file: string, path: Path): string | undefined {
  try {
    // Editors and Git on Windows add a byte order mark and carriage returns. Without them the text is the same everywhere.
    return scope
      .readFile(file)
      .replace(/^\uFEFF/, "")
      .replaceAll("\r\n", "\n");
  } catch (error) {
    const code = codeOf(error) ?? "unknown error";
    const why = WHY[code] ?? `file cannot be read (${code})`;
    scope.report(path, `${why}: \`${file}\`, relative to the folder of this file.`);
    return undefined;
  }
}

const WHY: Readonly<Record<string, string>> = {
  ENOENT: "file not found",
  outside: "file is outside the repository",
  "not-a-file": "not a regular file",
  "too-large": "file is larger than 1 MB",
} satisfies Record<FileRefusal | "ENOENT", string>;

/**
 * Reports the ARN of another region. API Gateway and CloudWatch use certificates, load balancers and topics of their
 * region only.
 */
export function checkRegion(arn: string, what: string, path: Path, { region, report, intact }: Scope): void {
  const found = parseArn(arn);
  if (found === undefined || !intact("region")) return;
  if (found.region !== region)
    report(path, `is a ${what} of ${found.region}, and the API is in ${region}.`, `Use a ${what} of ${region}.`);
  else if (found.partition !== partitionOf(region))
    report(path, `is in the partition ${found.partition}, and ${region} is in ${partitionOf(region)}.`);
}
