/**
 * Runs Lambda functions on this machine: the very zip, in a process of its own, with the environment that Terraform sets.
 * Whatever a function does, it ends as a payload or a function error, never as the end of the gateway.
 *
 * Not as on Lambda: a function is not frozen between events, memory outside of the JavaScript heap is not limited, and
 * there are no role credentials in its environment.
 */
import { statSync } from "node:fs";
import { PackageError, unpack } from "./deployment-package";
import type { LogLine } from "./execution-environment";
import { Pool } from "./pool";
import type { InvokeFunction, LambdaFunction } from "./types";

export type { LogLine } from "./execution-environment";

export interface LambdaRuntimeOptions {
  /** Every line that a function writes. */
  readonly onLog?: (line: LogLine) => void;
  /** Environments of one function at once; more events wait. 32 unless told. */
  readonly concurrency?: number;
  /** Milliseconds after which an idle environment beyond the first is ended. 30 seconds unless told. */
  readonly idleMs?: number;
}

export interface LambdaRuntime {
  readonly invoke: InvokeFunction;
  /** Starts an environment ahead of the first event. */
  warm(fn: LambdaFunction): void;
  /** Ends every environment and removes what was unpacked. */
  close(): Promise<void>;
}

interface Entry {
  fn: LambdaFunction;
  readonly version: string;
  readonly pool: Pool;
}

export function createLambdaRuntime(options: LambdaRuntimeOptions = {}): LambdaRuntime {
  const entries = new Map<string, Entry>();
  const { onLog = () => {}, concurrency = 32, idleMs = 30_000 } = options;

  /** The function's pool; another one once its code or configuration has changed. */
  function poolOf(fn: LambdaFunction): Pool {
    const known = entries.get(fn.functionArn);
    if (known?.fn === fn) return known.pool;
    const version = versionOf(fn);
    if (known?.version === version) {
      known.fn = fn;
      return known.pool;
    }
    const pool = new Pool(fn, unpack(fn.zipFile), { onLog, concurrency, idleMs });
    entries.set(fn.functionArn, { fn, version, pool });
    known?.pool.drain();
    return pool;
  }

  const closeAll = (): void => {
    process.off("exit", closeAll);
    for (const { pool } of entries.values()) pool.close();
    entries.clear();
  };
  process.on("exit", closeAll);

  return {
    async invoke(fn, event) {
      try {
        return await poolOf(fn).invoke(event);
      } catch (error) {
        if (!(error instanceof PackageError)) throw error;
        return { functionError: { errorType: "Runtime.InvalidPackage", errorMessage: error.message } };
      }
    },
    warm: (fn) => poolOf(fn).warm(),
    async close() {
      closeAll();
    },
  };
}

/** What makes two functions the same; a zip is known by when and how large it was written. */
function versionOf(fn: LambdaFunction): string {
  const { mtimeMs = 0, size = 0 } = statSync(fn.zipFile, { throwIfNoEntry: false }) ?? {};
  return JSON.stringify([
    fn.zipFile,
    mtimeMs,
    size,
    fn.handler,
    fn.environmentVariables,
    fn.timeoutSeconds,
    fn.memoryMb,
  ]);
}
