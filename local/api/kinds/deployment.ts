/** Deployment: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-set-up-websocket-deployment.html */
import * as z from "zod";
import { badRequest, notFound } from "../error";
import type { ApiState, Deployment } from "../types";
import { description, type Generator, type Kind, parse, text } from "./kind";

const members = z.object({ description, stageName: text });

export const deploymentKind: Kind<Deployment, ApiState> = {
  name: "Deployment",
  key: (deployment) => deployment.deploymentId,
  create(input, state, generator) {
    const { stageName, ...own } = parse(members, input);
    const stage = stageName === undefined ? undefined : state.stages.get(stageName);
    if (stageName !== undefined && !stage) throw notFound("Stage", stageName);
    const deployment = snapshot(state, generator, { autoDeployed: false, ...own });
    if (!stage) return deployment;
    if (stage.autoDeploy) {
      const deploymentStatusMessage = `Stage ${stageName} deploys automatically`;
      return { ...deployment, deploymentStatus: "FAILED", deploymentStatusMessage };
    }
    stage.deploymentId = deployment.deploymentId;
    stage.lastUpdatedDate = generator.now();
    return deployment;
  },
  update(previous, input) {
    const { stageName, ...own } = parse(members, input);
    return { ...previous, ...own };
  },
  beforeDelete({ deploymentId }, { stages }) {
    for (const stage of stages.values()) {
      if (stage.deploymentId === deploymentId) {
        // https://github.com/hashicorp/terraform-provider-aws/issues/19805
        throw badRequest("Active stages pointing to this deployment must be moved or deleted");
      }
    }
  },
  toResponse: ({ definition, ...deployment }) => deployment,
};

/** A deployment of the API's current definition. Later edits do not change it. */
export function snapshot(
  state: ApiState,
  generator: Generator,
  about: Pick<Deployment, "autoDeployed" | "description">,
): Deployment {
  // https://github.com/aws/serverless-application-model/issues/2512
  if (state.current.routes.size === 0) throw badRequest("At least one route is required before deploying the Api");
  return {
    ...about,
    deploymentId: generator.id(6),
    createdDate: generator.now(),
    deploymentStatus: "DEPLOYED",
    definition: structuredClone(state.current),
  };
}
