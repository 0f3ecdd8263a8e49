/**
 * Reloads after a change on disk: of the configuration, the authorizer's source, or a stack that another program
 * synthesizes.
 */
import { type FSWatcher, type Stats, statSync, unwatchFile, type WatchListener, watch, watchFile } from "node:fs";
import { basename, dirname } from "node:path";

export interface ReloadOptions {
  /** Returns the files and folders to watch. Called again after each reload. */
  readonly sources: () => readonly string[];
  /** Synthesizes and loads. Calls never overlap: a change during a call leads to another call after it. */
  readonly reload: () => Promise<void>;
  readonly onReloaded: () => void;
  /** Called with the error of a reload. The gateway continues to serve the previous stack. */
  readonly onFailed: (error: unknown) => void;
}

/** Time to wait after a change, because editors write a file in several steps, or rename another file over it. */
const SETTLE_MS = 100;
const POLL_MS = 500;

/** Watches the sources. Returns a function that stops watching. */
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
 * Watches a file through its folder, because a watcher of the file stops working if the file is replaced. A watcher of a
 * folder stops working if the folder is removed and created again, so the folder's inode is polled.
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

/** Watches a folder. Returns undefined if it does not exist. */
function watchFolder(folder: string, recursive: boolean, onChange: WatchListener<string>): FSWatcher | undefined {
  try {
    return watch(folder, { recursive }, onChange).on("error", () => {});
  } catch {
    return undefined;
  }
}
