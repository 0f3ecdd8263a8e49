/** Runs the built action as the runner does: a process, with inputs in its environment and files to answer in. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { succeed } from "../programs";
import { ROOT } from "../tools";

export interface Finished {
  readonly code: number | null;
  readonly outputs: Readonly<Record<string, string>>;
  /** What later steps find in their environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly log: string;
}

export interface JobOptions {
  /** Of a gateway's repository. */
  readonly workspace: string;
  readonly env: NodeJS.ProcessEnv;
  readonly inputs?: Readonly<Record<string, string>>;
  /** Content of the event file. */
  readonly event?: unknown;
  /** Node.js to run it with. */
  readonly node?: string;
  /** The runner's temporary folder, by default one that is there. */
  readonly temp?: string;
  /** Other files to answer in than those that the runner would give it. */
  readonly files?: Readonly<Record<string, string>>;
}

export interface RunningJob {
  readonly child: ChildProcess;
  readonly done: Promise<Finished>;
  /** Resolves when the log holds it; rejects when the job ends without. */
  until(text: string): Promise<void>;
}

/** Builds the action into a folder of its own, so that no test runs yesterday's. */
export async function buildAction(): Promise<string> {
  const folder = join(tmpdir(), `action-dist-${randomUUID()}`);
  await succeed(process.execPath, [join(ROOT, "scripts", "build-action.mjs"), folder]);
  return folder;
}

export function startJob(
  dist: string,
  { workspace, env, inputs = {}, event, node, temp, files: others }: JobOptions,
): RunningJob {
  // Beside the repository, so that removing the parent folder removes both.
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

export const runJob = (dist: string, options: JobOptions): Promise<Finished> => startJob(dist, options).done;

/** `NAME<<delimiter`, the value, the delimiter: the last one of a name counts. */
function parseFileCommands(text: string): Record<string, string> {
  const found = text.matchAll(/^(.+?)<<(.+)\n([\s\S]*?)\n?\2$/gm);
  return Object.fromEntries([...found].map(([, name = "", , value = ""]) => [name, value]));
}
