/** Where the stack that is served comes from: this process synthesizes it, or another program has. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { findConfigFile } from "../../contract/config-file";
import type { Variables } from "../../terminal/shell";
import { sourcesOf, stackIn, synthesize } from "./synthesize";

export interface StackSource {
  /** For a person: the file and the environment, or the folder. Call it after {@link synthesize}. */
  name(): string;
  /** Files and folders after whose change the stack is another. */
  watched(): readonly string[];
  /** Rejects with `SynthesisError`. */
  synthesize(): Promise<void>;
  /** The synthesized folder. Call it after {@link synthesize}. */
  stack(): string;
  /** Removes what was synthesized. */
  close(): Promise<void>;
}

/** A stack that another program synthesizes. */
export function synthesizedSource(folder: string): StackSource {
  return {
    name: () => folder,
    watched: () => [folder],
    synthesize: async () => {},
    stack: () => folder,
    async close() {},
  };
}

export interface ConfigSourceOptions {
  /** Undefined: it is found by its name. */
  readonly config: string | undefined;
  /** Undefined: the only one. */
  readonly environment: string | undefined;
  readonly cwd: string;
  /** Variables of the app. @default those of this process */
  readonly env?: Variables | undefined;
  /** Ends a synthesis that runs. */
  readonly signal: AbortSignal;
}

/** Synthesizes a configuration to a folder for this source only, because another one may serve the same project. */
export function configSource({
  config,
  environment,
  cwd,
  env = process.env,
  signal,
}: ConfigSourceOptions): StackSource {
  const name = config ?? findConfigFile(cwd, env);
  const file = resolve(cwd, name);
  const outdir = mkdtempSync(join(tmpdir(), "local-stack-"));
  removeAtExit(outdir);
  let running: Promise<void> = Promise.resolve();
  return {
    name: () => `${name}, environment ${basename(stackIn(outdir, environment))}`,
    watched: () => sourcesOf(file),
    synthesize() {
      running = synthesize({ config: file, outdir, env, signal });
      return running;
    },
    stack: () => stackIn(outdir, environment),
    async close() {
      // A synthesis that still runs would create the folder again.
      await running.catch(() => {});
      remove(outdir);
    },
  };
}

const folders = new Set<string>();

/** One listener for all folders: a process may run many gateways. */
function removeAtExit(folder: string): void {
  if (folders.size === 0) process.once("exit", removeAll);
  folders.add(folder);
}

function remove(folder: string): void {
  folders.delete(folder);
  if (folders.size === 0) process.off("exit", removeAll);
  rmSync(folder, { recursive: true, force: true });
}

function removeAll(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}
