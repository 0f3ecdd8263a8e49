/** Progress of the long tests. */

/** Prints a line as soon as a case ends. Jest prints its own when the file ends. */
export function progress(line: string): void {
  process.stdout.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);
}
