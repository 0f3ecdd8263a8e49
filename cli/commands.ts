/** The table of subcommands. Each one is loaded only when it runs, so that the others cost no time. */
import type { Command, Commands } from "./types";

export const COMMANDS: Commands = {
  init: {
    summary: "write gateway.yaml, workflows and .gitignore into the current folder",
    async load() {
      const { initCommand: run, OPTIONS: options } = await import("./init/command");
      return { run, options };
    },
  },
  local: {
    summary: "serve the API on this machine, without AWS",
    process: { stopWhenUnread: true },
    async load() {
      const { runLocal: run, OPTIONS: options } = await import("./local");
      return { run, options };
    },
  },
  synth: {
    summary: "write the Terraform of gateway.yaml, as JSON, HCL or a module",
    async load() {
      const { synthCommand: run, OPTIONS: options } = await import("../synth/command");
      return { run, options };
    },
  },
  smoke: {
    summary: "test an endpoint: valid clients connect, others are rejected",
    // EX_SOFTWARE of sysexits.h, as the command's other internal failures.
    process: { unwritten: 70 },
    async load() {
      const [{ smokeCommand: run }, { OPTIONS: options }] = await Promise.all([
        import("../smoke/command/command"),
        import("../smoke/command/options"),
      ]);
      return { run, options };
    },
  },
  doctor: {
    summary: "explain why a client cannot connect",
    process: { unwritten: 70 },
    async load() {
      const [{ doctorCommand: run }, { OPTIONS: options }] = await Promise.all([
        import("../doctor/command"),
        import("../doctor/options"),
      ]);
      return { run, options };
    },
  },
  adopt: {
    summary: "write gateway.yaml for an API that exists already, and import it",
    async load() {
      const [{ adoptCommand: run }, { OPTIONS: options }] = await Promise.all([
        import("../adopt/command"),
        import("../adopt/options"),
      ]);
      return { run, options };
    },
  },
  token: {
    summary: "print a token of any user, signed with the configured shared secret",
    async load() {
      const [{ tokenCommand: run }, { OPTIONS: options }] = await Promise.all([
        import("../token/command"),
        import("../token/options"),
      ]);
      return { run, options };
    },
  },
  schema: {
    summary: "print the JSON Schema of gateway.yaml, for editors",
    async load() {
      const { schemaCommand: run, OPTIONS: options } = await import("./schema");
      return { run, options };
    },
  },
  completion: {
    summary: "print the completion script of bash, zsh or fish",
    async load() {
      const { completionCommand, OPTIONS: options, SHELLS: words } = await import("./completion");
      return { run: (argv, shell) => completionCommand(argv, shell, COMMANDS), options, words };
    },
  },
};

/** Returns a command by its name. */
export const commandNamed = (name: string): Command | undefined =>
  Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
