/** Synthesizes the project's own stacks in a child process, so that the gateway serves what the app writes to disk. */

import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { isScalar, parseDocument, visit } from "yaml";
import { chooseEnvironment } from "../../contract/environment";
import { CodedError } from "../../terminal/error";
import { didYouMean } from "../../terminal/nearest";
import type { Variables } from "../../terminal/shell";
import { projectFile } from "../project-file";

export class SynthesisError extends CodedError {
  override readonly name = "SynthesisError";

  constructor(message: string, hint?: string) {
    super("synthesis-failed", message, hint);
  }
}

export interface SynthesisOptions {
  /** The configuration file. */
  readonly config: string;
  /** Where to write. */
  readonly outdir: string;
  /** Variables of the app. @default those of this process */
  readonly env?: Variables | undefined;
  readonly signal?: AbortSignal;
}

/** @throws SynthesisError with what the app printed */
export async function synthesize({ config, outdir, env = process.env, signal }: SynthesisOptions): Promise<void> {
  const child = spawn(process.execPath, appArguments(), {
    env: { ...env, GATEWAY_CONFIG: resolve(config), GATEWAY_LOCAL: "true", CDKTF_OUTDIR: outdir },
    stdio: ["ignore", "pipe", "pipe"],
    signal,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  const code = await new Promise<number | null>((done, failed) => {
    // After an abort the child may still write: wait until it has closed.
    child.once("error", (error) => signal?.aborted || failed(error)).once("close", done);
  });
  if (code !== 0) throw new SynthesisError(output.trim() || `The app ended with exit code ${code}.`);
}

/**
 * Returns Node's arguments for the app: that of the package, whose command is one bundle; that of the sources; or, if the
 * packages for the sources are not installed, the action's bundle.
 */
function appArguments(): readonly string[] {
  const packaged = projectFile("websocket-gateway.cjs");
  if (existsSync(packaged)) return [packaged, "synth"];
  const hasSources = existsSync(projectFile("node_modules/@cdktf/provider-aws/package.json"));
  return hasSources ? [projectFile("scripts/run.mjs"), "main.ts"] : [projectFile("action/dist/main.js")];
}

/** The folder of one synthesized stack: the named one, or the only one. */
export function stackIn(outdir: string, environment: string | undefined): string {
  const stacks = join(outdir, "stacks");
  const names = existsSync(stacks) ? readdirSync(stacks).sort() : [];
  const fail = (message: string, choices: string | undefined) => {
    const near = environment && didYouMean(environment, names);
    const choose = choices && `Choose one with --environment: ${choices}.`;
    return new SynthesisError(message, [near, choose].filter(Boolean).join(" ") || undefined);
  };
  return join(stacks, chooseEnvironment(names, environment, fail));
}

/** Files and folders that the project's own stacks depend on, for watching; also those that the configuration names. */
export function sourcesOf(config: string): string[] {
  const file = resolve(config);
  const named = filesNamedIn(file).map((name) => resolve(dirname(file), name));
  // The package has no sources.
  const authorizer = projectFile("functions/authorizer/index.ts");
  return [...new Set([file, ...named, ...(existsSync(authorizer) ? [dirname(authorizer)] : [])])];
}

/** Templates (`file:`) and copies of keys (`jwks:`). */
function filesNamedIn(config: string): string[] {
  const names: string[] = [];
  try {
    visit(parseDocument(readFileSync(config, "utf8")), {
      Pair(_, { key, value }) {
        if (!isScalar(key) || (key.value !== "file" && key.value !== "jwks")) return;
        if (isScalar(value) && typeof value.value === "string") names.push(value.value);
      },
    });
  } catch {
    // Synthesis reports what is wrong with the file.
  }
  return names;
}
