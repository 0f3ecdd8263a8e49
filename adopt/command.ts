/** The command: reads the API, writes the files, plans, prints the report, and returns the exit code. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { credentialsIn } from "../aws/sigv4";
import { isLocal } from "../synth/app";
import { explain } from "../terminal/error";
import { looksSecret } from "../terminal/secret-look";
import { exitCodeOf, runCommand, type Shell } from "../terminal/shell";
import { UsageError } from "../terminal/values";
import { check } from "./check/check";
import { driftText } from "./check/drift";
import { AdoptError } from "./errors";
import { findDefects, fix } from "./findings/defects";
import { requireNoOwner } from "./findings/owner";
import { unmanagedOf } from "./findings/unmanaged";
import { type Arguments, adoptHelp, EXIT, EXIT_OF, parseArguments } from "./options";
import { type Draft, type Files, type Project, planProject } from "./project";
import { readManaged } from "./read/api";
import { AwsReader } from "./read/client";
import type { Live } from "./read/live";
import { changesMore, reportOf, reportText } from "./report";
import { synthesizeBeside, synthesizer } from "./synthesize";
import { chooseStage, requireNewestDeployment, type Target, targetOf } from "./target";
import { type Plan, plan } from "./terraform";
import { withBundledAuthorizer } from "./write/bundled";
import { gatewayYaml } from "./write/document";

/** Runs the command. Returns the exit code. */
export async function adoptCommand(argv: readonly string[], shell: Shell): Promise<number> {
  return await runCommand(shell, { invocation: "npm run adopt --", failed: EXIT.failed }, async (invocation) => {
    const args = parseArguments(argv);
    if (args.values.help) {
      shell.out(adoptHelp(invocation));
      return EXIT.done;
    }
    try {
      return await (args.values.check ? checkDrift(args, shell) : adopt(args, shell));
    } catch (error) {
      if (!(error instanceof AdoptError)) throw error;
      if (args.values.json)
        shell.out(
          `${JSON.stringify({ error: { code: error.code, message: error.message, hint: error.hint } }, null, 2)}\n`,
        );
      else shell.err(`${explain(error)}\n`);
      return error.code === "interrupted" ? exitCodeOf(shell.signal) : EXIT_OF[error.code];
    }
  });
}

async function checkDrift({ values, words }: Arguments, shell: Shell): Promise<number> {
  const drifts = await check({
    config: resolve(shell.cwd, values.config),
    environment: values.environment,
    apiId: words[0],
    read: (target) => read(target, shell, (what) => shell.err(`${what}\n`)),
    shell,
  });
  shell.out(values.json ? `${JSON.stringify({ drifts }, null, 2)}\n` : driftText(values.config, drifts));
  return drifts.length === 0 ? EXIT.done : EXIT.differs;
}

async function adopt(args: Arguments, shell: Shell): Promise<number> {
  const { values, words } = args;
  const [given, ...more] = words;
  if (given === undefined) throw new UsageError("There is no API.", "Give its id, such as bnzlep5vqk, or its URL.");
  if (more.length > 0) throw new UsageError(`One API is expected, not ${words.length}.`);
  const target = targetOf(given, values, shell.env);
  const progress = (what: string) => shell.err(`${what}\n`);

  const live = await read(target, shell, progress);
  const stage = chooseStage(live, target.stage);
  if (!values.released) requireNoOwner(live.api.apiId, { ...live.api.tags, ...stage.tags });
  if (!values.undeployed) requireNewestDeployment(live, stage);

  progress("Comparing the API with what gateway.yaml can express");
  const defects = findDefects(live, stage);
  const project = planProject(live, stage, {
    synthesize: synthesizer(shell.env),
    local: isLocal(shell.env),
  });
  const out = resolve(shell.cwd, values.out);
  const about = { apiId: live.api.apiId, defects };
  const files = new Map([["gateway.yaml", gatewayYaml(project, about)], ...project.files]);
  const next = nextChange(project, live, args);
  if (next !== undefined) files.set("gateway.next.yaml", gatewayYaml(next, about));
  write(out, files, values.force);
  const found = {
    files: [...files.keys()],
    variables: Object.keys(project.variables),
    secrets: secretLines(files.get("gateway.yaml") ?? ""),
    unmanaged: unmanagedOf(live, stage, project.record.ids),
    defects: defects.map((defect) => ({ ...defect, isFixedNext: values.fix.includes(defect.name) })),
    ...(values["no-plan"] ? { plan: undefined, stack: undefined } : await planned(out, project, shell, progress)),
  };
  const report = reportOf(live, stage, project, found);
  shell.out(values.json ? `${JSON.stringify(report, null, 2)}\n` : reportText(report));
  return changesMore(report) ? EXIT.differs : EXIT.done;
}

/** The changes that the user asked for, as a configuration to deploy after the import. */
function nextChange(project: Project, live: Live, { values }: Arguments): Project | undefined {
  if (values.fix.length === 0 && values.authorizer === "keep") return undefined;
  const fixed = { ...project, ...values.fix.reduce<Draft>((draft, name) => fix(name, draft), project) };
  return values.authorizer === "bundled" ? withBundledAuthorizer(fixed, live, values) : fixed;
}

async function read({ apiId, region }: Target, shell: Shell, progress: (what: string) => void): Promise<Live> {
  const credentials = credentialsIn(shell.env);
  if (credentials === undefined) {
    throw new AdoptError(
      "no-credentials",
      "There are no AWS credentials in the environment.",
      "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, for example with `aws configure export-credentials --format env`.",
    );
  }
  const aws = new AwsReader({ credentials, region, env: shell.env, signal: shell.signal });
  return await readManaged(aws, apiId, (what) => progress(`Reading ${what}`));
}

/** Lines that seem to contain a secret. */
const secretLines = (text: string): number[] =>
  text.split("\n").flatMap((line, index) => (looksSecret(line) ? [index + 1] : []));

/** Writes all files, or none if one exists with other content. */
function write(folder: string, files: Files, force: boolean): void {
  const others = [...files].filter(([path, text]) => {
    const file = join(folder, path);
    return existsSync(file) && readFileSync(file, "utf8") !== text;
  });
  const [first] = others;
  if (first !== undefined && !force) {
    throw new AdoptError(
      "file-exists",
      `${join(folder, first[0])} exists and differs from what adopt would write.`,
      "Give another folder with --out, or --force to overwrite it.",
    );
  }
  for (const [path, text] of files) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

async function planned(
  out: string,
  { names, variables }: Project,
  shell: Shell,
  progress: (what: string) => void,
): Promise<{ readonly plan: Plan; readonly stack: string }> {
  progress("Planning with Terraform");
  const { env, signal } = shell;
  const cwd = synthesizeBeside(join(out, "gateway.yaml"), names.environment, env);
  const values: Record<string, string> = Object.fromEntries(
    Object.entries(variables).map(([name, value]): [string, string] => [`TF_VAR_${name}`, value]),
  );
  return { plan: await plan({ cwd, env: { ...env, ...values }, signal }), stack: relative(shell.cwd, cwd) };
}
