/** Asks the questions of `init` in the terminal. */
import { createInterface } from "node:readline/promises";
import { CodedError } from "../../terminal/error";
import { UsageError } from "../../terminal/values";

/** Asks a question and returns the answer, or the default if the answer is empty. */
export type Ask = (question: string, byDefault: string) => Promise<string>;

/** Where the answers are typed. */
type Input = NodeJS.ReadableStream & { readonly isTTY?: boolean };

/**
 * Creates the function that asks. A line that is typed or pasted before its question is used as its answer.
 *
 * @throws UsageError if the input is not a terminal
 */
export function terminalQuestions(
  signal: AbortSignal,
  input: Input = process.stdin,
): { readonly ask: Ask; close(): void } {
  if (!input.isTTY)
    throw new UsageError("Standard input is not a terminal.", "Add --yes to take the defaults without questions.");
  const terminal = createInterface({ input, output: process.stderr, signal });
  // In a terminal, readline gets Ctrl-C as a key.
  terminal.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
  const lines = terminal[Symbol.asyncIterator]();
  return {
    async ask(question, byDefault) {
      terminal.setPrompt(`${question} [${byDefault}]: `);
      terminal.prompt();
      const { done, value } = await lines.next();
      // No UsageError: `init` repeats a question after one.
      if (done) throw new CodedError("not-answered", "The questions were not answered.", "Nothing was written.");
      return value.trim() || byDefault;
    },
    close: () => terminal.close(),
  };
}
