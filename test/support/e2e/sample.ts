/**
 * Rows of a long table: all of them in the long run (`npm run test:long`), otherwise a few, by a seed that changes daily.
 * The seed is printed; `SEED=<seed>` repeats a run.
 */
export const LONG = process.env.LONG !== undefined;
const SEED = process.env.SEED ?? new Date().toISOString().slice(0, 10);

/** @param count rows outside of the long run */
export function sample<Row>(rows: readonly Row[], count: number): readonly Row[] {
  if (LONG) return rows;
  process.stdout.write(`${count} of ${rows.length} rows. SEED=${SEED} repeats them.\n`);
  const random = generator(SEED);
  const chosen = new Set<number>();
  while (chosen.size < Math.min(count, rows.length)) chosen.add(Math.floor(random() * rows.length));
  return rows.filter((_, index) => chosen.has(index));
}

/** A line as soon as a case ends: Jest prints its own when the file ends. */
export function progress(line: string): void {
  if (LONG) process.stdout.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);
}

/** Numbers from 0 to 1: mulberry32, whose quality is enough to choose rows. */
function generator(text: string): () => number {
  let state = [...text].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) | 0, 7);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
