/** The action's entry: masks the secrets, runs, writes the report, and sets the exit code. */
import { join, relative } from "node:path";
import { setSecret } from "@actions/core";
import { isOrdinary } from "../../terminal/secret-look";
import { Cancellation, cancelled } from "./cancellation";
import { readContext } from "./context";
import { coverInitialEnvironment } from "./environment";
import { type ActionFailure, asFailure } from "./failure";
import { type Inputs, readInputs } from "./inputs";
import { log } from "./log";
import { comment, publishResult, writeReport } from "./publish";
import { newReport, type Report } from "./report/report";
import { run } from "./run";
import { reportDirectory } from "./runner-files";
import { hide, namedSecrets, redact, secretsOf } from "./secrets";
import { LockedFailure } from "./terraform-failure";

async function main(env: NodeJS.ProcessEnv): Promise<void> {
  coverInitialEnvironment(env);
  hide(secretsOf(env));
  for (const secret of namedSecrets(env).filter((value) => !isOrdinary(value))) setSecret(secret);
  const started = performance.now();
  const cancellation = new Cancellation();
  cancellation.listen(process);
  const context = readContext(env);
  const report = newReport("deploy", new Date());
  let inputs: Inputs | undefined;

  const fail = (failure: ActionFailure) => {
    if (failure instanceof LockedFailure) report.lock = failure.lock;
    report.failure ??= failed(failure);
    const { code, message, hint, problems } = failure;
    // GitHub shows ten annotations of a step.
    for (const problem of problems.slice(0, 9)) log.error(problem, code);
    log.error({ message: hint === undefined ? message : `${message}\n${hint}` }, code);
    process.exitCode = 1;
  };
  const conclude = (): string => {
    report.durationMs = performance.now() - started;
    try {
      publishResult(redact(report));
    } catch (thrown) {
      fail(asFailure(thrown));
    }
    return writeReport(redact(report), context, reportDirectory(inputs, env), env.GITHUB_STEP_SUMMARY);
  };
  cancellation.onSecondSignal(() => {
    // The runner kills this process soon. Terraform is still stopping, and continues without this process.
    report.failure ??= failed(cancelled());
    conclude();
  });

  try {
    inputs = readInputs(env);
    report.mode = inputs.mode;
    const folder = relative(env.GITHUB_WORKSPACE ?? ".", inputs.workingDirectory);
    if (folder) report.folder = folder;
    await run(inputs, { env, app: join(__dirname, "main.js"), cancellation }, report);
  } catch (thrown) {
    fail(asFailure(thrown));
  }
  const markdown = conclude();
  if (inputs) await comment(report, inputs, context, markdown);
}

const failed = ({ code, message, hint, problems }: ActionFailure): NonNullable<Report["failure"]> => ({
  reason: code,
  message,
  problems,
  hint,
});

main(process.env).catch((thrown: unknown) => {
  log.error({ message: asFailure(thrown).message }, "internal-error");
  process.exitCode = 1;
});
