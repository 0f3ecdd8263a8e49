/** Serves again what has changed on disk: the configuration, the authorizer's source, or a stack that others synthesize. */
import { type FSWatcher, type Stats, statSync, unwatchFile, type WatchListener, watch, watchFile } from "node:fs";
import { basename, dirname } from "node:path";

export interface ReloadOptions {
  /** Files and folders. Called again after each reload. */
  readonly sources: () => readonly string[];
  /** Synthesizes and loads. Runs never overlap: changes during a run start one more after it. */
  readonly reload: () => Promise<void>;
  readonly onReloaded: () => void;
  /** The gateway continues to serve what it served before. */
  readonly onFailed: (error: unknown) => void;
}

/** Editors write a file in several steps, or rename another file over it. */
const SETTLE_MS = 100;
const POLL_MS = 500;

/** Returns a function that stops the watching. */
export function watchSources({ sources, reload, onReloaded, onFailed }: ReloadOptions): () => void {
  let running = false;
  let again = false;
  let stopped = false;
  const run = async (): Promise<void> => {
    if (running) {
      again = true;
      return;
    }
    running = true;
    do {
      again = false;
      try {
        await reload();
        if (!stopped) onReloaded();
      } catch (error) {
        if (!stopped) onFailed(error);
      }
      follow();
    } while (again && !stopped);
    running = false;
  };
  let settled: NodeJS.Timeout | undefined;
  const changed = (): void => {
    clearTimeout(settled);
    if (!stopped) settled = setTimeout(() => void run(), SETTLE_MS);
  };
  const watched = new Map<string, () => void>();
  const follow = (): void => {
    const wanted = stopped ? [] : sources();
    for (const source of wanted) if (!watched.has(source)) watched.set(source, watchSource(source, changed));
    for (const [source, unwatch] of watched) {
      if (wanted.includes(source)) continue;
      unwatch();
      watched.delete(source);
    }
  };
  follow();
  return () => {
    stopped = true;
    clearTimeout(settled);
    follow();
  };
}

/**
 * A file is watched through its folder, because a watcher of the file loses one that is replaced. A watcher of a folder
 * loses one that is removed and created again, so the folder's inode is polled.
 */
function watchSource(source: string, changed: () => void): () => void {
  const isFolder = statSync(source, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const folder = isFolder ? source : dirname(source);
  const onChange = (_: string, name: string | null): void => {
    if (isFolder || name === null || name === basename(source)) changed();
  };
  let watcher = watchFolder(folder, isFolder, onChange);
  const poll = (now: Stats, before: Stats): void => {
    if (now.ino === before.ino && now.birthtimeMs === before.birthtimeMs) return;
    watcher?.close();
    watcher = watchFolder(folder, isFolder, onChange);
    if (watcher) changed();
  };
  watchFile(folder, { interval: POLL_MS, persistent: false }, poll);
  return () => {
    watcher?.close();
    unwatchFile(folder, poll);
  };
}

/** Undefined where there is no such folder. */
function watchFolder(folder: string, recursive: boolean, onChange: WatchListener<string>): FSWatcher | undefined {
  try {
    return watch(folder, { recursive }, onChange).on("error", () => {});
  } catch {
    return undefined;
  }
}
