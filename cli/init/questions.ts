/** Asks the questions of `init` in the terminal. */
import { createInterface } from "node:readline/promises";
import { UsageError } from "../../terminal/values";

/** Asks a question and returns the answer, or the default if the answer is empty. */
export type Ask = (question: string, byDefault: string) => Promise<string>;

/** @throws UsageError if standard input is not a terminal */
export function terminalQuestions(signal: AbortSignal): { readonly ask: Ask; close(): void } {
  if (!process.stdin.isTTY)
    throw new UsageError("Standard input is not a terminal.", "Add --yes to take the defaults without questions.");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  return {
    ask: async (question, byDefault) =>
      (await terminal.question(`${question} [${byDefault}]: `, { signal })).trim() || byDefault,
    close: () => terminal.close(),
  };
}
