/** Reads one file of a function's deployment package. */
import { readFileSync } from "node:fs";
import { unzipSync } from "fflate";

/** The text of a file in a zip; undefined if there is no such zip or file. */
export function textInZip(zipFile: string, name: string): string | undefined {
  try {
    const file = unzipSync(readFileSync(zipFile), { filter: (entry) => entry.name === name })[name];
    return file && new TextDecoder().decode(file);
  } catch {
    return undefined;
  }
}
