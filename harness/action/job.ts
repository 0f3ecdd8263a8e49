/** Runs the built action as GitHub's runner does: as a process with inputs in its environment and files for its results. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { succeed } from "../programs";
import { ROOT } from "../tools";

/** The results of a job. */
export interface Finished {
  /** Exit code, or null if a signal ended the process. */
  readonly code: number | null;
  readonly outputs: Readonly<Record<string, string>>;
  /** Environment variables that the action sets for later steps. */
  readonly environment: Readonly<Record<string, string>>;
  /** Job summary in Markdown. */
  readonly summary: string;
  /** Standard output and standard error. */
  readonly log: string;
}

export interface JobOptions {
  /** Folder of the gateway's repository. */
  readonly workspace: string;
  readonly env: NodeJS.ProcessEnv;
  readonly inputs?: Readonly<Record<string, string>>;
  /** Content of the event file. */
  readonly event?: unknown;
  /** Path of Node.js. Default is the one that runs the tests. */
  readonly node?: string;
  /** The runner's temporary folder. Default is a new folder. */
  readonly temp?: string;
  /** Other files to answer in than those that the runner would give it. */
  readonly files?: Readonly<Record<string, string>>;
}

export interface RunningJob {
  readonly child: ChildProcess;
  readonly done: Promise<Finished>;
  /** Resolves when the log contains the text. Rejects if the job ends before. */
  until(text: string): Promise<void>;
}

/** Builds the action into a new folder and returns its path. Tests thus run the current code, not `action/dist`. */
export async function buildAction(): Promise<string> {
  const folder = join(tmpdir(), `action-dist-${randomUUID()}`);
  await succeed(process.execPath, [join(ROOT, "scripts", "build-action.mjs"), folder]);
  return folder;
}

/** Starts the action. */
export function startJob(
  dist: string,
  { workspace, env, inputs = {}, event, node, temp, files: others }: JobOptions,
): RunningJob {
  // The folder is beside the repository, so that removing their parent removes both.
  const runner = mkdtempSync(join(dirname(workspace), "runner-"));
  const files = Object.fromEntries(["output", "env", "summary", "event"].map((name) => [name, join(runner, name)]));
  const { output = "", env: envFile = "", summary = "", event: eventFile = "" } = files;
  for (const file of [output, envFile, summary]) writeFileSync(file, "");
  writeFileSync(eventFile, JSON.stringify(event ?? {}));
  const child = spawn(node ?? process.execPath, [join(dist, "index.js")], {
    cwd: workspace,
    env: {
      ...env,
      ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
      GITHUB_WORKSPACE: workspace,
      GITHUB_OUTPUT: output,
      GITHUB_ENV: envFile,
      GITHUB_STEP_SUMMARY: summary,
      GITHUB_EVENT_PATH: eventFile,
      RUNNER_TEMP: temp ?? runner,
      ...others,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      log += text;
      for (const look of waiting) look();
    });
  }
  const done = new Promise<Finished>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) =>
      resolve({
        code,
        log,
        outputs: parseFileCommands(readFileSync(output, "utf8")),
        environment: parseFileCommands(readFileSync(envFile, "utf8")),
        summary: readFileSync(summary, "utf8"),
      }),
    );
  });
  return {
    child,
    done,
    until: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!log.includes(text)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        void done.then(() => reject(new Error(`the job ended without «${text}»:\n${log}`)));
        look();
      }),
  };
}

/** Runs the action to its end. */
export const runJob = (dist: string, options: JobOptions): Promise<Finished> => startJob(dist, options).done;

/** Parses a file of outputs or variables: `NAME<<delimiter`, the value, the delimiter. The last value of a name is used. */
function parseFileCommands(text: string): Record<string, string> {
  const found = text.matchAll(/^(.+?)<<(.+)\n([\s\S]*?)\n?\2$/gm);
  return Object.fromEntries([...found].map(([, name = "", , value = ""]) => [name, value]));
}
