/** Which rows of the long tables a run has: all with `npm run test:long`, otherwise those of the day. */
import { SEED } from "../changes/configuration";
import { progress } from "../e2e/progress";

/** `npm run test:long` sets LONG. */
export const ALL = process.env.LONG !== undefined;

/** Prints how to run the same rows again. */
export function rowsOfToday<Row>(table: string, rows: readonly Row[], count = 1): readonly Row[] {
  if (ALL) return rows;
  progress(`${table}: ${count} of ${rows.length} rows; the same ones again: SEED=${SEED} npx jest test/long/${table}`);
  const first = (SEED % Math.floor(rows.length / count)) * count;
  return rows.slice(first, first + count);
}

/** `test.each` of a table that may be empty. */
export const eachOf = <Row extends readonly string[]>(rows: readonly Row[]) =>
  rows.length > 0 ? test.each(rows) : () => {};
