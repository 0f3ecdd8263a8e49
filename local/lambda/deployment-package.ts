/** Unpacks a function's deployment package (the zip that Terraform would upload) to a folder, its `/var/task`. */

import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, normalize, sep } from "node:path";
import { unzipSync } from "fflate";
import { CodedError, messageOf } from "../../terminal/error";

// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 250 MB unzipped.
const MAX_UNZIPPED = 250 * 1024 * 1024;

export class PackageError extends CodedError {
  override readonly name = "PackageError";

  constructor(message: string, hint?: string) {
    // The trace and the log of an invocation show the message alone.
    super("invalid-function-package", hint === undefined ? message : `${message} ${hint}`, hint);
  }
}

/** Returns the folder. Throws {@link PackageError} for a zip with a path outside of it. */
export function unpack(zipFile: string): string {
  let size = 0;
  const files = readZip(zipFile, (name, bytes) => {
    size += bytes;
    if (size > MAX_UNZIPPED) throw new PackageError(`${zipFile} unzips to more than Lambda's limit of 250 MB.`);
    const path = normalize(name);
    if (path.startsWith("..") || path.startsWith(sep)) {
      throw new PackageError(`${zipFile} has a file outside of its folder: ${name}`);
    }
  });
  const folder = mkdtempSync(join(tmpdir(), "lambda-"));
  for (const [name, bytes] of files) {
    const path = join(folder, name);
    mkdirSync(name.endsWith("/") ? path : dirname(path), { recursive: true });
    if (!name.endsWith("/")) writeFileSync(path, bytes);
  }
  return folder;
}

function readZip(zipFile: string, check: (name: string, bytes: number) => void): [string, Uint8Array][] {
  try {
    return Object.entries(
      unzipSync(readFileSync(zipFile), {
        filter: ({ name, originalSize }) => {
          check(name, originalSize);
          return true;
        },
      }),
    );
  } catch (error) {
    if (error instanceof PackageError) throw error;
    throw new PackageError(`${zipFile} is not a valid zip (${messageOf(error)}).`, "Synthesize the project again.");
  }
}
