/** Runs a program to its end, also when this process is killed in the meantime. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, readSync, rmSync } from "node:fs";
import { join } from "node:path";
import { StringDecoder } from "node:string_decoder";
import { createScratch } from "./runner-files";

export interface Run {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Sends one SIGINT, never a second: Terraform stops at once at the second one, and leaves its lock behind. */
  readonly signal: AbortSignal;
  /** Seconds that the program is paused before it is interrupted; see {@link interrupt}. */
  readonly pauseSeconds?: number;
  /**
   * Whether to interrupt the children of a shell too, which it waits for, and to end those that are left. Terraform does
   * this itself.
   */
  readonly group?: boolean;
  readonly onLine?: (line: string) => void;
}

export interface Ended {
  /** `null`: a signal ended it, or it could not be started. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const POLL_MS = 50;
const REPEAT_MS = 1_000;

/**
 * The program writes to files, which are followed, instead of pipes: if this process is killed, a broken pipe would end
 * the program while it holds a lock. For the same reason it gets its own process group, so that Ctrl-C reaches it only
 * through this process, and an empty RUNNER_TRACKING_ID, by which the runner finds the orphans that it kills.
 */
export async function runProgram(file: string, args: readonly string[], options: Run): Promise<Ended> {
  const folder = createScratch(options.env);
  const paths = { stdout: join(folder, "stdout"), stderr: join(folder, "stderr") };
  const files = { stdout: openSync(paths.stdout, "w+", 0o600), stderr: openSync(paths.stderr, "w+", 0o600) };
  const follow = follower(files.stdout, options.onLine ?? (() => {}));
  const timer = setInterval(follow, POLL_MS);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      const child = spawn(file, args, {
        cwd: options.cwd,
        env: { ...options.env, RUNNER_TRACKING_ID: "" },
        stdio: ["ignore", files.stdout, files.stderr],
        detached: true,
      });
      let again: NodeJS.Timeout | undefined;
      const onAbort = () => {
        const { pid } = child;
        if (options.group && pid !== undefined) {
          signalGroup(pid, "SIGINT");
          // A shell that is just starting a program may lose the signal, and waits for the program.
          again = setInterval(() => signalGroup(pid, "SIGINT"), REPEAT_MS);
        } else interrupt(child, options.pauseSeconds ?? 0);
      };
      options.signal.addEventListener("abort", onAbort, { once: true });
      child.once("error", reject);
      child.once("close", (status) => {
        options.signal.removeEventListener("abort", onAbort);
        clearInterval(again);
        // Children that still run could read the environment of the programs that follow.
        if (options.group && child.pid !== undefined) signalGroup(child.pid, "SIGKILL");
        resolve(status);
      });
    });
    follow();
    return { code, stdout: readFileSync(paths.stdout, "utf8"), stderr: readFileSync(paths.stderr, "utf8") };
  } finally {
    clearInterval(timer);
    closeSync(files.stdout);
    closeSync(files.stderr);
    rmSync(folder, { recursive: true, force: true });
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // None of its processes is running.
  }
}

/**
 * An interrupted Terraform cancels its providers' pending requests. If AWS has already served one, the resource exists
 * but is not in the state, and the next run fails because it exists. So Terraform is paused first: it starts nothing new,
 * while its providers, which are separate processes, receive their answers. A separate shell does this, so that
 * Terraform does not stay paused if this process is killed.
 */
function interrupt(child: ChildProcess, pauseSeconds: number): void {
  if (pauseSeconds === 0 || child.pid === undefined) {
    child.kill("SIGINT");
    return;
  }
  const script = 'kill -STOP "$0"; sleep "$1"; kill -INT "$0"; kill -CONT "$0"';
  const args = ["-c", script, String(child.pid), String(pauseSeconds)];
  spawn("/bin/sh", args, { detached: true, stdio: "ignore", env: { ...process.env, RUNNER_TRACKING_ID: "" } }).unref();
}

/** Returns a function that passes on the complete lines that were added to the file since its last call. */
function follower(file: number, onLine: (line: string) => void): () => void {
  const buffer = Buffer.alloc(65_536);
  const decoder = new StringDecoder("utf8");
  let position = 0;
  let rest = "";
  return () => {
    for (;;) {
      const length = readSync(file, buffer, 0, buffer.length, position);
      if (length === 0) return;
      position += length;
      const lines = (rest + decoder.write(buffer.subarray(0, length))).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) onLine(line);
    }
  };
}
