/** Applies a plan in parts where Terraform's own order would be wrong. */
import * as z from "zod";
import type { Job } from "../job";
import { log } from "../log";
import { type Plan, routesToDestroyFirst, type WholePlan } from "../plan";
import { applyPart } from "../planning";

type Applying = Pick<Job, "terraform" | "stack">;

/** Applies the plan. @throws ActionFailure */
export async function applyInParts(job: Applying, plan: Plan, whole: WholePlan = plan): Promise<void> {
  const isOnePart = whole === plan && routesToDestroyFirst(plan).length + routesToCreateAgain(plan).length === 0;
  if (isOnePart) await job.terraform.apply();
  else await applyPart(job, await destroyRoutesFirst(job, plan, whole));
}

/**
 * Destroys the routes that must be gone before the rest is applied: removed ones, and those that are created again with
 * other parameters. Clients notice nothing, because the live deployment is a snapshot.
 *
 * @returns the whole plan as it is now, for the comparison with what is left of it
 * @throws ActionFailure
 */
export async function destroyRoutesFirst(job: Applying, plan: Plan, whole: WholePlan): Promise<WholePlan> {
  const removed = routesToDestroyFirst(plan);
  const again = routesToCreateAgain(plan);
  if (removed.length > 0) {
    log.line("Removed routes are destroyed first, so that the new deployment does not serve them.");
  }
  let rest = whole;
  const former: string[] = [];
  for (const address of again) {
    former.push(`${address}_former`);
    await job.terraform.moveInState(address, `${address}_former`);
    log.line(`${address} loses or changes request parameters: it is destroyed first, and created again.`);
    rest = createdAgain(rest, address);
  }
  if (removed.length + former.length > 0) await applyPart(job, rest, [...removed, ...former]);
  return rest;
}

const declared = z.object({
  request_parameter: z.array(z.object({ request_parameter_key: z.string(), required: z.boolean() })),
});

/**
 * Addresses of the routes that lose a request parameter, or change whether it is required. Terraform's provider deletes
 * that parameter while the route still points at its previous integration, and API Gateway rejects that if a mapping of the
 * integration reads the parameter. Terraform cannot replace the route: create-before-destroy is inherited from the
 * deployment, and there is only one route with a key.
 * https://github.com/hashicorp/terraform-provider-aws/blob/v5.100.0/internal/service/apigatewayv2/route.go
 */
export function routesToCreateAgain({ changes, document }: Pick<Plan, "changes" | "document">): string[] {
  const updated = changes.filter(({ type, effect }) => type === "aws_apigatewayv2_route" && effect === "update");
  return updated.flatMap(({ address }) => {
    const change = document.resource_changes.find((one) => one.address === address)?.change;
    const [before, after] = [parametersOf(change?.before), parametersOf(change?.after)];
    return before.every((parameter) => after.includes(parameter)) ? [] : [address];
  });
}

const parametersOf = (attributes: unknown): string[] =>
  (declared.safeParse(attributes).data?.request_parameter ?? []).map(
    ({ request_parameter_key: key, required }) => `${key} ${required}`,
  );

/**
 * The plan after the route was moved in the state: Terraform destroys it there, and creates the configured one.
 * `terraform state mv` empties the lists of dependencies of the stage and the deployment, and only a refresh restores them.
 * Without them Terraform would delete the old deployment before the stage points to the new one.
 */
function createdAgain({ changes, drifted }: WholePlan, address: string): WholePlan {
  return {
    drifted,
    refresh: true,
    changes: changes.flatMap((one) =>
      one.address === address
        ? [
            { ...one, effect: "create" },
            { ...one, address: `${address}_former`, effect: "destroy" },
          ]
        : [one],
    ),
  };
}
