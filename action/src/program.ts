/** Runs a program to its end, whatever becomes of this process meanwhile. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StringDecoder } from "node:string_decoder";

export interface Run {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Sends one SIGINT, never a second: Terraform takes two for "stop at once", and would leave its lock behind. */
  readonly signal: AbortSignal;
  /** Seconds in which the program stands still before it is interrupted; see {@link interrupt}. */
  readonly settleSeconds?: number;
  /** Interrupts its children as well: a shell waits for them. Terraform sees to its own. */
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

/**
 * The program writes to files, which are followed, instead of pipes: if this process is killed, the program must not die
 * of a broken pipe with a lock in its hand. For the same reason it gets a process group of its own, so that Ctrl-C
 * reaches it only through us, and is hidden from the runner's clean-up of orphans, which goes by RUNNER_TRACKING_ID.
 */
export async function runProgram(file: string, args: readonly string[], options: Run): Promise<Ended> {
  const folder = mkdtempSync(join(options.env.RUNNER_TEMP || tmpdir(), "gateway-run-"));
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
      const onAbort = () => {
        if (options.group && child.pid !== undefined) process.kill(-child.pid, "SIGINT");
        else interrupt(child, options.settleSeconds ?? 0);
      };
      options.signal.addEventListener("abort", onAbort, { once: true });
      child.once("error", reject);
      child.once("close", (status) => {
        options.signal.removeEventListener("abort", onAbort);
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

/**
 * Terraform, when interrupted, cancels the requests that its providers have under way. One that AWS has served already is
 * then lost: the resource is there, the state does not know it, and the next run fails because it exists. So Terraform
 * is halted for a moment first, in which it starts nothing new, and its providers, which are processes of their own,
 * get their answers. A shell of its own does it, lest a killed job leave Terraform halted.
 */
function interrupt(child: ChildProcess, settleSeconds: number): void {
  if (settleSeconds === 0 || child.pid === undefined) {
    child.kill("SIGINT");
    return;
  }
  const script = 'kill -STOP "$0"; sleep "$1"; kill -INT "$0"; kill -CONT "$0"';
  const args = ["-c", script, String(child.pid), String(settleSeconds)];
  spawn("/bin/sh", args, { detached: true, stdio: "ignore", env: { ...process.env, RUNNER_TRACKING_ID: "" } }).unref();
}

/** A function that hands on the whole lines which the file has gained since it was last called. */
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
