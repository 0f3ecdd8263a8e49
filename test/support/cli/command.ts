/** Runs the command `websocket-gateway` in this process, in a folder of its own. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Shell } from "../../../terminal/shell";

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Returns a shell that collects the output, in a folder. */
function shellIn(cwd: string, env: Shell["env"] = {}) {
  const text = { out: "", err: "" };
  const shell: Shell = {
    cwd,
    env,
    color: false,
    signal: new AbortController().signal,
    out: (more) => {
      text.out += more;
    },
    err: (more) => {
      text.err += more;
    },
  };
  return { shell, text };
}

/** Runs a command and returns its exit code and output. */
export async function runIn(
  cwd: string,
  command: (shell: Shell) => Promise<number>,
  env: Shell["env"] = {},
): Promise<Ran> {
  const { shell, text } = shellIn(cwd, env);
  const code = await command(shell);
  return { code, ...text };
}

export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), "command-"));
