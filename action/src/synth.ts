/** Synthesizes the project: by its own app where `cdktf.json` names one, else by the app that comes with the action. */
import { existsSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import * as z from "zod";
import { ActionFailure, type Location, type Problem } from "./failure";
import type { Inputs } from "./inputs";
import { type Ended, runProgram } from "./program";
import { readStack, type Stack } from "./stack";

interface App {
  readonly file: string;
  readonly args: readonly string[];
  /** Relative to the project. */
  readonly output: string;
  /** The project's own. */
  readonly own: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

const project = z.object({
  app: z.string().min(1).optional(),
  output: z.string().min(1).optional(),
  context: z.record(z.string(), z.unknown()).optional(),
});
const manifest = z.object({
  stacks: z.record(z.string(), z.object({ workingDirectory: z.string(), synthesizedStackPath: z.string() })),
});

/** @throws ActionFailure `synth-failed`, or `invalid-input` where the environment must be chosen */
export async function synthesize(
  inputs: Inputs,
  env: Environment,
  bundle: string,
  signal: AbortSignal,
): Promise<Stack> {
  const { workingDirectory: cwd } = inputs;
  const file = join(cwd, "cdktf.json");
  const settings = existsSync(file) ? parseFile(file, project) : {};
  const app: App = settings.app
    ? { file: "/bin/sh", args: ["-c", settings.app], output: settings.output ?? "cdktf.out", own: true }
    : { file: process.execPath, args: [bundle], output: settings.output ?? "cdktf.out", own: false };
  if (!app.own && !existsSync(resolve(cwd, inputs.config))) {
    throw new ActionFailure("synth-failed", `There is no ${inputs.config} in the folder, and no app in cdktf.json.`, {
      next: "Check out the repository before this step, and set `working-directory` or `config`.",
    });
  }
  const outdir = join(cwd, app.output);
  const ended = await runProgram(app.file, app.args, {
    cwd,
    env: {
      ...withoutSecrets(env),
      GATEWAY_CONFIG: inputs.config,
      // The contract between cdktf's command line and an app.
      CDKTF_OUTDIR: outdir,
      CDKTF_CONTEXT_JSON: JSON.stringify(settings.context ?? {}),
      CDKTF_LOG_LEVEL: env.CDKTF_LOG_LEVEL ?? "warn",
    },
    signal,
    group: true,
  });
  if (ended.code !== 0) throw synthFailure(ended, inputs, env);
  const { stacks } = parseFile(join(outdir, "manifest.json"), manifest);
  const name = choose(Object.keys(stacks), inputs.environment);
  const found = stacks[name];
  if (!found) throw new ActionFailure("internal-error", `The stack ${name} is not in the manifest.`);
  const json = parseFile(join(outdir, found.synthesizedStackPath), z.unknown());
  return readStack(name, join(outdir, found.workingDirectory), json);
}

/** Synthesis needs no secrets, and the app may be anybody's code. */
function withoutSecrets(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(INPUT_|TF_VAR_|ACTIONS_ID_TOKEN_)/.test(name)));
}

/** @throws ActionFailure `invalid-input` */
export function choose(names: readonly string[], wanted: string | undefined): string {
  const [only] = names;
  if (wanted === undefined && only !== undefined && names.length === 1) return only;
  if (wanted !== undefined && names.includes(wanted)) return wanted;
  const known = names.length === 0 ? "There is none" : `There are ${names.join(", ")}`;
  throw new ActionFailure(
    "invalid-input",
    wanted === undefined ? `\`environment\` must say which one. ${known}.` : `No environment ${wanted}. ${known}.`,
    { next: "Set the input `environment`." },
  );
}

function synthFailure({ stdout, stderr, code }: Ended, inputs: Inputs, env: Environment): ActionFailure {
  const text = (stderr.trim() || stdout.trim()).slice(-8000);
  const problems = problemsIn(text, (file) =>
    relative(env.GITHUB_WORKSPACE ?? inputs.workingDirectory, resolve(inputs.workingDirectory, file)),
  );
  const first = problems[0]?.message ?? (text || `the app ended with code ${code}`);
  return new ActionFailure("synth-failed", `The configuration could not be synthesized: ${first}`, {
    next: "Nothing was changed. Correct the configuration; the same error comes from `cdktf synth`.",
    problems: problems.length > 0 ? problems : [{ message: text }],
  });
}

/** Lines of the form `file:line:column message`, as compilers and the configuration's own errors have them. */
export function problemsIn(text: string, toRepository: (file: string) => string): Problem[] {
  return [...text.matchAll(/^([^\s:][^:\n]*\.ya?ml)(?::(\d+):(\d+))?:? (.+)$/gm)].map(
    ([, file = "", line, column, message = ""]) => {
      const place: Location = { file: toRepository(file) };
      return { message, location: line ? { ...place, line: Number(line), column: Number(column) } : place };
    },
  );
}

function parseFile<T>(path: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (cause) {
    throw new ActionFailure("synth-failed", `${path} is missing or is not what cdktf writes.`, {
      next: "Check the `app` of cdktf.json: it must call `app.synth()`.",
      cause,
    });
  }
}
