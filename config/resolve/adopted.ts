/** Resolves `adopted`: the record of an API that was created without this project, and what is kept of it. */

import * as z from "zod/mini";
import type { Adopted } from "../model";
import type { AdoptedInput } from "../schema/operations";
import { readReferenced, type Scope } from "./scope";

/** The file `adopted.record`. */
export const adoptionRecord = z.object({
  /** Construct path to import id. */
  ids: z.record(z.string(), z.string()),
  definition: z.optional(z.string()),
  unmanaged: z.optional(z.array(z.string())),
});
/** YAML's values are JSON. */
const keepSchema = z.record(z.string(), z.union([z.literal(false), z.record(z.string(), z.json())]));
export type AdoptionRecord = z.infer<typeof adoptionRecord>;

export function resolveAdopted(given: AdoptedInput | undefined, scope: Scope): Adopted | undefined {
  if (given === undefined) return undefined;
  const { ids = {}, definition, unmanaged = [] } = given.record === undefined ? {} : readRecord(given.record, scope);
  return { ids, definition, keep: keepSchema.parse(given.keep ?? {}), unmanaged };
}

function readRecord(file: string, scope: Scope): Partial<AdoptionRecord> {
  const path = ["adopted", "record"];
  const text = readReferenced(scope, file, path);
  if (text === undefined) return {};
  try {
    return adoptionRecord.parse(JSON.parse(text));
  } catch {
    scope.report(path, `\`${file}\` is not a record of an adopted API.`, "Restore the file that `adopt` wrote.");
    return {};
  }
}
