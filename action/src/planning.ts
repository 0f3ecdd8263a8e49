/** Plans: the plan of the run, which the report shows, and parts of it, which are never more than it. */
import { codeOf } from "../../terminal/error";
import { IDENTITY } from "./address";
import { ActionFailure } from "./failure";
import type { Job } from "./job";
import { log } from "./log";
import { EMPTY_PLAN, type Plan, partOf, readPlan, summarize, unplanned, type WholePlan } from "./plan";
import { repair } from "./repair";
import type { PlanOptions, Terraform } from "./terraform";

/** Maximum number of repairs. An object is imported after the one that it belongs to: an API, its routes, their responses. */
const REPAIRS = 4;

/**
 * The plan of the run. What an earlier run has left incomplete is repaired first, unless the plan is only for reading.
 *
 * @param review checks the plan before anything is repaired
 */
export async function planned(job: Job, options: PlanOptions, review: (plan: Plan) => void = () => {}): Promise<Plan> {
  return await log.group("terraform plan", async () => {
    let plan = await read(job, options);
    review(plan);
    const repairs = options.lock !== false && !options.destroy ? REPAIRS : 0;
    for (let left = repairs; left > 0 && (await repair(job, plan)); left--) plan = await read(job, options);
    for (const { effect, construct, type, attributes } of plan.changes) {
      log.line(`  ${effect} ${construct} (${type})${attributes.length > 0 ? `: ${attributes.join(", ")}` : ""}`);
    }
    return plan;
  });
}

async function read({ terraform, stack, report, inputs }: Job, options: PlanOptions): Promise<Plan> {
  const { hasChanges } = await terraform.plan(options).catch((error: unknown) => {
    // The postcondition of stacks/identity.ts: the state is of another address.
    if (codeOf(error) !== "replace-refused" || !inputs.allowReplace) throw error;
    log.line("allow-replace: the state is now for the address in the configuration.");
    terraform.replace.push(IDENTITY);
    return terraform.plan(options);
  });
  // `terraform show` takes about a second, which a plan without changes does not need.
  const plan = hasChanges ? readPlan(await terraform.show(), stack) : EMPTY_PLAN;
  const { changes, outputs, drifted } = plan;
  report.plan = { hasChanges, summary: summarize(plan), changes, outputs, drifted };
  log.line(hasChanges ? summarize(plan) : "No changes.");
  return plan;
}

/**
 * Plans and applies a part of the whole plan; without targets, what is left of it. The whole plan has just read the
 * resources from AWS, so that is not repeated, unless it found changes that are not in the state, or changes of tags.
 *
 * @throws ActionFailure `plan-changed` for a change that is not in the whole plan
 */
export async function applyPart(
  job: { readonly terraform: Pick<Terraform, "plan" | "apply"> } & Pick<Job, "stack">,
  whole: WholePlan,
  targets?: readonly string[],
): Promise<void> {
  const { terraform, stack } = job;
  const planPart = async (refresh: boolean) => {
    const { hasChanges, changes } = await terraform.plan({ targets, refresh });
    return { hasChanges, found: unplanned(whole, partOf(changes, stack)) };
  };
  const refresh = whole.refresh ?? needsRefresh(whole);
  let { hasChanges, found } = await planPart(refresh);
  // After an update that AWS has rejected, the state contains the rejected values.
  if (found.length > 0 && !refresh) ({ hasChanges, found } = await planPart(true));
  if (found.length > 0) {
    throw new ActionFailure("plan-changed", "The deployed resources were changed by something else during this run.", {
      hint: "What was applied is in the state. Run the job again: it makes a new plan.",
      problems: found.map(({ construct, effect }) => ({ construct, message: `would now ${effect}` })),
    });
  }
  if (hasChanges) await terraform.apply();
}

/** Returns whether a part needs a refresh. Without one, a plan does not contain the removal of the provider's default tags. */
const needsRefresh = ({ changes, drifted }: WholePlan): boolean =>
  drifted.length > 0 || changes.some(({ attributes }) => attributes.includes("tags_all"));
