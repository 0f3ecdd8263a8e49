/** Reads and writes the files that the command line names. */
import { accessSync, constants, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { messageOf } from "./error";
import { UsageError } from "./values";

/** Access to files. Tests replace it. */
export interface Files {
  /** Reads a file as UTF-8, or standard input for `-`. @throws if the file cannot be read */
  read(file: string): string;
  /** Checks that a file can be written, without creating or changing it. @throws if it cannot be written */
  requireWritable(file: string): void;
  write(file: string, text: string): void;
}

/** The file system. */
export const disk: Files = {
  read: (file) => readFileSync(file === "-" ? 0 : file, "utf8"),
  write: (file, text) => writeFileSync(file, text),
  requireWritable: (file) => {
    const found = statSync(file, { throwIfNoEntry: false });
    if (found?.isDirectory() || /(^|[/\\])$/.test(file)) throw new Error("it is not the name of a file");
    if (found) return accessSync(file, constants.W_OK);
    // The slash makes it an error if the folder's name belongs to a file.
    accessSync(`${dirname(file)}/`, constants.W_OK | constants.X_OK);
  },
};

/** Reads a file. @throws UsageError if it cannot be read */
export function readFile(files: Files, file: string): string {
  try {
    return files.read(file);
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${messageOf(error)}.`);
  }
}

/** Checks that the file for a result can be written. Call it before the work. @throws UsageError if it cannot be written */
export function requireWritable(files: Files, file: string): void {
  try {
    files.requireWritable(file);
  } catch (error) {
    throw new UsageError(`${file} cannot be written: ${messageOf(error)}.`);
  }
}
