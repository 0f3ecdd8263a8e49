/**
 * Runs Lambda functions on this machine: the zip that Terraform would upload, in a process of its own, with the environment
 * variables that Terraform sets. Every invocation ends with a payload or a function error, even if the process crashes.
 * This project's own authorizer runs without a process, but with the same results.
 *
 * Different from Lambda: a function is not frozen between events, memory outside of the JavaScript heap is not limited,
 * and its environment variables have no role credentials, but the machine's proxies and certificate authorities.
 */
import { rmSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { AuthorizerEnvironment } from "./authorizer-environment";
import { PackageError, unpack } from "./deployment-package";
import type { LogLine } from "./execution-environment";
import { KeyFetcher } from "./key-fetcher";
import { ownAuthorizer } from "./own-authorizer";
import { Pool, type Startable } from "./pool";
import { ProcessEnvironment } from "./process-environment";
import { variablesOf } from "./runner-process";
import type { InvokeFunction, LambdaFunction } from "./types";

export type { LogLine } from "./execution-environment";

export interface LambdaRuntimeOptions {
  /** Called with every line that a function writes. */
  readonly onLog?: (line: LogLine) => void;
  /** Maximum number of execution environments of one function; further events wait. Default 32. */
  readonly concurrency?: number;
  /** Milliseconds after which an idle execution environment is stopped, except the last one. Default 30,000. */
  readonly idleMs?: number;
  /** Variables of this machine. A function gets those in {@link NETWORK_VARIABLES}, so that it can reach what this machine reaches. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

const NETWORK_VARIABLES = /^(NODE_EXTRA_CA_CERTS|(https?|all|no)_proxy|(HTTPS?|ALL|NO)_PROXY)$/;

export interface LambdaRuntime {
  readonly invoke: InvokeFunction;
  /** Starts an execution environment before the first event. */
  warm(fn: LambdaFunction): void;
  /** Stops every execution environment and removes the unpacked files. */
  close(): Promise<void>;
}

/** The folder of a function on Lambda. This project's authorizer reads nothing there. */
const TASK_ROOT = "/var/task";

interface Entry {
  fn: LambdaFunction;
  readonly version: string;
  readonly pool: Pool;
}

/**
 * A runtime for Node.js functions. `invoke` never rejects because of a function: errors, timeouts and crashes are
 * `functionError` in its result. Call `close` at the end.
 *
 * @example
 * const runtime = createLambdaRuntime({ onLog: ({ text }) => console.log(text) });
 * const result = await runtime.invoke(fn, { type: "REQUEST" });
 * if ("payload" in result) console.log(result.payload);
 * await runtime.close();
 */
export function createLambdaRuntime(options: LambdaRuntimeOptions = {}): LambdaRuntime {
  const entries = new Map<string, Entry>();
  const { onLog = () => {}, concurrency = 32, idleMs = 30_000, env = {} } = options;
  const network = networkVariables(env);

  /** Returns the function's pool. A function with changed code or configuration gets a new pool. */
  function poolOf(fn: LambdaFunction): Pool {
    const known = entries.get(fn.functionArn);
    if (known?.fn === fn) return known.pool;
    const version = versionOf(fn);
    if (known?.version === version) {
      known.fn = fn;
      return known.pool;
    }
    const startable = startableOf({ ...fn, environmentVariables: { ...network, ...fn.environmentVariables } });
    const pool = new Pool(startable, { onLog, concurrency, idleMs });
    entries.set(fn.functionArn, { fn, version, pool });
    known?.pool.drain();
    return pool;
  }

  function startableOf(fn: LambdaFunction): Startable {
    const own = ownAuthorizer(fn);
    if (own === undefined) {
      const taskRoot = unpack(fn.zipFile);
      return {
        start: (events) => new ProcessEnvironment(fn, taskRoot, events),
        release: () => rmSync(taskRoot, { recursive: true, force: true }),
      };
    }
    const variables = variablesOf(fn, TASK_ROOT);
    const { functionName } = fn;
    const fetcher = new KeyFetcher(variables, idleMs, (text) =>
      onLog({ functionName, requestId: undefined, level: "ERROR", text, invokedFor: undefined }),
    );
    return {
      start: (events) => new AuthorizerEnvironment(fn, own, variables, fetcher.fetch, events),
      release: () => fetcher.stop(),
    };
  }

  const closeAll = (): void => {
    process.off("exit", closeAll);
    for (const { pool } of entries.values()) pool.close();
    entries.clear();
  };
  process.on("exit", closeAll);

  return {
    async invoke(fn, event, invokedFor) {
      try {
        return await poolOf(fn).invoke(event, invokedFor);
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

function networkVariables(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) if (value && NETWORK_VARIABLES.test(name)) found[name] = value;
  // The function runs in another folder.
  const { NODE_EXTRA_CA_CERTS: file } = found;
  return file === undefined ? found : { ...found, NODE_EXTRA_CA_CERTS: resolve(file) };
}

/**
 * Returns a key that is equal for functions with the same code and configuration. Code without a hash is compared by the
 * time and size of its zip.
 */
function versionOf({ codeSha256, zipFile, handler, environmentVariables, timeoutSeconds, memoryMb }: LambdaFunction) {
  const code = codeSha256 === undefined ? zipOf(zipFile) : [codeSha256];
  return JSON.stringify([...code, handler, environmentVariables, timeoutSeconds, memoryMb]);
}

function zipOf(file: string): unknown[] {
  const { mtimeMs = 0, size = 0 } = statSync(file, { throwIfNoEntry: false }) ?? {};
  return [file, mtimeMs, size];
}
