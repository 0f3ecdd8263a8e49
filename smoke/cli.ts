/** `npm run smoke -- wss://… [options]`: the process around the command. */
import { readFileSync, writeFileSync } from "node:fs";
import { smokeCommand } from "./command/command";
import { messageOf } from "./errors";

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

const written = (stream: NodeJS.WriteStream) => new Promise<void>((resolve) => stream.write("", () => resolve()));

smokeCommand(process.argv.slice(2), {
  env: process.env,
  color: process.stdout.isTTY === true && !process.env.NO_COLOR,
  signal: controller.signal,
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  read: (file) => readFileSync(file === "-" ? 0 : file, "utf8"),
  write: (file, text) => writeFileSync(file, text),
})
  .catch((error: unknown) => {
    process.stderr.write(`The smoke test itself failed: ${messageOf(error)}\n`);
    return 70;
  })
  .then(async (code) => {
    await Promise.all([written(process.stdout), written(process.stderr)]);
    // A resolver that does not answer would keep the process alive: nothing in it is waited for any more.
    process.exit(stopped ?? code);
  });
