/** Selects the environment of a configuration that a command line names. */
import { chooseEnvironment } from "../contract/environment";
import { UsageError } from "../terminal/values";
import type { Environment } from "./model";

/**
 * Returns the environment of the option `--environment`, or the only one.
 *
 * @throws UsageError if it does not exist, or if there are several and none is wanted; the hint lists them
 * @example environmentNamed(loadConfig("gateway.yaml").environments, "prod")
 */
export function environmentNamed(environments: readonly Environment[], wanted: string | undefined): Environment {
  const fail = (message: string, choices: string | undefined) =>
    new UsageError(message, choices && `Choose one with --environment: ${choices}.`);
  const name = chooseEnvironment(
    environments.map((one) => one.name),
    wanted,
    fail,
  );
  const [found] = environments.filter((one) => one.name === name);
  if (found === undefined) throw fail(`There is no environment ${name}.`, undefined);
  return found;
}
