/** The files that a command reads and writes, by names from its command line. */
import { accessSync, constants, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { messageOf } from "./error";
import { UsageError } from "./values";

export interface Files {
  /** `-` is standard input. @throws for a file that cannot be read */
  read(file: string): string;
  /** Neither creates nor changes the file. @throws for a file that cannot be written */
  requireWritable(file: string): void;
  write(file: string, text: string): void;
}

export const disk: Files = {
  read: (file) => readFileSync(file === "-" ? 0 : file, "utf8"),
  write: (file, text) => writeFileSync(file, text),
  requireWritable: (file) => {
    const found = statSync(file, { throwIfNoEntry: false });
    if (found?.isDirectory() || /(^|[/\\])$/.test(file)) throw new Error("it is not the name of a file");
    if (found) return accessSync(file, constants.W_OK);
    // With the slash, a file in the folder's place is an error too.
    accessSync(`${dirname(file)}/`, constants.W_OK | constants.X_OK);
  },
};

/** @throws UsageError */
export function readFile(files: Files, file: string): string {
  try {
    return files.read(file);
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${messageOf(error)}.`);
  }
}

/** Before the work whose result it will hold. @throws UsageError */
export function requireWritable(files: Files, file: string): void {
  try {
    files.requireWritable(file);
  } catch (error) {
    throw new UsageError(`${file} cannot be written: ${messageOf(error)}.`);
  }
}
