/** CPU time of a process and its children, and memory of a process, on Linux. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

const TICKS_PER_SECOND = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

interface ProcessTimes {
  readonly parent: number;
  readonly ticks: number;
}

/** Fields of https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html after the name; times include ended children. */
function timesOf(pid: string): ProcessTimes | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    return { parent: Number(fields[1]), ticks };
  } catch {
    return undefined;
  }
}

function tree(pid: number): { pid: number; ticks: number }[] {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const times = timesOf(name);
      return times ? [{ pid: Number(name), ...times }] : [];
    });
  const found = all.filter((one) => one.pid === pid);
  for (const one of found) found.push(...all.filter(({ parent }) => parent === one.pid));
  return found;
}

/** CPU time of the process and its children since the start, in microseconds. */
export function cpuMicroseconds(pid: number): number {
  return (tree(pid).reduce((sum, { ticks }) => sum + ticks, 0) * 1e6) / TICKS_PER_SECOND;
}

/** Memory of the process without its children, which are environments of functions. */
export function residentKilobytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
}
