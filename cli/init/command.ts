/** The command `websocket-gateway init`: writes a gateway.yaml, two workflows and a .gitignore into the current folder. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { ConfigError, parseConfig } from "../../config";
import { CONFIG_FILES } from "../../contract/config-file";
import { DEFAULTS } from "../../contract/defaults";
import { PACKAGE } from "../../contract/project";
import { version } from "../../package.json";
import { explain } from "../../terminal/error";
import { helpText } from "../../terminal/help";
import { type CommandLine, HELP_OPTION, type OptionTable, parseOptions, rejectWords } from "../../terminal/options";
import { exitCodeOf, runCommand, type Shell } from "../../terminal/shell";
import { matching, text, UsageError } from "../../terminal/values";
import { type Answers, checkWorkflow, configurationText, deployWorkflow, ignoreText } from "./files";
import { authorizerOf, PROVIDER_NAMES, provider, setting, settingsOf } from "./providers";
import { type Ask, terminalQuestions } from "./questions";

/** `local`, or the name of an S3 bucket. */
const state = matching(
  "local|s3://BUCKET",
  /^(local|s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])$/,
  "local, or a bucket such as s3://example-terraform-state",
);

export const OPTIONS = {
  name: { value: text("NAME"), help: "name of the project (default: the folder's)" },
  backend: { value: text("URL"), help: "base URL of your HTTP backend (default: https://api.example.com)" },
  provider: {
    value: provider,
    help: `who issues the tokens: the URL of an issuer, or one of ${PROVIDER_NAMES.join(", ")} (default: issuer)`,
  },
  setting: {
    value: setting,
    multiple: true,
    help: "a setting of the provider, such as domain=tenant.eu.auth0.com (default: an example value)",
  },
  region: { value: text("REGION"), help: `AWS region (default: ${DEFAULTS.region})` },
  state: { value: state, help: "where Terraform stores its state (default: local)" },
  yes: { short: "y", help: "ask nothing: take the default of each option that is not given" },
  force: { help: "replace files that exist" },
  help: HELP_OPTION,
} as const satisfies OptionTable;

type Given = CommandLine<typeof OPTIONS>["values"];

/** Writes the files. Returns the exit code. `ask` takes the place of the terminal. */
export async function initCommand(argv: readonly string[], shell: Shell, ask?: Ask): Promise<number> {
  const code = await runCommand(shell, { invocation: "npx websocket-gateway init", failed: 1 }, async (invocation) => {
    const { values, words } = parseOptions(OPTIONS, argv);
    rejectWords(words, OPTIONS);
    if (values.help) {
      shell.out(help(invocation));
      return 0;
    }
    const answers = await answersOf(values, shell, ask);
    const files = filesOf(answers, shell.cwd);
    write(files, shell.cwd, values.force);
    for (const name of files.keys()) shell.out(`${name}\n`);
    shell.err("\nNext: npx websocket-gateway local\n");
    return 0;
  });
  return shell.signal.aborted ? exitCodeOf(shell.signal) : code;
}

async function answersOf(values: Given, { cwd, signal, err }: Shell, given?: Ask): Promise<Answers> {
  const questions = values.yes || given ? undefined : terminalQuestions(signal);
  const ask: Ask = given ?? questions?.ask ?? (async (_, byDefault) => byDefault);
  /** Asks again until the answer is valid. Values of the command line are checked together, later. */
  const answer = async (question: string, value: string | undefined, byDefault: string, check: Check) => {
    if (value !== undefined) return value;
    for (;;) {
      try {
        return check(await ask(question, byDefault));
      } catch (error) {
        if (values.yes || !(error instanceof UsageError)) throw error;
        err(`${explain(error)}\n`);
      }
    }
  };
  try {
    const name = await answer("Name of the project", values.name, projectName(cwd), validFor("name"));
    const backend = await answer(
      "URL of your HTTP backend",
      values.backend,
      "https://api.example.com",
      validFor("backend"),
    );
    const issuer = await answer(
      `Who issues the tokens: an issuer's URL, or ${PROVIDER_NAMES.join(", ")}`,
      values.provider,
      "issuer",
      provider.parse,
    );
    const settings: Record<string, string> = Object.fromEntries(values.setting);
    for (const [key, example] of Object.entries(settingsOf(issuer))) {
      if (issuer.startsWith("https://") && key === "issuer") continue;
      settings[key] = await answer(`${issuer}: ${key}`, settings[key], example, (value) => {
        checkSettings({ authorizer: authorizerOf(issuer, { ...settings, [key]: value }) });
        return value;
      });
    }
    const region = await answer("AWS region", values.region, DEFAULTS.region, validFor("region"));
    const where = await answer("State of Terraform: local, or s3://BUCKET", values.state, "local", state.parse);
    const bucket = where === "local" ? undefined : where.replace("s3://", "");
    return { name, backend, region, authorizer: authorizerOf(issuer, settings), bucket };
  } finally {
    questions?.close();
  }
}

/** Returns a valid name for the project, from the name of the folder. */
function projectName(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+|-+$/g, "");
  return name.slice(0, 32).replace(/-+$/, "") || "quotes";
}

/** Returns the text of each file by its path. @throws UsageError if the answers are not valid */
function filesOf(answers: Answers, folder: string): ReadonlyMap<string, string> {
  const installed = `node_modules/${PACKAGE}/gateway.schema.json`;
  const schema = existsSync(join(folder, installed))
    ? `./${installed}`
    : `https://unpkg.com/${PACKAGE}@${version}/gateway.schema.json`;
  const configuration = configurationText(answers, schema);
  checkConfiguration(configuration);
  const ignored = join(folder, ".gitignore");
  return new Map([
    [CONFIG_FILES[0], configuration],
    [".github/workflows/gateway.yml", deployWorkflow(answers)],
    [".github/workflows/gateway-check.yml", checkWorkflow(version)],
    [".gitignore", ignoreText(existsSync(ignored) ? readFileSync(ignored, "utf8") : "")],
  ]);
}

/** Returns a valid answer. @throws UsageError for another one */
type Check = (answer: string) => string;

/** Checks the answer for a setting as the loader does. */
const validFor =
  (key: "name" | "backend" | "region"): Check =>
  (answer) => {
    checkSettings({ [key]: answer });
    return answer;
  };

/** Checks some settings in a configuration that is valid otherwise. @throws UsageError with every mistake */
function checkSettings(settings: object): void {
  const valid = { name: "quotes", backend: "https://api.example.com", authorizer: "none" };
  checkConfiguration(JSON.stringify({ ...valid, ...settings }));
}

/** @throws UsageError with every mistake */
function checkConfiguration(text: string): void {
  try {
    parseConfig(text, CONFIG_FILES[0], () => "", { local: true });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new UsageError(
      error.problems.map(({ key, message, hint }) => [`${key}:`, message, hint].filter(Boolean).join(" ")).join("\n"),
    );
  }
}

/** Writes all files, or none if one exists. .gitignore only gets more lines. */
function write(files: ReadonlyMap<string, string>, folder: string, force: boolean): void {
  const replaced = [...new Set([...CONFIG_FILES, ...files.keys()])].filter(
    (name) => name !== ".gitignore" && existsSync(join(folder, name)),
  );
  if (replaced.length > 0 && !force)
    throw new UsageError(
      `These files exist already: ${replaced.join(", ")}.`,
      "Nothing was written. Replace them with --force.",
    );
  for (const [name, contents] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), contents);
  }
}

const help = (invocation: string): string =>
  helpText(
    {
      summary:
        "Writes gateway.yaml, two GitHub workflows and .gitignore into the current folder. Asks for what is not given.",
      usage: "$0 [options]",
      examples: [
        "$0",
        "$0 --yes --name quotes --backend https://api.example.com --provider https://login.example.com/",
        "$0 --yes --provider auth0 --setting domain=acme.eu.auth0.com --state s3://acme-terraform",
      ],
      options: OPTIONS,
      notes: ["Example values, such as api.example.com, work with the local gateway. Replace them before you deploy."],
      exitCodes: [
        [0, "the files are written"],
        [2, "the command line is not valid, or a file exists"],
        [130, "stopped; nothing was written"],
      ],
    },
    invocation,
  );
