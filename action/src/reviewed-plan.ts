/** The plan file: the reviewed plan without secrets, which a deploy compares with its own plan. */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import * as z from "zod";
import { canonicalJson } from "../../aws/canonical-json";
import { ActionFailure } from "./failure";
import type { Plan } from "./plan";
import { fromRunner } from "./runner-files";

const reviewed = z.object({
  version: z.literal(1),
  environment: z.string(),
  /** Actions and a digest of the planned values, by address or `output.<name>`. */
  changes: z.record(z.string(), z.object({ actions: z.array(z.string()), digest: z.string() })),
});
export type ReviewedPlan = z.infer<typeof reviewed>;

/** Returns the plan in canonical form: the same configuration and state give the same value on any machine. */
export function canonicalPlan(environment: string, { document }: Plan): ReviewedPlan {
  const all = [
    ...document.resource_changes.map(({ address, change }) => [address, change] as const),
    ...Object.entries(document.output_changes).map(([name, change]) => [`output.${name}`, change] as const),
  ];
  const changing = all.filter(([, { actions }]) => actions.some((action) => action !== "no-op" && action !== "read"));
  return {
    version: 1,
    environment,
    changes: Object.fromEntries(
      changing
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, change]) => {
          const facts = [
            withoutSecrets(change.before, change.before_sensitive),
            withoutSecrets(change.after, change.after_sensitive),
            change.after_unknown,
          ];
          const digest = createHash("sha256").update(canonicalJson(facts)).digest("hex");
          return [key, { actions: change.actions, digest }];
        }),
    ),
  };
}

/** Returns the changes since the review, one sentence each. */
export function differences(was: ReviewedPlan, is: ReviewedPlan): string[] {
  if (was.environment !== is.environment)
    return [`It was made for environment ${was.environment}, not ${is.environment}.`];
  const keys = [...new Set([...Object.keys(was.changes), ...Object.keys(is.changes)])].sort();
  return keys.flatMap((key) => {
    const [before, now] = [was.changes[key], is.changes[key]];
    if (!now) return [`${key} was to ${verb(before?.actions)}, and would now not change.`];
    if (!before) return [`${key} would now ${verb(now.actions)}, which is not in the reviewed plan.`];
    if (verb(before.actions) !== verb(now.actions)) {
      return [`${key} was to ${verb(before.actions)}, and would now ${verb(now.actions)}.`];
    }
    return before.digest === now.digest ? [] : [`${key} would get other values than in the reviewed plan.`];
  });
}

/** @throws ActionFailure `runner-failed` */
export function writeReviewedPlan(file: string, plan: ReviewedPlan): void {
  fromRunner(`The plan file cannot be written (${file})`, () => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(plan, null, 2)}\n`);
  });
}

/**
 * Compares the plan with the reviewed one.
 * @throws ActionFailure `plan-changed` for a difference, `invalid-input` for a file that is not a plan
 */
export function requireReviewedPlan(file: string, plan: ReviewedPlan): void {
  const found = differences(readReviewedPlan(file), plan);
  if (found.length === 0) return;
  throw new ActionFailure("plan-changed", `The plan differs from the reviewed plan: ${found.join(" ")}`, {
    hint: "Nothing was changed. Make a new plan, review it, and deploy with it.",
    problems: found.map((message) => ({ message })),
  });
}

function readReviewedPlan(file: string): ReviewedPlan {
  try {
    return reviewed.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (cause) {
    throw new ActionFailure(
      "invalid-input",
      `\`plan-file\`: ${file} is missing, or is not a plan file of this action.`,
      {
        hint: "Pass the file that mode plan wrote (its output `plan-file`) on as an artifact of that job.",
        cause,
      },
    );
  }
}

const verb = (actions: readonly string[] = []): string => actions.join(" and ").replaceAll("delete", "be destroyed");

/** Removes sensitive values. `marks` is `true` at each sensitive part of `value`. */
function withoutSecrets(value: unknown, marks: unknown): unknown {
  if (marks === true) return "(sensitive)";
  if (typeof value !== "object" || value === null || typeof marks !== "object" || marks === null) return value;
  const within = new Map<string, unknown>(Object.entries(marks));
  if (Array.isArray(value)) return value.map((item, index) => withoutSecrets(item, within.get(String(index))));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutSecrets(item, within.get(key))]));
}
