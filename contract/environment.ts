/** Selects the environment for a command. */

/**
 * Returns the wanted environment, or the only one if none is wanted.
 *
 * @param names names of all environments
 * @param fail creates the error from a message and the existing names, separated by commas (undefined if there are none)
 * @throws the error of `fail`, if the environment does not exist, or if there are several and none is wanted
 * @example chooseEnvironment(["dev", "prod"], "prod", (message) => new Error(message)) // "prod"
 */
export function chooseEnvironment(
  names: readonly string[],
  wanted: string | undefined,
  fail: (message: string, choices: string | undefined) => Error,
): string {
  const [only, ...others] = names;
  if (only === undefined) throw fail("There is no environment.", undefined);
  if (wanted === undefined && others.length === 0) return only;
  if (wanted !== undefined && names.includes(wanted)) return wanted;
  const message = wanted === undefined ? "There is more than one environment." : `There is no environment ${wanted}.`;
  throw fail(message, names.join(", "));
}
