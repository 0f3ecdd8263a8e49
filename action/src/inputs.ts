/** The action's inputs: read from the runner's environment, with all mistakes reported together, as a typed value. */

import { accessSync, constants, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { VARIABLES } from "../../contract/names";
import { OptionsError, parseExpectation } from "../../smoke";
import type { CaseId } from "../../smoke/types";
import { codeOf } from "../../terminal/error";
import { ActionFailure } from "./failure";

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
  /** Absolute. */
  readonly workingDirectory: string;
  readonly config: string;
  /** Terraform variable to its value, which is a secret. */
  readonly variables: Readonly<Record<string, string>>;
  readonly allowedAccountIds: readonly string[];
  readonly allowReplace: boolean;
  readonly allowCreate: boolean;
  readonly allowLocalState: boolean;
  readonly lockTimeout: string;
  readonly planFile: string | undefined;
  /** Platforms, such as `linux_amd64`, for which the provider lock file is written. */
  readonly lockPlatforms: readonly string[];
  /** Id of the lock to release. */
  readonly lockId: string | undefined;
  /** A state that an earlier job could not save. Absolute. */
  readonly recoveryFile: string | undefined;
  /** Encrypts such a state. */
  readonly recoveryKey: string | undefined;
  /** `undefined`: verified if a live stage exists. */
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

/** Input to the Terraform variable that it fills. */
const SECRET_VARIABLES = {
  "hs256-secret": VARIABLES.hs256Secret,
  "hs256-secret-previous": VARIABLES.hs256SecretPrevious,
  "origin-secret": VARIABLES.originSecret,
} as const;
/** The input that sets a Terraform variable. */
export const inputOfVariable = (variable: string): string | undefined =>
  Object.entries(SECRET_VARIABLES).find(([, name]) => name === variable)?.[0];

const COMMENT = { true: "always", "on-change": "on-change", false: "never" } as const;

/** One day: longer than any job, and below the limit of Node's timers (2^31 ms). */
const LONGEST_SECONDS = 86_400;

/** The runner sets `INPUT_<NAME>`: blanks become underscores, hyphens stay. White space around a value is ignored. */
const raw = (env: NodeJS.ProcessEnv, name: string): string => (env[`INPUT_${name.toUpperCase()}`] ?? "").trim();

/** @throws ActionFailure `invalid-input` with every problem. No message contains the value of a secret. */
export function readInputs(env: NodeJS.ProcessEnv): Inputs {
  // It interrupts process groups and uses /bin/sh. https://docs.github.com/actions/reference/workflows-and-actions/variables
  if (env.RUNNER_OS === "Windows") {
    throw new ActionFailure("invalid-input", "The action does not run on Windows runners.", {
      hint: "Set the job's `runs-on` to a Linux or macOS runner, such as ubuntu-24.04.",
    });
  }
  const problems: string[] = [];
  const refuse = (name: string, message: string) => problems.push(`\`${name}\` ${message}`);

  const text = (name: string): string | undefined => raw(env, name) || undefined;
  const flag = (name: string, fallback: boolean): boolean => {
    const value = text(name)?.toLowerCase();
    if (value !== undefined && value !== "true" && value !== "false") refuse(name, "must be `true` or `false`");
    return value === undefined ? fallback : value === "true";
  };
  const choice = <T extends string, F extends T | undefined>(
    name: string,
    allowed: readonly T[],
    fallback: F,
  ): T | F => {
    const value = text(name);
    const found = allowed.find((candidate) => candidate === value);
    if (value !== undefined && found === undefined) refuse(name, `must be one of ${allowed.join(", ")}`);
    return found ?? fallback;
  };
  const pairs = (name: string): [string, string][] =>
    lines(raw(env, name)).flatMap((line) => {
      const at = line.indexOf("=");
      if (at > 0) return [[line.slice(0, at).trim(), line.slice(at + 1).trim()] satisfies [string, string]];
      refuse(name, "takes one `name=value` a line");
      return [];
    });

  const mode = choice("mode", MODES, "deploy");
  const workingDirectory = resolve(env.GITHUB_WORKSPACE ?? ".", text("working-directory") ?? ".");
  if (!isFolder(workingDirectory)) refuse("working-directory", "is not a folder: check out the repository first");

  const allowedAccountIds = raw(env, "allowed-account-ids")
    .split(/[\s,]+/)
    .filter(Boolean);
  if (!allowedAccountIds.every((id) => /^\d{12}$/.test(id))) refuse("allowed-account-ids", "takes ids of 12 digits");

  const lockTimeout = text("lock-timeout") ?? "5m";
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(lockTimeout)) refuse("lock-timeout", "is a duration such as `30s` or `5m`");

  const seconds = text("smoke-timeout") ?? "90";
  const timeoutMs = Number(seconds) * 1000;
  if (!/^\d+$/.test(seconds) || timeoutMs < 1000 || timeoutMs > LONGEST_SECONDS * 1000) {
    refuse("smoke-timeout", `is a number of seconds from 1 to ${LONGEST_SECONDS}`);
  }

  const expect: Record<string, readonly number[]> = {};
  for (const [name, statuses] of pairs("smoke-expect")) {
    const codes = statuses.split(",").map((code) => code.trim());
    if (!REFUSALS.some((known) => known === name))
      refuse("smoke-expect", `takes only the cases ${REFUSALS.join(", ")}`);
    else if (!codes.every((code) => /^[1-5]\d\d$/.test(code))) refuse("smoke-expect", "takes HTTP statuses");
    else expect[name] = codes.map(Number);
  }

  const expectPush = text("smoke-expect-push");
  try {
    if (expectPush !== undefined) parseExpectation(expectPush);
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error;
    refuse("smoke-expect-push", `takes text, /a regex/ or a JSON subset: ${error.message}`);
  }

  const smokeEnabled = flag("smoke-test", true);
  const rollback = choice("on-smoke-failure", ["fail", "rollback"], "fail") === "rollback";
  const strategy = choice("strategy", ["verified", "direct"], undefined);
  if (strategy === "verified" && !smokeEnabled) refuse("strategy", "is `verified`, but `smoke-test` is `false`");
  const planFile = text("plan-file");
  if (planFile && mode !== "plan" && mode !== "deploy") refuse("plan-file", `has no meaning in mode ${mode}`);
  if (planFile && isFolder(resolve(workingDirectory, planFile))) refuse("plan-file", "is a folder");
  const lockPlatforms = raw(env, "lock-platforms")
    .split(/[\s,]+/)
    .filter(Boolean);
  if (!lockPlatforms.every((name) => /^[a-z0-9]+_[a-z0-9]+$/.test(name)))
    refuse("lock-platforms", "takes platforms such as `linux_amd64`");
  if (lockPlatforms.length > 0 && mode !== "plan") refuse("lock-platforms", `has no meaning in mode ${mode}`);
  const lockId = text("lock-id");
  if (lockId && mode !== "unlock" && mode !== "recover") refuse("lock-id", `has no meaning in mode ${mode}`);
  const recoveryFile = text("recovery-file");
  if (recoveryFile && mode !== "recover") refuse("recovery-file", `has no meaning in mode ${mode}`);
  if (!recoveryFile && mode === "recover") refuse("recovery-file", "is required in mode recover");
  const recoveryKey = text("recovery-key");
  if (recoveryKey && recoveryKey.length < 16) refuse("recovery-key", "must have at least 16 characters");
  const reports = text("report-directory");
  if (reports && !canBeFolder(resolve(workingDirectory, reports)))
    refuse("report-directory", "is not a folder, or no file can be written there");
  if (mode === "smoke-test" && !smokeEnabled) refuse("smoke-test", "is `false` in mode smoke-test");
  if (rollback && !smokeEnabled) refuse("on-smoke-failure", "is `rollback`, but `smoke-test` is `false`");

  const inputs: Inputs = {
    mode,
    environment: text("environment"),
    workingDirectory,
    config: text("config") ?? "gateway.yaml",
    variables: Object.fromEntries(
      Object.entries(SECRET_VARIABLES).flatMap(([input, variable]) => {
        const value = text(input);
        return value === undefined ? [] : [[variable, value]];
      }),
    ),
    allowedAccountIds,
    allowReplace: flag("allow-replace", false),
    allowCreate: flag("allow-create", true),
    allowLocalState: flag("allow-local-state", false),
    lockTimeout,
    planFile: planFile && resolve(workingDirectory, planFile),
    lockPlatforms,
    lockId,
    recoveryFile: recoveryFile && resolve(workingDirectory, recoveryFile),
    recoveryKey,
    strategy,
    smoke: {
      enabled: smokeEnabled,
      token: text("smoke-token"),
      parameters: Object.fromEntries(pairs("smoke-parameters")),
      expect,
      identify: text("smoke-identify"),
      expectPush,
      timeoutMs,
      rollback,
    },
    exportEnvironment: flag("export-environment", true),
    sensitiveOutputs: flag("sensitive-outputs", false),
    comment: COMMENT[choice("comment", ["true", "on-change", "false"], "true")],
    githubToken: text("github-token"),
    reportDirectory: reports && resolve(workingDirectory, reports),
  };
  if (problems.length > 0) {
    throw new ActionFailure("invalid-input", `The step has invalid inputs: ${problems.join("; ")}.`, {
      hint: "Correct them in the workflow file.",
      problems: problems.map((message) => ({ message })),
    });
  }
  return inputs;
}

const lines = (text: string): string[] =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));

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
