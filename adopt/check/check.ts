/** `adopt --check`: reads the configuration and the API, and returns what has drifted. */
import { readFileSync } from "node:fs";
import { ConfigError, environmentNamed, formatProblems, loadConfig } from "../../config";
import type { Environment } from "../../config/model";
import { isLocal } from "../../synth/app";
import type { Shell } from "../../terminal/shell";
import { UsageError } from "../../terminal/values";
import { readStack } from "../compare/stack";
import { AdoptError } from "../errors";
import type { Live } from "../read/live";
import { synthesizedFile } from "../synthesize";
import { chooseStage, type Target } from "../target";
import { type Drift, driftOf } from "./drift";

export interface CheckOptions {
  /** Absolute path of gateway.yaml. */
  readonly config: string;
  readonly environment: string | undefined;
  /** Id of the API, if the configuration does not record it. */
  readonly apiId: string | undefined;
  readonly read: (target: Target) => Promise<Live>;
  readonly shell: Shell;
}

/** @throws {AdoptError} as `adopt`, or a UsageError if the configuration is not valid */
export async function check({ config, environment, apiId, read, shell }: CheckOptions): Promise<readonly Drift[]> {
  const chosen = load(config, environment, shell);
  const id = apiId ?? chosen.adopted?.ids.api;
  if (id === undefined) {
    throw new UsageError(`${config} has no record of an adopted API.`, "Give the id of the API: adopt <id> --check.");
  }
  const live = await read({ apiId: id, region: chosen.region, stage: chosen.stage.name });
  const stage = chooseStage(live, chosen.stage.name);
  const stack = readStack(synthesizedFile(config, chosen.name, shell.env));
  return driftOf(readFileSync(config, "utf8"), chosen, stack, live, stage);
}

function load(config: string, wanted: string | undefined, { env }: Shell): Environment {
  try {
    const { environments } = loadConfig(config, { local: isLocal(env) });
    return environmentNamed(environments, wanted);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new AdoptError("synthesis-failed", formatProblems(error).trim());
  }
}
