/** Finds files of the project, both from its sources and from a bundle in another folder of the project. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** Returns the absolute path of a file, from its path in the project. */
export function projectFile(name: string): string {
  return search(__dirname, name);
}

function search(folder: string, name: string): string {
  const path = join(folder, name);
  return existsSync(path) || folder === dirname(folder) ? path : search(dirname(folder), name);
}
