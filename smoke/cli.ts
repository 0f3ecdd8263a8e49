/** `npm run smoke -- wss://… [options]`: the process around the command. */
import { smokeCommand } from "./command/command";
import { EXIT } from "./command/exit-codes";
import { files } from "./command/files";
import { codeOf, messageOf } from "./errors";

const controller = new AbortController();
let stopped: number | undefined;
for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const) {
  process.once(signal, () => {
    stopped ??= code;
    controller.abort();
  });
}

// Who closes a pipe has read enough: the test goes on, and its exit code is what it is. A full disk is another thing.
let lost: string | undefined;
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error) => {
    if (codeOf(error) !== "EPIPE" && stream === process.stdout) lost ??= messageOf(error);
  });
}

const written = (stream: NodeJS.WriteStream) => new Promise<void>((resolve) => stream.write("", () => resolve()));

smokeCommand(process.argv.slice(2), {
  env: process.env,
  color: process.stdout.isTTY === true && !process.env.NO_COLOR,
  signal: controller.signal,
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  ...files,
})
  .catch((error: unknown) => {
    process.stderr.write(`The smoke test itself failed: ${messageOf(error)}\n`);
    return EXIT.internal;
  })
  .then(async (code) => {
    await Promise.all([written(process.stdout), written(process.stderr)]);
    if (lost !== undefined) {
      process.stderr.write(`The report could not be written: ${lost}\n`);
      code ||= EXIT.internal;
    }
    // A resolver that does not answer would keep the process alive: nothing in it is waited for any more.
    process.exit(stopped ?? code);
  });
