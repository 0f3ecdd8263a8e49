/** The files that the command reads and writes. */
import { accessSync, constants, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Shell } from "./shell";

export const files: Pick<Shell, "read" | "requireWritable" | "write"> = {
  read: (file) => readFileSync(file === "-" ? 0 : file, "utf8"),
  write: (file, text) => writeFileSync(file, text),
  requireWritable: (file) => {
    const found = statSync(file, { throwIfNoEntry: false });
    if (found?.isDirectory() || /(^|[/\\])$/.test(file)) throw new Error("it is not the name of a file");
    if (found) return accessSync(file, constants.W_OK);
    // With the slash a file in the folder's place is refused too.
    accessSync(`${dirname(file)}/`, constants.W_OK | constants.X_OK);
  },
};
