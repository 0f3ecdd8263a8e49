/** Synthesizes the project with the app of its `cdktf.json`, or else with the app that comes with the action. */

import { existsSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import * as z from "zod";
import { chooseEnvironment } from "../../contract/environment";
import { appEnvironment } from "./environment";
import { ActionFailure, type Location, type Problem } from "./failure";
import type { Inputs } from "./inputs";
import { type Ended, runProgram } from "./program";
import { createOutputFolder } from "./runner-files";
import { hide, redact, sensitiveValues } from "./secrets";
import { readStack, type Stack } from "./stack";

interface App {
  readonly file: string;
  readonly args: readonly string[];
  /** Relative to the project. */
  readonly output: string;
  /** Whether it is the project's own app. */
  readonly own: boolean;
}

const project = z.object({
  app: z.string().min(1).optional(),
  output: z.string().min(1).optional(),
  context: z.record(z.string(), z.unknown()).optional(),
});
const manifest = z.object({
  stacks: z.record(z.string(), z.object({ workingDirectory: z.string(), synthesizedStackPath: z.string() })),
});

/** @throws ActionFailure `synth-failed`, or `invalid-input` where `environment` is missing or unknown */
export async function synthesize(
  inputs: Inputs,
  env: NodeJS.ProcessEnv,
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
      hint: "Check out the repository before this step, and set `working-directory` or `config`.",
    });
  }
  const outdir = join(cwd, app.output);
  createOutputFolder(outdir);
  const ended = await runProgram(app.file, app.args, {
    cwd,
    env: {
      ...appEnvironment(env),
      GATEWAY_CONFIG: inputs.config,
      // cdktf's command line passes these to an app.
      CDKTF_OUTDIR: outdir,
      CDKTF_CONTEXT_JSON: JSON.stringify(settings.context ?? {}),
      CDKTF_LOG_LEVEL: env.CDKTF_LOG_LEVEL ?? "warn",
    },
    signal,
    group: true,
  });
  if (ended.code !== 0) throw synthFailure(ended, app, inputs, env);
  const { stacks } = parseFile(join(outdir, "manifest.json"), manifest);
  const name = chooseEnvironment(Object.keys(stacks), inputs.environment, (message, choices) =>
    wrongEnvironment(message, choices, inputs.environment),
  );
  const found = stacks[name];
  if (!found) throw new ActionFailure("internal-error", `The stack ${name} is not in the manifest.`);
  const json = parseFile(join(outdir, found.synthesizedStackPath), z.unknown());
  hide(sensitiveValues(json, env));
  return readStack(name, join(outdir, found.workingDirectory), json);
}

const wrongEnvironment = (message: string, choices: string | undefined, wanted: string | undefined) => {
  const hints = [
    choices && `Set the input \`environment\` to one of them: ${choices}.`,
    wanted &&
      `If ${wanted} was taken out of the configuration, it is still deployed: check out a commit that has it, and destroy it with mode \`destroy\`.`,
  ];
  return new ActionFailure("invalid-input", message, { hint: hints.filter(Boolean).join(" ") || undefined });
};

function synthFailure(
  { stdout, stderr, code }: Ended,
  { own }: App,
  inputs: Inputs,
  env: NodeJS.ProcessEnv,
): ActionFailure {
  const text = redact(stderr.trim() || stdout.trim()).slice(-8000);
  const problems = problemsIn(text, (file) =>
    relative(env.GITHUB_WORKSPACE ?? inputs.workingDirectory, resolve(inputs.workingDirectory, file)),
  );
  if (/\bENOSPC\b/.test(text)) {
    throw new ActionFailure("runner-failed", "The configuration could not be synthesized: the runner's disk is full.", {
      hint: "Nothing was changed. Free space in an earlier step, or use a larger runner.",
    });
  }
  const first = problems[0]?.message ?? (text || `the app ended with code ${code}`);
  return new ActionFailure("synth-failed", `The configuration could not be synthesized: ${first}`, {
    hint: `Nothing was changed. Correct the configuration. \`${own ? "cdktf" : "npx websocket-gateway"} synth\` shows the same error.`,
    problems: problems.length > 0 ? problems : [{ message: text }],
  });
}

/** Lines of the form `file:line:column message`, the format of the configuration's errors and of compilers. */
export function problemsIn(text: string, toRepository: (file: string) => string): Problem[] {
  return [...text.matchAll(/^([^\s:][^:\n]*\.(?:ya?ml|json))(?::(\d+):(\d+))?:? (.+)$/gm)].map(
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
    throw new ActionFailure("synth-failed", `${path} is missing, or is not a file that cdktf writes.`, {
      hint: "Check `app` in cdktf.json: the program must call `app.synth()`.",
      cause,
    });
  }
}
