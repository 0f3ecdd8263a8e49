/** Synthesizes configurations in temporary folders. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { synthesisError, synthesize } from "../synth/app";
import type { Variables } from "../terminal/shell";
import { AdoptError } from "./errors";
import type { Synthesize } from "./project";

/** Returns a function that writes a configuration to a temporary folder, and synthesizes it there. */
export function synthesizer(env: Variables): Synthesize {
  return (configuration, files, environment) =>
    inTemporaryFolder((folder) => {
      const config = join(folder, "gateway.yaml");
      writeFileSync(config, configuration);
      for (const [path, text] of files) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
      return synthesized(config, environment, env);
    });
}

/** Returns the parsed `cdk.tf.json` of an environment, without leaving files. */
export const synthesizedFile = (config: string, environment: string, env: Variables): unknown =>
  inTemporaryFolder(() => synthesized(config, environment, env));

/** Synthesizes to `cdktf.out` beside a configuration. Returns the folder of an environment. */
export function synthesizeBeside(config: string, environment: string, env: Variables): string {
  const outdir = join(dirname(config), "cdktf.out");
  write(config, outdir, env);
  return join(outdir, "stacks", environment);
}

function synthesized(config: string, environment: string, env: Variables): unknown {
  return inTemporaryFolder((outdir) => {
    write(config, outdir, env);
    return JSON.parse(readFileSync(join(outdir, "stacks", environment, "cdk.tf.json"), "utf8"));
  });
}

/** @throws {AdoptError} `synthesis-failed` */
function write(config: string, outdir: string, env: Variables): void {
  try {
    synthesize({ config, outdir, env: { ...env } });
  } catch (error) {
    throw new AdoptError("synthesis-failed", synthesisError(error).trim());
  }
}

function inTemporaryFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "adopt-"));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
