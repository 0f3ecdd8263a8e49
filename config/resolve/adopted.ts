/** Resolves `adopted`: the record of an API that was created without this project, and what is kept of it. */

import * as z from "zod/mini";
import type { Adopted } from "../model";
import type { Configuration } from "../schema";
import { readReferenced, type Scope } from "./scope";

/** The file `adopted.record`. */
const adoptionRecord = z.object({
  /** Construct path to import id. */
  ids: z.record(z.string(), z.string()),
  definition: z.optional(z.string()),
  parameters: z.optional(z.record(z.string(), z.array(z.string()))),
  unmanaged: z.optional(z.array(z.string())),
});
/** YAML's values are JSON. A resource whose last line was removed has an empty value. */
const keepSchema = z.record(
  z.string(),
  z.pipe(
    z.union([z.literal(false), z.null(), z.record(z.string(), z.json())]),
    z.transform((kept) => kept ?? {}),
  ),
);
export type AdoptionRecord = z.infer<typeof adoptionRecord>;

export function resolveAdopted(settings: Configuration, scope: Scope): Adopted | undefined {
  const given = settings.adopted;
  if (given === undefined) return undefined;
  const {
    ids = {},
    definition,
    parameters = {},
    unmanaged = [],
  } = given.record === undefined ? {} : readRecord(given.record, scope);
  const keep = keepSchema.parse(given.keep ?? {});
  warnOfShadowed(settings, keep, scope);
  return { ids, definition, parameters, imported: given.imported ?? false, keep, unmanaged };
}

/** Settings whose argument may be kept instead: resource, argument, and the paths of the settings. */
const SHADOWED: readonly (readonly [string, string, readonly (readonly string[])[]])[] = [
  ["api", "description", [["description"]]],
  ["api", "route_selection_expression", [["routeSelectionExpression"]]],
  ["stage", "access_log_settings", [["logs", "access"]]],
  ["stage", "stage_variables", [["stage", "variables"]]],
  [
    "stage",
    "default_route_settings",
    [
      ["stage", "throttle"],
      ["stage", "detailedMetrics"],
      ["logs", "execution"],
    ],
  ],
];

function warnOfShadowed(settings: Configuration, keep: Adopted["keep"], { report }: Scope): void {
  for (const [resource, argument, paths] of SHADOWED) {
    if (!Object.hasOwn(keep[resource] || {}, argument)) continue;
    for (const path of paths.filter((one) => hasSetting(settings, one))) {
      report.warn(
        path,
        `has no effect while \`adopted.keep.${resource}.${argument}\` is there.`,
        "Remove that line to use this setting.",
      );
    }
  }
}

function hasSetting(settings: unknown, [name = "", ...rest]: readonly string[]): boolean {
  if (typeof settings !== "object" || settings === null || !Object.hasOwn(settings, name)) return false;
  return rest.length === 0 || hasSetting(Reflect.get(settings, name), rest);
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
