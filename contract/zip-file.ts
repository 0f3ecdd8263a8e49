/** Reads one file of a function's deployment package. */
import { readFileSync } from "node:fs";
import { unzipSync } from "fflate";

/**
 * The text of a file in a zip; undefined if there is no such zip or file.
 *
 * @param zip path of the zip, or its bytes
 */
export function textInZip(zip: string | Uint8Array, name: string): string | undefined {
  try {
    const file = unzipSync(typeof zip === "string" ? readFileSync(zip) : zip, {
      filter: (entry) => entry.name === name,
    })[name];
    return file && new TextDecoder().decode(file);
  } catch {
    return undefined;
  }
}
