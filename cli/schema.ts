/** The command `websocket-gateway schema`. */
import { jsonSchema } from "../config/schema/json-schema";
import { helpText } from "../terminal/help";
import { HELP_OPTION, type OptionTable, parseOptions, rejectWords } from "../terminal/options";
import { runCommand, type Shell } from "../terminal/shell";

export const OPTIONS = { help: HELP_OPTION } as const satisfies OptionTable;

/** Prints the schema. Returns the exit code. */
export async function schemaCommand(argv: readonly string[], shell: Shell): Promise<number> {
  return await runCommand(shell, { invocation: "npx websocket-gateway schema", failed: 1 }, async (invocation) => {
    const { values, words } = parseOptions(OPTIONS, argv);
    rejectWords(words, OPTIONS);
    shell.out(values.help ? help(invocation) : `${JSON.stringify(jsonSchema(), null, 2)}\n`);
    return 0;
  });
}

const help = (invocation: string): string =>
  helpText(
    {
      summary: "Prints the JSON Schema of gateway.yaml.",
      usage: "$0",
      examples: ["$0 > gateway.schema.json"],
      options: OPTIONS,
      notes: [
        "An editor with a YAML language server checks and completes the file if its first line is `# yaml-language-server: $schema=./gateway.schema.json`. `init` writes this line.",
      ],
    },
    invocation,
  );
