/** Which environment of a configuration a command is for. */

/**
 * The environment that was asked for, or the only one there is.
 * @param names all there are
 * @param fail makes the error of a message and the names to choose from, separated by commas; undefined if there are none
 * @throws what `fail` makes
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
