/** What the report of a failed job says to do next, as inputs of the next job. */
import { readFileSync } from "node:fs";
import * as z from "zod";
import type { Finished } from "../../../harness/action/job";

const report = z.object({ failure: z.object({ hint: z.string() }) });

/** The inputs that the advice writes as `name: value`. Without a mode, the advice is to run the job again. */
export function adviceOf({ outputs }: Finished): Readonly<Record<string, string>> {
  const { hint } = report.parse(JSON.parse(readFileSync(outputs["report-json"] ?? "", "utf8"))).failure;
  return Object.fromEntries(
    [...hint.matchAll(/`([a-z-]+): ([^`]+)`/g)].map(([, name = "", value = ""]) => [name, value]),
  );
}
