/** Reads the files that a configuration names. They must be regular files in its repository. */
import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";

/** Maximum size of a file. Templates (300 KB at most) and key sets are smaller. */
const MAX_BYTES = 1024 * 1024;

/** Reasons to reject a file, in addition to errors of the file system. */
export type FileRefusal = "outside" | "not-a-file" | "too-large";

/**
 * Creates the function that reads files for a configuration.
 *
 * @param config path of the configuration. Paths are relative to its folder.
 * @returns a function that returns a file's text. It throws an error whose `code` is the file system's or a
 *   {@link FileRefusal}.
 */
export function fileReader(config: string): (path: string) => string {
  const folder = dirname(resolve(config));
  return (path) => {
    // Links are resolved first, because their targets must be in the repository too.
    const file = realpathSync(resolve(folder, path));
    const root = realpathSync(repositoryOf(folder) ?? folder);
    if (!file.startsWith(root.endsWith(sep) ? root : `${root}${sep}`)) throw refusal("outside");
    const stats = statSync(file);
    if (!stats.isFile()) throw refusal("not-a-file");
    if (stats.size > MAX_BYTES) throw refusal("too-large");
    return readFileSync(file, "utf8");
  };
}

/** Returns the nearest folder, from `folder` upwards, that is the root of a Git repository. */
function repositoryOf(folder: string): string | undefined {
  if (existsSync(join(folder, ".git"))) return folder;
  return dirname(folder) === folder ? undefined : repositoryOf(dirname(folder));
}

const refusal = (code: FileRefusal) => Object.assign(new Error(code), { code });
