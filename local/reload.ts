/** Serves again what has changed on disk: the configuration, the authorizer's source, or a stack that others synthesize. */
import { type FSWatcher, statSync, watch } from "node:fs";
import { basename, dirname } from "node:path";

export interface ReloadOptions {
  /** Files and folders. */
  readonly sources: readonly string[];
  /** Synthesizes and loads. Never at the same time as before: changes meanwhile make it run once more. */
  readonly reload: () => Promise<void>;
  readonly onReloaded: () => void;
  /** What is served stays what it was. */
  readonly onFailed: (error: unknown) => void;
}

/** Editors write a file in several steps, and rename others over it. */
const SETTLE_MS = 100;

/** Returns what stops the watching. */
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
    } while (again && !stopped);
    running = false;
  };
  let settled: NodeJS.Timeout | undefined;
  const changed = (): void => {
    clearTimeout(settled);
    if (!stopped) settled = setTimeout(() => void run(), SETTLE_MS);
  };
  const watchers = sources.map((source) => watchOne(source, changed));
  return () => {
    stopped = true;
    clearTimeout(settled);
    for (const watcher of watchers) watcher.close();
  };
}

/** A file is watched through its folder: a file that is replaced would be lost. */
function watchOne(source: string, changed: () => void): FSWatcher {
  if (statSync(source).isDirectory()) return watch(source, { recursive: true }, changed);
  return watch(dirname(source), (_, name) => {
    if (name === null || name === basename(source)) changed();
  });
}
