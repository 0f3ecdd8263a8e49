/** Deployment: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-set-up-websocket-deployment.html */
import * as z from "zod";
import { badRequest, notFound } from "../error";
import type { ApiState, Deployment } from "../types";
import { type Kind, type Mint, parse, text } from "./kind";

const members = z.object({ description: text, stageName: text });

export const deploymentKind: Kind<Deployment, ApiState> = {
  name: "Deployment",
  key: (deployment) => deployment.deploymentId,
  create(input, state, mint) {
    const { description, stageName } = parse(members, input);
    const stage = stageName === undefined ? undefined : state.stages.get(stageName);
    if (stageName !== undefined && !stage) throw notFound("Stage", stageName);
    const deployment = freeze(state, mint, { autoDeployed: false, ...(description !== undefined && { description }) });
    if (!stage) return deployment;
    if (stage.autoDeploy) {
      const deploymentStatusMessage = `Stage ${stageName} deploys automatically`;
      return { ...deployment, deploymentStatus: "FAILED", deploymentStatusMessage };
    }
    stage.deploymentId = deployment.deploymentId;
    stage.lastUpdatedDate = mint.now();
    return deployment;
  },
  update(previous, input) {
    const { description } = parse(members, input);
    return { ...previous, ...(description !== undefined && { description }) };
  },
  release({ deploymentId }, { stages }) {
    for (const stage of stages.values()) {
      if (stage.deploymentId === deploymentId) {
        // https://github.com/hashicorp/terraform-provider-aws/issues/19805
        throw badRequest("Active stages pointing to this deployment must be moved or deleted");
      }
    }
  },
  wire: ({ definition, ...deployment }) => deployment,
};

/** A deployment of the API as it is now. Later edits do not reach it. */
export function freeze(
  state: ApiState,
  mint: Mint,
  about: Pick<Deployment, "autoDeployed" | "description">,
): Deployment {
  // https://github.com/aws/serverless-application-model/issues/2512
  if (state.current.routes.size === 0) throw badRequest("At least one route is required before deploying the Api");
  return {
    ...about,
    deploymentId: mint.id(6),
    createdDate: mint.now(),
    deploymentStatus: "DEPLOYED",
    definition: structuredClone(state.current),
  };
}
