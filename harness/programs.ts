/** Runs programs to their end, or in the background until a test stops them. */
import { type ChildProcess, spawn } from "node:child_process";
import { connect } from "node:net";

/** The result of a program. */
export interface Finished {
  /** Exit code, or null if a signal ended the program. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. A non-zero exit code is not an error: the caller checks `code`. */
export function run(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv; readonly input?: string } = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: options.cwd, env: options.env });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
    child.stdin.on("error", () => {}); // The program may end before it has read its input.
    child.stdin.end(options.input ?? "");
  });
}

/** Runs a program to its end. @throws an error with the program's output if the exit code is not zero */
export async function succeed(...call: Parameters<typeof run>): Promise<Finished> {
  const finished = await run(...call);
  if (finished.code !== 0) {
    throw new Error(
      `${call[0]} ${call[1].join(" ")} ended with ${finished.code}\n${finished.stdout}\n${finished.stderr}`,
    );
  }
  return finished;
}

/** Ends a process and waits for its exit. */
export function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("close", () => resolve());
    child.kill("SIGTERM");
  });
}

/** Resolves when a program accepts connections on its port. Rejects if it ends before, or after 60 s. */
export function listening(port: number, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + 60_000;
  return new Promise((resolve, reject) => {
    const attempt = () => {
      if (child.exitCode !== null) return reject(new Error(`${child.spawnfile} ended with ${child.exitCode}`));
      const socket = connect(port, "127.0.0.1");
      socket.once("connect", () => {
        socket.destroy();
        resolve();
      });
      socket.once("error", () => {
        if (Date.now() > deadline) reject(new Error(`${child.spawnfile} did not listen on ${port} within 60 s`));
        else setTimeout(attempt, 100);
      });
    };
    attempt();
  });
}
