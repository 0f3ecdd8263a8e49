/** What a plan does with the stage that clients use now. */
import * as z from "zod";
import type { Plan } from "../plan";

const STAGE = "aws_apigatewayv2_stage";
const DEPLOYMENT = "aws_apigatewayv2_deployment";

export interface LiveStage {
  readonly address: string;
  readonly apiId: string;
  readonly name: string;
  /** The deployment that it points to now. */
  readonly from: string;
  /** The deployment that it will point to, where the plan knows its id already. */
  readonly to: string | undefined;
  /** `lost`: the plan replaces or destroys the stage. */
  readonly fate: "stays" | "changes" | "lost";
  /** Address of the deployment that it points to now; `undefined`: that is not in the state. */
  readonly fromAddress: string | undefined;
  /** Whether the plan deletes that deployment. */
  readonly fromDeleted: boolean;
  /** Addresses of the API's deployments in the configuration. */
  readonly deployments: readonly string[];
  /** The attributes before and after the plan, in Terraform's words. */
  readonly before: unknown;
  readonly after: unknown;
}

const before = z.object({ api_id: z.string(), name: z.string(), deployment_id: z.string().min(1) });
const after = z.object({ deployment_id: z.string().optional() });
const identified = z.object({ id: z.string() });

/**
 * Finds the live stage.
 *
 * @returns undefined if no stage points to a deployment yet, if several do, or if API Gateway deploys it automatically
 */
export function liveStage({ document }: Plan): LiveStage | undefined {
  const live = document.resource_changes.flatMap(({ type, address, change }) => {
    const found = type === STAGE ? before.safeParse(change.before).data : undefined;
    return found ? [{ address, change, ...found }] : [];
  });
  const [stage] = live;
  if (!stage || live.length > 1) return undefined;
  const { address, change, api_id: apiId, name, deployment_id: from } = stage;
  const deployments = document.resource_changes.filter(({ type }) => type === DEPLOYMENT);
  const current = deployments.find((one) => identified.safeParse(one.change.before).data?.id === from);
  const changes = change.actions.some((action) => action !== "no-op" && action !== "read");
  return {
    address,
    apiId,
    name,
    from,
    to: after.safeParse(change.after).data?.deployment_id,
    fate: change.actions.includes("delete") ? "lost" : changes ? "changes" : "stays",
    fromAddress: current?.address,
    fromDeleted: current?.change.actions.includes("delete") ?? false,
    deployments: deployments.filter((one) => one.change.after !== null).map((one) => one.address),
    before: change.before,
    after: change.after,
  };
}
