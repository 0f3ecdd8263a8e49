/** Finds the subcommand in the arguments and runs it. */
import { version } from "../package.json";
import { didYouMean } from "../terminal/nearest";
import { type ProcessOptions, runCommand, type Shell } from "../terminal/shell";
import { UsageError } from "../terminal/values";
import { COMMANDS, commandNamed } from "./commands";
import type { Command } from "./types";

const PROGRAM = "npx websocket-gateway";

/** Runs a command line. Returns the exit code. @example await dispatch(["smoke", "wss://host/prod"], shell) */
export async function dispatch(argv: readonly string[], shell: Shell): Promise<number> {
  return await runCommand(shell, { invocation: PROGRAM, failed: 1 }, async () => {
    const [name, ...rest] = argv;
    if (name === "--version" || name === "-v" || name === "version") {
      shell.out(`${version}\n`);
      return 0;
    }
    const isHelp = name === undefined || name === "--help" || name === "-h" || name === "help";
    const [wanted, args] = isHelp ? [rest[0], ["--help"]] : [name, rest];
    if (wanted === undefined) {
      shell.out(overview());
      return 0;
    }
    const { run } = await found(wanted).load();
    return await run(args, { ...shell, invocation: `${PROGRAM} ${wanted}` });
  });
}

/** Returns how the process of a command ends. */
export function processOptions([name = ""]: readonly string[]): ProcessOptions {
  return { unwritten: 1, ...commandNamed(name)?.process };
}

function found(name: string): Command {
  const command = commandNamed(name);
  if (command) return command;
  const kind = name.startsWith("-") ? "option" : "command";
  const names = kind === "option" ? ["--help", "--version"] : Object.keys(COMMANDS);
  throw new UsageError(`There is no ${kind} ${name}.`, didYouMean(name, names));
}

function overview(): string {
  const commands = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(12)}${summary}`);
  return `An authenticated WebSocket API in front of your HTTP backend, on Amazon API Gateway.

Usage: ${PROGRAM} COMMAND [options]

Commands:
${commands.join("\n")}

Options:
  -h, --help      print this text; with a command, its options and examples
  -v, --version   print the version

  ${PROGRAM} init
  ${PROGRAM} local --backend http://localhost:8080
  ${PROGRAM} synth && cd cdktf.out/stacks/prod && terraform init && terraform apply
  ${PROGRAM} smoke wss://host/prod --token-env TOKEN
`;
}
