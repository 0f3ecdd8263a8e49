/**
 * Finds the changes that would reach clients before the new deployment is promoted. A deployment is a snapshot of the API,
 * but not of the functions, roles and VPC links that it uses.
 */
import * as z from "zod";
import { ActionFailure, type Problem } from "../failure";
import type { Change, Plan } from "../plan";
import type { LiveStage } from "./live-stage";

/**
 * Types of resources that a deployment contains, or that are only in the state. A change of them has no effect before the
 * next deployment.
 */
const FROZEN: ReadonlySet<string> = new Set([
  "aws_apigatewayv2_api",
  "aws_apigatewayv2_route",
  "aws_apigatewayv2_route_response",
  "aws_apigatewayv2_integration",
  "aws_apigatewayv2_integration_response",
  "aws_apigatewayv2_authorizer",
  "aws_apigatewayv2_model",
  "aws_apigatewayv2_deployment",
  "terraform_data",
]);

/**
 * Types of resources that a deployment may use. They are checked if the state does not contain the live deployment, because
 * its dependencies are then not known.
 */
const USED_AT_RUN_TIME: ReadonlySet<string> = new Set([
  "aws_api_gateway_vpc_link",
  "aws_iam_role",
  "aws_iam_role_policy",
  "aws_iam_role_policy_attachment",
  "aws_lambda_alias",
  "aws_lambda_function",
  "aws_lambda_permission",
]);

/** Attributes that no request depends on. */
const COSMETIC: ReadonlySet<string> = new Set(["tags", "tags_all", "description"]);
/** Attributes that change when Lambda publishes a version. Earlier versions stay as they are. */
const PUBLISHING: ReadonlySet<string> = new Set(["publish", "version", "qualified_arn", "qualified_invoke_arn"]);

const closed = z.object({ disable_execute_api_endpoint: z.literal(true) });

/** @throws ActionFailure `strategy-refused` if the plan cannot be proven before it reaches clients */
export function requireIsolation(plan: Plan, live: LiveStage): void {
  if (live.fate === "lost") {
    throw new ActionFailure("strategy-refused", `The plan replaces or destroys the stage ${live.name}.`, {
      hint: "Nothing was changed. A new stage cannot be proven beside the live one: set `strategy: direct` for one run.",
    });
  }
  if (plan.document.resource_changes.some(({ change }) => closed.safeParse(change.after).success)) {
    throw new ActionFailure(
      "strategy-refused",
      "The plan disables the API's own endpoint, so a candidate stage cannot be reached.",
      {
        hint: "Nothing was changed. Set `strategy: direct`.",
      },
    );
  }
  const problems = reachingClients(plan, live).map(({ construct, effect, attributes }): Problem => {
    const what = attributes.length > 0 ? ` (${attributes.join(", ")})` : "";
    return { construct, message: `the plan would ${effect} it${what}, and the live deployment uses it` };
  });
  if (problems.length === 0) return;
  const list = problems.map(({ construct }) => construct).join(", ");
  throw new ActionFailure("strategy-refused", `The plan changes what the live deployment uses: ${list}.`, {
    hint: "Nothing was changed. Clients would be affected before the change is proven. Add the new resource beside the old one and remove that later, or set `strategy: direct` for one run.",
    problems,
  });
}

/**
 * Returns the changes that clients would notice. A destruction is one only if the stage keeps its deployment: otherwise
 * Terraform destroys a resource after the stage has the new deployment.
 */
export function reachingClients(plan: Plan, live: LiveStage): Change[] {
  const effects = live.fate === "stays" ? ["update", "replace", "destroy"] : ["update", "replace"];
  const used = usedBy(plan, live);
  return plan.changes.filter(
    (change) => effects.includes(change.effect) && used(change) && !isHarmless(change, plan.document),
  );
}

function usedBy({ document }: Plan, { fromAddress }: LiveStage): (change: Change) => boolean {
  const state = document.prior_state?.values?.root_module.resources ?? [];
  const deployment = state.find(({ address }) => address === fromAddress);
  if (!deployment) return ({ type }) => USED_AT_RUN_TIME.has(type);
  const addresses = new Set(deployment.depends_on);
  return ({ address }) => addresses.has(address.replace(/\[.*$/, ""));
}

function isHarmless({ type, effect, attributes, address }: Change, document: Plan["document"]): boolean {
  if (FROZEN.has(type) || type === "aws_cloudwatch_log_group") return true;
  if (effect !== "update") return false;
  if (attributes.every((name) => COSMETIC.has(name))) return true;
  if (type !== "aws_lambda_function") return false;
  return attributes.every((name) => COSMETIC.has(name) || PUBLISHING.has(name)) || isVersioned(address, document);
}

const functionBefore = z.object({ arn: z.string() });
const uris = z.object({ authorizer_uri: z.string().nullish(), integration_uri: z.string().nullish() });

/** Whether API Gateway invokes published versions of the function only: an update changes none of them. */
function isVersioned(address: string, { resource_changes: resources }: Plan["document"]): boolean {
  const found = resources.find((one) => one.address === address)?.change.before;
  const arn = functionBefore.safeParse(found).data?.arn;
  if (arn === undefined) return false;
  return resources
    .flatMap(({ change }) => Object.values(uris.safeParse(change.before).data ?? {}))
    .filter((uri) => uri?.includes(`${arn}:`) || uri?.includes(`${arn}/`))
    .every((uri) => /:\d+\/invocations$/.test(uri ?? ""));
}
