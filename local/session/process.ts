/** This process as the shell of a run: its streams, its environment, and the signals that stop it. */
import { constants } from "node:os";
import type { Shell } from "./session";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** npm passes a signal on that the terminal has sent to everybody already: what comes that soon is the same one. */
const SAME_MS = 500;

export function processShell(): Shell {
  return {
    cwd: process.cwd(),
    environment: process.env,
    color: process.stdout.isTTY === true && !process.env.NO_COLOR,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    stopped: new Promise((stop) => {
      let first: number | undefined;
      for (const signal of SIGNALS) {
        process.on(signal, () => {
          first ??= performance.now();
          stop(signal);
          // Whoever asks twice does not wait. What listens to `exit` still cleans up.
          if (performance.now() - first > SAME_MS) process.exit(128 + constants.signals[signal]);
        });
      }
      // Whoever read the output is gone, as `head` is after its lines.
      for (const stream of [process.stdout, process.stderr]) stream.on("error", stop);
    }),
  };
}
