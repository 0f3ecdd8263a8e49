/** Checks that clients keep the address that they use: the id of the API, its stage and its domain. */
import * as z from "zod";
import { ActionFailure, type Problem } from "./failure";
import type { Job } from "./job";
import { log } from "./log";
import type { Plan } from "./plan";
import { constructOf, type Stack } from "./stack";

/** The resource that records to which gateway the state belongs (stacks/identity.ts). */
export const IDENTITY = "terraform_data.identity";
const API = "aws_apigatewayv2_api";
const DOMAIN = "aws_apigatewayv2_domain_name";
const ADDRESSES: ReadonlySet<string> = new Set([API, "aws_apigatewayv2_stage", DOMAIN, "aws_apigatewayv2_api_mapping"]);
/**
 * Types of resources that get another address if they are created again, even under the same name. A domain gets another
 * target, to which its DNS record does not point.
 */
const UNIQUE: ReadonlySet<string> = new Set([API, DOMAIN]);

/**
 * Compares what clients use now with what they would use after the plan. A plan only creates a resource again that was
 * deleted outside Terraform, so the drift is checked too.
 *
 * @throws ActionFailure `replace-refused` when the address that clients use would change
 */
export function guardAddresses({ changes, document }: Plan, stack: Pick<Stack, "constructs">): void {
  const repaired = new Set(taintedIn(document));
  const planned = changes
    .filter(({ type, effect }) => ADDRESSES.has(type) && (effect === "replace" || effect === "destroy"))
    .filter(({ address }) => !repaired.has(address))
    .map(({ construct, effect, attributes }): Problem => {
      const why = attributes.length > 0 ? `, because of ${attributes.join(", ")}` : "";
      return { construct, message: `would be ${effect === "replace" ? "replaced" : "destroyed"}${why}` };
    });
  const gone = document.resource_drift
    .filter(({ type, change }) => UNIQUE.has(type) && change.actions.includes("delete"))
    .map(({ address }): Problem => {
      const message =
        "was deleted outside Terraform, or is not in this region, and would be created with another address";
      return { construct: constructOf(stack, address), message };
    });
  const problems = [...planned, ...gone];
  if (problems.length === 0) return;
  const list = problems.map(({ construct, message }) => `${construct} ${message}`).join("; ");
  throw new ActionFailure("replace-refused", `The address that clients use would change or break: ${list}.`, {
    hint: "Nothing was changed. If this is intended, set `allow-replace: true` for one run.",
    problems,
  });
}

const recorded = z.object({ output: z.object({ region: z.string() }) });

/**
 * Before a destroy Terraform checks no postcondition, so stacks/identity.ts does not reject another region: Terraform would
 * find nothing there, and leave the API up, unmanaged.
 *
 * @throws ActionFailure `replace-refused` if the state is of another region
 */
export function requireRegion({ document }: Plan, { region }: Pick<Stack, "region">): void {
  const identity = document.resource_changes.find(({ address }) => address === IDENTITY)?.change.before;
  const created = recorded.safeParse(identity).data?.output.region;
  if (created === undefined || region === undefined || created === region) return;
  throw new ActionFailure(
    "replace-refused",
    `This state belongs to region ${created}, and the configuration is for region ${region}.`,
    { hint: `Nothing was changed. Restore \`region: ${created}\`, and run the job again.` },
  );
}

/**
 * Resources of AWS whose creation an earlier run did not complete. Terraform would replace them, which cannot succeed where
 * a name is fixed (https://github.com/hashicorp/terraform-provider-aws/issues/29263), and would give an API another id.
 */
export function taintedIn({ resource_changes }: Plan["document"]): string[] {
  return resource_changes
    .filter(({ action_reason, type }) => {
      // A deployment has no name, and one whose creation failed is never complete.
      return action_reason === "replace_because_tainted" && type.startsWith("aws_") && !type.endsWith("_deployment");
    })
    .map(({ address }) => address);
}

/** Reports a first deploy. @throws ActionFailure `create-refused` if the workflow does not allow it */
export function checkFirstDeploy({ inputs, report, stack }: Job, { changes, document }: Plan): void {
  const creates = changes.some(({ type, effect }) => type === API && effect === "create");
  if (!creates || document.resource_drift.some(({ type }) => type === API)) return;
  report.firstDeploy = stack.stateLocation;
  log.line(`First deploy: there is no API in the state at ${stack.stateLocation}.`);
  if (inputs.allowCreate) return;
  throw new ActionFailure("create-refused", `There is no API in the state at ${stack.stateLocation}.`, {
    hint: "Nothing was changed. If the API exists, check `name`, `state` and the environment in the configuration: the state is elsewhere. For a first deploy, set `allow-create: true`.",
  });
}
