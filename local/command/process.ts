/** This process as the shell of a run: its streams, its environment, and the signals that stop it. */
import type { Shell } from "./session";

export function processShell(): Shell {
  return {
    cwd: process.cwd(),
    environment: process.env,
    color: process.stdout.isTTY === true && !process.env.NO_COLOR,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    stopped: new Promise((stop) => {
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, stop);
    }),
  };
}
