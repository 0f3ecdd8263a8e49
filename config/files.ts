/** Reads the files that a configuration names: regular files of its own repository, and nothing else of the machine. */
import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";

/** More than any template (300 KB) or key set needs. */
const MAX_BYTES = 1024 * 1024;

/** Why a file is not read, beside the errors of the file system. */
export type FileRefusal = "outside" | "not-a-file" | "too-large";

/**
 * @param config path of the configuration; paths are relative to its folder
 * @returns a function that gives a file's text, and throws an error with the file system's `code` or a {@link FileRefusal}
 */
export function fileReader(config: string): (path: string) => string {
  const folder = dirname(resolve(config));
  return (path) => {
    // A link is followed first: what it names must be inside too.
    const file = realpathSync(resolve(folder, path));
    const root = realpathSync(repositoryOf(folder) ?? folder);
    if (!file.startsWith(root.endsWith(sep) ? root : `${root}${sep}`)) throw refusal("outside");
    const stats = statSync(file);
    if (!stats.isFile()) throw refusal("not-a-file");
    if (stats.size > MAX_BYTES) throw refusal("too-large");
    return readFileSync(file, "utf8");
  };
}

/** The nearest folder above that is the root of a Git repository. */
function repositoryOf(folder: string): string | undefined {
  if (existsSync(join(folder, ".git"))) return folder;
  return dirname(folder) === folder ? undefined : repositoryOf(dirname(folder));
}

const refusal = (code: FileRefusal) => Object.assign(new Error(code), { code });
