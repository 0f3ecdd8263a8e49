/** `npm run local`: serves what was synthesized. `--help` lists what it can be told. */
import { helpText } from "./session/help";
import { parseOptions, UsageError } from "./session/options";
import { processShell } from "./session/process";
import { explain, runSession } from "./session/session";

async function main(argv: readonly string[]): Promise<number> {
  const options = parseOptions(argv);
  const shell = processShell();
  if (!options.help) return await runSession({ options, shell });
  shell.out(helpText());
  return 0;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  },
);
