/** The command `websocket-gateway synth`. */
import { join, relative, resolve } from "node:path";
import { environmentNamed, formatWarnings, loadConfig } from "../config";
import { findConfigFile } from "../contract/config-file";
import { helpText } from "../terminal/help";
import { type CommandLine, HELP_OPTION, type OptionTable, parseOptions, rejectWords } from "../terminal/options";
import { runCommand, type Shell } from "../terminal/shell";
import { oneOf, text, UsageError, type Value } from "../terminal/values";
import { synthesisError, synthesize } from "./app";

const FORMATS = ["json", "hcl"] as const;
const format: Value<(typeof FORMATS)[number]> = {
  placeholder: FORMATS.join("|"),
  parse: (given) => oneOf(given, FORMATS),
};

export const OPTIONS = {
  config: {
    short: "c",
    value: text("FILE"),
    help: "configuration (default: gateway.yaml, gateway.yml or gateway.json)",
  },
  out: { short: "o", value: text("FOLDER"), help: "folder for the output (default: cdktf.out; with --module: module)" },
  format: { value: format, default: "json", help: "syntax of the Terraform files" },
  module: { help: "write a plain Terraform module, with variables for what differs between environments" },
  environment: {
    short: "e",
    value: text("NAME"),
    help: "--module: environment whose values are the defaults (default: the first)",
  },
  help: HELP_OPTION,
} as const satisfies OptionTable;

/** Synthesizes a configuration. Returns the exit code. */
export async function synthCommand(argv: readonly string[], shell: Shell): Promise<number> {
  const options = {
    invocation: "npx websocket-gateway synth",
    failed: 1,
    explain,
  };
  return await runCommand(shell, options, async (invocation) => {
    const { values, words } = parseOptions(OPTIONS, argv);
    rejectWords(words, OPTIONS);
    if (values.help) {
      shell.out(help(invocation));
      return 0;
    }
    if (values.environment !== undefined && !values.module) throw new UsageError("--environment goes with --module.");
    if (values.module) return await moduleOf(values, shell);
    const isHcl = values.format === "hcl";
    // cdktf, and the constructs that work around its defects, have no other switch.
    process.env.SYNTH_HCL_OUTPUT = String(isHcl);
    const { environments, warnings, outdir } = synthesize({
      config: configOf(values, shell),
      outdir: resolve(shell.cwd, values.out ?? (shell.env.CDKTF_OUTDIR || "cdktf.out")),
      env: shell.env,
    });
    shell.err(warnings);
    const file = isHcl ? "cdk.tf" : "cdk.tf.json";
    for (const { name } of environments) shell.out(`${relative(shell.cwd, `${outdir}/stacks/${name}/${file}`)}\n`);
    return 0;
  });
}

/** An error of the file system names the folder, but not how to choose another one. */
function explain(error: unknown): string {
  const text = synthesisError(error).trimEnd();
  return /^E[A-Z]+: .*, (?:mkdir|open|copyfile) '/.test(text) ? `${text}. Name another folder with --out.` : text;
}

type Given = CommandLine<typeof OPTIONS>["values"];

/** Returns the path of the configuration, as error messages show it. */
const configOf = ({ config }: Given, { cwd, env }: Shell): string =>
  relative(cwd, resolve(cwd, config ?? findConfigFile(cwd, env))) || ".";

/** Writes a module. Returns the exit code. */
async function moduleOf(values: Given, shell: Shell): Promise<number> {
  const { environments, warnings } = loadConfig(configOf(values, shell), { today: new Date() });
  const environment = environmentNamed(environments, values.environment ?? environments[0]?.name);
  const { name } = environment;
  const others = environments.filter((one) => one !== environment);
  const { writeModule } = await import("./module");
  const folder = resolve(shell.cwd, values.out ?? "module");
  const { files, uncovered } = writeModule(environment, others, folder);
  shell.err(formatWarnings(warnings));
  for (const other of uncovered)
    shell.err(
      `Warning: ${other} differs from ${name} in more than the module's variables. Write a module of its own: --module --environment ${other} --out ${other}.\n`,
    );
  for (const file of files) shell.out(`${relative(shell.cwd, join(folder, file))}\n`);
  return 0;
}

const help = (invocation: string): string =>
  helpText(
    {
      summary: "Writes the Terraform of gateway.yaml: one folder for each environment, ready for terraform init.",
      usage: "$0 [options]",
      examples: [
        "$0",
        "$0 --format hcl --out terraform",
        "$0 --module --out modules/gateway",
        "$0 && terraform -chdir=cdktf.out/stacks/prod init && terraform -chdir=cdktf.out/stacks/prod plan",
      ],
      options: OPTIONS,
      notes: ["It needs neither cdktf nor Terraform. It prints the path of each file that it writes."],
      exitCodes: [
        [0, "the files are written"],
        [1, "the configuration has mistakes, or the folder cannot be written"],
        [2, "the command line is not valid"],
      ],
    },
    invocation,
  );
