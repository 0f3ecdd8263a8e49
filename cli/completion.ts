/** The command `websocket-gateway completion`: generates a shell's completion script from the tables of options. */
import { helpText } from "../terminal/help";
import { HELP_OPTION, type OptionTable, parseOptions } from "../terminal/options";
import { runCommand, type Shell } from "../terminal/shell";
import { oneOf, UsageError } from "../terminal/values";
import type { Commands } from "./types";

export const OPTIONS = { help: HELP_OPTION } as const satisfies OptionTable;
export const SHELLS = ["bash", "zsh", "fish"] as const;

/** A subcommand as the scripts need it. */
interface Completion {
  readonly name: string;
  readonly summary: string;
  readonly words: readonly string[];
  readonly options: readonly { readonly flag: string; readonly short?: string | undefined; readonly help: string }[];
}

/** Prints the script. Returns the exit code. */
export async function completionCommand(argv: readonly string[], shell: Shell, commands: Commands): Promise<number> {
  return await runCommand(shell, { invocation: "npx websocket-gateway completion", failed: 1 }, async (invocation) => {
    const { values, words } = parseOptions(OPTIONS, argv);
    if (values.help) {
      shell.out(help(invocation));
      return 0;
    }
    const [name, ...more] = words;
    if (name === undefined || more.length > 0)
      throw new UsageError("One shell is expected.", `Give one of ${SHELLS.join(", ")}.`);
    shell.out(SCRIPTS[oneOf(name, SHELLS)](await completions(commands)));
    return 0;
  });
}

async function completions(commands: Commands): Promise<readonly Completion[]> {
  return await Promise.all(
    Object.entries(commands).map(async ([name, { summary, load }]) => {
      const { options, words = [] } = await load();
      const flags = Object.entries(options).map(([flag, { short, help }]) => ({ flag: `--${flag}`, short, help }));
      return { name, summary, words, options: flags };
    }),
  );
}

const names = (commands: readonly Completion[]): string => commands.map(({ name }) => name).join(" ");
const candidates = ({ words, options }: Completion): string => [...words, ...options.map(({ flag }) => flag)].join(" ");

/** Quotes a text for a POSIX shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const SCRIPTS: Readonly<Record<(typeof SHELLS)[number], (commands: readonly Completion[]) => string>> = {
  bash: (commands) => `# bash completion of websocket-gateway
_websocket_gateway() {
  local word=\${COMP_WORDS[COMP_CWORD]} words
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="${names(commands)} --help --version"
  else
    case "\${COMP_WORDS[1]}" in
${commands.map((command) => `      ${command.name}) words="${candidates(command)}" ;;`).join("\n")}
      *) words= ;;
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
# After an option with a value, and for other words, bash completes names of files.
complete -o default -F _websocket_gateway websocket-gateway
`,
  zsh: (commands) => `#compdef websocket-gateway
# zsh completion of websocket-gateway
_websocket_gateway() {
  if (( CURRENT == 2 )); then
    local -a commands=(
${commands.map(({ name, summary }) => `      ${quoted(`${name}:${summary}`)}`).join("\n")}
    )
    _describe command commands
    return
  fi
  case "\${words[2]}" in
${commands
  .map((command) => {
    const lines = command.options.map(({ flag, help }) => `      ${quoted(`${flag}:${help}`)}`);
    const words = command.words.length > 0 ? `\n    compadd ${command.words.join(" ")}` : "";
    return `  ${command.name})${words}
    local -a options=(
${lines.join("\n")}
    )
    _describe option options
    _files ;;`;
  })
  .join("\n")}
  esac
}
compdef _websocket_gateway websocket-gateway
`,
  fish: (commands) =>
    [
      "# fish completion of websocket-gateway",
      `complete -c websocket-gateway -n __fish_use_subcommand -f -a ${quoted("--help --version")}`,
      ...commands.flatMap(({ name, summary, words, options }) => [
        `complete -c websocket-gateway -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`,
        ...words.map(
          (word) => `complete -c websocket-gateway -n ${quoted(`__fish_seen_subcommand_from ${name}`)} -f -a ${word}`,
        ),
        ...options.map(
          ({ flag, short, help }) =>
            `complete -c websocket-gateway -n ${quoted(`__fish_seen_subcommand_from ${name}`)} -l ${flag.slice(2)}${short ? ` -s ${short}` : ""} -d ${quoted(help)}`,
        ),
      ]),
      "",
    ].join("\n"),
};

const help = (invocation: string): string =>
  helpText(
    {
      summary: "Prints a script that completes commands and options in your shell.",
      usage: "$0 bash|zsh|fish",
      examples: [
        "$0 bash > ~/.local/share/bash-completion/completions/websocket-gateway",
        "$0 zsh > ~/.zsh/completions/_websocket-gateway",
        "$0 fish > ~/.config/fish/completions/websocket-gateway.fish",
      ],
      options: OPTIONS,
      notes: ["It completes the command `websocket-gateway`, not `npx websocket-gateway`."],
    },
    invocation,
  );
