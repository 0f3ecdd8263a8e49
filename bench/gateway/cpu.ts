/** CPU time of a process and its children, and memory of a process, on Linux. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

const TICKS_PER_SECOND = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

interface ProcessTimes {
  readonly pid: string;
  readonly parent: number;
  /** Of the ended children, which the scheduler no longer counts. */
  readonly childTicks: number;
}

/** Fields of https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html after the name. */
function timesOf(pid: string): ProcessTimes | undefined {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  const fields = stat.replace(/^.*\) /s, "").split(" ");
  return { pid, parent: Number(fields[1]), childTicks: Number(fields[13]) + Number(fields[14]) };
}

/** Undefined if the process has ended. */
function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function tree(pid: number): ProcessTimes[] {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => timesOf(name) ?? []);
  const found = all.filter((one) => one.pid === String(pid));
  for (const one of found) found.push(...all.filter(({ parent }) => String(parent) === one.pid));
  return found;
}

/**
 * The threads' time on a CPU in nanoseconds, the first number of each `schedstat`
 * (https://docs.kernel.org/scheduler/sched-stats.html). `stat` has only ticks of 10 ms.
 */
function nanosecondsOf(pid: string): number {
  try {
    return readdirSync(`/proc/${pid}/task`)
      .map((thread) => Number(read(`/proc/${pid}/task/${thread}/schedstat`)?.split(" ")[0] ?? 0))
      .reduce((sum, one) => sum + one, 0);
  } catch {
    return 0;
  }
}

/** CPU time of the process and its children since the start, in microseconds. */
export function cpuMicroseconds(pid: number): number {
  const times = tree(pid).map((one) => nanosecondsOf(one.pid) / 1e3 + (one.childTicks * 1e6) / TICKS_PER_SECOND);
  return times.reduce((sum, one) => sum + one, 0);
}

/** Memory of the process without its children, which are environments of functions. */
export function residentKilobytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
}
