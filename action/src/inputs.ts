/** The action's inputs: read from the runner's environment, with all mistakes reported together, as a typed value. */
import { accessSync, constants, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { ACCOUNT_ID } from "../../aws/names";
import { CONFIG_FILES, findConfigFile } from "../../contract/config-file";
import { OptionsError, parseExpectation } from "../../smoke";
import type { CaseId } from "../../smoke/types";
import { codeOf } from "../../terminal/error";
import { ActionFailure } from "./failure";
import { InputReader } from "./input-reader";
import { SECRET_VARIABLES } from "./secrets";

export const MODES = ["deploy", "plan", "drift", "smoke-test", "output", "destroy", "unlock", "recover"] as const;
export type Mode = (typeof MODES)[number];

const REFUSALS = [
  "no-token",
  "bad-token",
  "other-origin",
  "missing-parameter",
  "unknown-stage",
] as const satisfies readonly CaseId[];
export type ExpectedStatuses = Partial<Record<(typeof REFUSALS)[number], readonly number[]>>;

export interface Inputs {
  readonly mode: Mode;
  readonly environment: string | undefined;
  /** Absolute path of the folder with the configuration. */
  readonly workingDirectory: string;
  readonly config: string;
  /** Terraform variable to its value, which is a secret. */
  readonly variables: Readonly<Record<string, string>>;
  readonly allowedAccountIds: readonly string[];
  readonly allowReplace: boolean;
  readonly allowCreate: boolean;
  readonly allowLocalState: boolean;
  readonly lockTimeout: string;
  /** Absolute path of the reviewed plan: mode `plan` writes it, mode `deploy` compares with it. */
  readonly planFile: string | undefined;
  /** Platforms, such as `linux_amd64`, for which the provider lock file is written. */
  readonly lockPlatforms: readonly string[];
  /** Id of the lock to release. */
  readonly lockId: string | undefined;
  /** Absolute path of a state that an earlier job could not save. */
  readonly recoveryFile: string | undefined;
  /** Password that encrypts a state that cannot be saved. */
  readonly recoveryKey: string | undefined;
  /** `undefined`: `verified` if the API has a live stage, otherwise `direct`. */
  readonly strategy: "verified" | "direct" | undefined;
  readonly smoke: {
    readonly enabled: boolean;
    readonly token: string | undefined;
    readonly parameters: Readonly<Record<string, string>>;
    readonly expect: ExpectedStatuses;
    /** A message that the API answers with the connectionId. */
    readonly identify: string | undefined;
    /** What the backend is expected to push to a client that connects. */
    readonly expectPush: string | undefined;
    readonly timeoutMs: number;
    readonly rollback: boolean;
  };
  readonly exportEnvironment: boolean;
  readonly sensitiveOutputs: boolean;
  readonly comment: "always" | "on-change" | "never";
  readonly githubToken: string | undefined;
  readonly reportDirectory: string | undefined;
}

const COMMENT = { true: "always", "on-change": "on-change", false: "never" } as const;

/** One day: longer than any job, and below the limit of Node's timers (2^31 ms). */
const LONGEST_SECONDS = 86_400;

/** @throws ActionFailure `invalid-input` with every problem. No message contains the value of a secret. */
export function readInputs(env: NodeJS.ProcessEnv): Inputs {
  // The action interrupts process groups and uses /bin/sh. https://docs.github.com/actions/reference/workflows-and-actions/variables
  if (env.RUNNER_OS === "Windows") {
    throw new ActionFailure("invalid-input", "The action does not run on Windows runners.", {
      hint: "Set the job's `runs-on` to a Linux or macOS runner, such as ubuntu-24.04.",
    });
  }
  const reader = new InputReader(env);
  const workingDirectory = resolve(env.GITHUB_WORKSPACE ?? ".", reader.text("working-directory") ?? ".");
  const config = reader.text("config") ?? CONFIG_FILES[0];
  // The runner sets an input that the workflow leaves out to its default.
  const isDefault = config === CONFIG_FILES[0];
  const path = (name: string): string | undefined => {
    const given = reader.text(name);
    return given && resolve(workingDirectory, given);
  };
  const inputs: Inputs = {
    mode: reader.choice("mode", MODES, "deploy"),
    environment: reader.text("environment"),
    workingDirectory,
    config: isDefault ? findConfigFile(workingDirectory, {}) : config,
    variables: Object.fromEntries(
      Object.entries(SECRET_VARIABLES).flatMap(([input, variable]) => {
        const value = reader.text(input);
        return value === undefined ? [] : [[variable, value]];
      }),
    ),
    allowedAccountIds: reader.list(
      "allowed-account-ids",
      ACCOUNT_ID,
      "takes ids of 12 digits, in quotes if one begins with 0",
    ),
    allowReplace: reader.flag("allow-replace", false),
    allowCreate: reader.flag("allow-create", true),
    allowLocalState: reader.flag("allow-local-state", false),
    lockTimeout: reader.matching("lock-timeout", "5m", DURATION, "is a duration such as `30s` or `5m`"),
    planFile: path("plan-file"),
    lockPlatforms: reader.list("lock-platforms", /^[a-z0-9]+_[a-z0-9]+$/, "takes platforms such as `linux_amd64`"),
    lockId: reader.text("lock-id"),
    recoveryFile: path("recovery-file"),
    recoveryKey: reader.text("recovery-key"),
    strategy: reader.choice("strategy", ["verified", "direct"]),
    smoke: readSmokeInputs(reader),
    exportEnvironment: reader.flag("export-environment", true),
    sensitiveOutputs: reader.flag("sensitive-outputs", false),
    comment: COMMENT[reader.choice("comment", ["true", "on-change", "false"], "true")],
    githubToken: reader.text("github-token"),
    reportDirectory: path("report-directory"),
  };
  checkFiles(inputs, reader);
  checkCombinations(inputs, reader);
  reader.requireValid();
  return inputs;
}

/** A duration of Go, as Terraform parses it. */
const DURATION = /^(\d+(\.\d+)?(ms|s|m|h))+$/;

function readSmokeInputs(reader: InputReader): Inputs["smoke"] {
  const seconds = reader.text("smoke-timeout") ?? "90";
  if (!/^\d+$/.test(seconds) || Number(seconds) < 1 || Number(seconds) > LONGEST_SECONDS) {
    reader.refuse("smoke-timeout", `is a number of seconds from 1 to ${LONGEST_SECONDS}`);
  }
  const expectPush = reader.text("smoke-expect-push");
  try {
    if (expectPush !== undefined) parseExpectation(expectPush);
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error;
    reader.refuse("smoke-expect-push", `takes text, /a regex/ or a JSON subset: ${error.message}`);
  }
  return {
    enabled: reader.flag("smoke-test", true),
    token: reader.text("smoke-token"),
    parameters: Object.fromEntries(reader.pairs("smoke-parameters")),
    expect: readExpectedStatuses(reader),
    identify: reader.text("smoke-identify"),
    expectPush,
    timeoutMs: Number(seconds) * 1000,
    rollback: reader.choice("on-smoke-failure", ["fail", "rollback"], "fail") === "rollback",
  };
}

function readExpectedStatuses(reader: InputReader): ExpectedStatuses {
  const expect: Record<string, readonly number[]> = {};
  for (const [name, statuses] of reader.pairs("smoke-expect")) {
    const codes = statuses.split(",").map((code) => code.trim());
    if (!REFUSALS.some((known) => known === name))
      reader.refuse("smoke-expect", `takes only the cases ${REFUSALS.join(", ")}`);
    else if (!codes.every((code) => /^[2-5]\d\d$/.test(code))) reader.refuse("smoke-expect", "takes HTTP statuses");
    else expect[name] = codes.map(Number);
  }
  return expect;
}

function checkFiles({ workingDirectory, planFile, reportDirectory }: Inputs, reader: InputReader): void {
  if (!isFolder(workingDirectory))
    reader.refuse("working-directory", "is not a folder: check out the repository first");
  if (planFile && isFolder(planFile)) reader.refuse("plan-file", "is a folder");
  if (reportDirectory && !canBeFolder(reportDirectory))
    reader.refuse("report-directory", "is not a folder, or no file can be written there");
}

/** Checks inputs that depend on each other, or have a meaning in some modes only. */
function checkCombinations(inputs: Inputs, reader: InputReader): void {
  const { mode, planFile, lockPlatforms, lockId, recoveryFile, recoveryKey, strategy, smoke } = inputs;
  const only = (name: string, isGiven: boolean, ...modes: readonly Mode[]) => {
    if (isGiven && !modes.includes(mode)) reader.refuse(name, `has no meaning in mode ${mode}`);
  };
  only("plan-file", planFile !== undefined, "plan", "deploy");
  only("lock-platforms", lockPlatforms.length > 0, "plan");
  only("lock-id", lockId !== undefined, "unlock", "recover");
  only("recovery-file", recoveryFile !== undefined, "recover");
  if (mode === "recover" && !recoveryFile) reader.refuse("recovery-file", "is required in mode recover");
  if (recoveryKey && recoveryKey.length < 16) reader.refuse("recovery-key", "must have at least 16 characters");
  if (smoke.enabled) return;
  if (strategy === "verified") reader.refuse("strategy", "is `verified`, but `smoke-test` is `false`");
  if (mode === "smoke-test") reader.refuse("smoke-test", "is `false` in mode smoke-test");
  if (smoke.rollback) reader.refuse("on-smoke-failure", "is `rollback`, but `smoke-test` is `false`");
}

/** Whether the folder is writable, or could be created. */
function canBeFolder(path: string): boolean {
  try {
    if (!statSync(path).isDirectory()) return false;
    accessSync(path, constants.W_OK);
    return true;
  } catch (error) {
    return codeOf(error) === "ENOENT" && canBeFolder(dirname(path));
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false; // Also what a path with a NUL byte throws.
  }
}
