/** The command `npm run local`, and `npm start`, which adds the example backend. */
import { codeOf, explain } from "../../terminal/error";
import { runCommand, type Shell } from "../../terminal/shell";
import { localHelp, localOptions, type Script } from "./options";
import { runSession, type Session } from "./session";

/** The exit code. */
export async function localCommand(
  argv: readonly string[],
  shell: Shell,
  { script = "run local", ...session }: { script?: Script } & Omit<Session, "options" | "shell"> = {},
): Promise<number> {
  return await runCommand(shell, { help: `npm ${script} -- --help`, failed: 1, explain: explainFailure }, async () => {
    const options = localOptions(argv);
    if (!options.help) return await runSession({ options, shell, ...session });
    shell.out(localHelp(script));
    return 0;
  });
}

function explainFailure(error: unknown): string {
  const text = explain(error);
  return codeOf(error) === "EADDRINUSE" ? `${text}. Choose another port with --port.` : text;
}
