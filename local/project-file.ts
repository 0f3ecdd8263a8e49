/** Finds files of the project, from its sources as well as from a bundle that lies elsewhere below its folder. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The path of a file that is named from the project's folder. */
export function projectFile(name: string): string {
  return search(__dirname, name);
}

function search(folder: string, name: string): string {
  const path = join(folder, name);
  return existsSync(path) || folder === dirname(folder) ? path : search(dirname(folder), name);
}
