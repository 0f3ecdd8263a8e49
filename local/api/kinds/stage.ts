/** Stage: https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-stages.html */

import * as z from "zod";
import { parseArn } from "../../../aws/arn";
import { LOGGING_LEVELS } from "../../../aws/enumerations";
import { QUOTAS } from "../../../aws/limits";
import { STAGE_NAME, STAGE_VARIABLE_NAME, STAGE_VARIABLE_VALUE } from "../../../aws/names";
import { ApiError, badRequest, conflict, notFound } from "../error";
import type { ApiState, RouteSettings, Stage } from "../types";
import type { DomainName } from "./domain-name";
import { description, flag, type Kind, mergeTexts, parse, required, tags, text, texts, whole } from "./kind";

const settings = z.object({
  dataTraceEnabled: flag,
  detailedMetricsEnabled: flag,
  loggingLevel: z.enum(LOGGING_LEVELS).exactOptional(),
  throttlingBurstLimit: whole,
  throttlingRateLimit: z.number().exactOptional(),
});
const members = z.object({
  accessLogSettings: z.object({ destinationArn: text, format: text }).exactOptional(),
  autoDeploy: flag,
  clientCertificateId: text,
  defaultRouteSettings: settings.exactOptional(),
  deploymentId: text,
  description,
  routeSettings: z.record(z.string(), settings).exactOptional(),
  stageName: text,
  stageVariables: texts,
  tags,
});
const UNSET: RouteSettings = { dataTraceEnabled: false, detailedMetricsEnabled: false, loggingLevel: "OFF" };

export interface StageScope extends ApiState {
  readonly domainNames: ReadonlyMap<string, DomainName>;
}

export const stageKind: Kind<Stage, StageScope> = {
  name: "Stage",
  quota: QUOTAS.stages,
  key: (stage) => stage.stageName,
  create(input, state, generator) {
    const { stageName, tags = {}, ...given } = parse(members, input);
    const name = required(stageName, "stageName");
    if (!STAGE_NAME.test(name)) {
      throw badRequest(`Stage name only allows a-zA-Z0-9_- (1 to 128 characters): ${name}`);
    }
    if (state.stages.has(name)) throw conflict("Stage already exists");
    const blank: Stage = {
      stageName: name,
      autoDeploy: false,
      defaultRouteSettings: UNSET,
      routeSettings: {},
      stageVariables: {},
      createdDate: generator.now(),
      lastUpdatedDate: generator.now(),
      tags,
    };
    return change(blank, given, state, generator.now());
  },
  update(previous, input, state, generator) {
    const { stageName, tags, ...given } = parse(members, input);
    return change(previous, given, state, generator.now());
  },
  beforeDelete({ stageName }, { current: { api }, domainNames }) {
    const mapped = [...domainNames.values()].filter(({ mappings }) =>
      [...mappings.values()].some(({ apiId, stage }) => apiId === api.apiId && stage === stageName),
    );
    if (mapped.length > 0) {
      // https://github.com/hashicorp/terraform-provider-aws/issues/41651
      throw badRequest(
        `Deleting stage ${stageName} failed. Please remove all base path mappings related to the stage in your ` +
          `domains: ${mapped.map(({ domainName }) => domainName).join(", ")}`,
      );
    }
  },
  toResponse: (stage) => stage,
};

export function withoutAccessLog({ accessLogSettings, ...stage }: Stage): Stage {
  return stage;
}

export function withoutRouteSettings(routeKey: string) {
  return (stage: Stage): Stage => {
    const { [routeKey]: removed, ...routeSettings } = stage.routeSettings;
    if (!removed) throw notFound("RouteSettings", routeKey);
    return { ...stage, routeSettings };
  };
}

type Change = Omit<z.output<typeof members>, "stageName" | "tags">;

function change(previous: Stage, given: Change, state: ApiState, lastUpdatedDate: string): Stage {
  const { defaultRouteSettings, routeSettings, stageVariables = {}, ...own } = given;
  const stage: Stage = {
    ...previous,
    ...own,
    defaultRouteSettings: { ...previous.defaultRouteSettings, ...defaultRouteSettings },
    routeSettings: { ...previous.routeSettings, ...routeSettings },
    stageVariables: mergeTexts(previous.stageVariables, stageVariables),
    lastUpdatedDate,
  };
  // Assumed: an update with empty settings removes them. Terraform's provider removes them so, and no failure is reported.
  if (Object.keys(stage.accessLogSettings ?? {}).length === 0) delete stage.accessLogSettings;
  checkDeployment(stage, given, state);
  checkVariables(stage.stageVariables);
  if (stage.accessLogSettings) checkAccessLog(stage.accessLogSettings);
  for (const routeKey of Object.keys(routeSettings ?? {})) {
    if (![...state.current.routes.values()].some((route) => route.routeKey === routeKey)) {
      // https://github.com/terraform-aws-modules/terraform-aws-apigateway-v2/pull/80
      throw new ApiError(
        "NotFoundException",
        `Unable to find Route by key ${routeKey} within the provided RouteSettings`,
      );
    }
  }
  return stage;
}

function checkDeployment(stage: Stage, given: Change, { deployments }: ApiState): void {
  if (given.deploymentId === undefined) return;
  if (stage.autoDeploy) throw badRequest("Deployment ID cannot be set on a stage that deploys automatically");
  const deployment = deployments.get(given.deploymentId);
  if (deployment?.deploymentStatus !== "DEPLOYED") throw notFound("Deployment", given.deploymentId);
}

function checkVariables(variables: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(variables)) {
    if (!STAGE_VARIABLE_NAME.test(name))
      throw badRequest(`Stage variable name ${name} may only have letters, digits and underscores, 64 at most`);
    if (!STAGE_VARIABLE_VALUE.test(value)) {
      throw badRequest(`Stage variable value of ${name} must match [A-Za-z0-9-._~:/?#&=,]+, 512 characters at most`);
    }
  }
}

function checkAccessLog({ destinationArn, format }: { destinationArn?: string; format?: string }): void {
  const arn = parseArn(required(destinationArn, "accessLogSettings.destinationArn"));
  if (arn?.service !== "logs" && arn?.service !== "firehose") {
    throw badRequest(`Invalid ARN specified in the request: ${destinationArn}`);
  }
  if (!/\$context\.(requestId|extendedRequestId)/.test(format ?? "")) {
    throw badRequest("Access Log format must include either $context.requestId or $context.extendedRequestId");
  }
  if (Buffer.byteLength(format ?? "") > QUOTAS.accessLogFormatBytes) {
    throw badRequest("Access Log format is larger than 3 KB");
  }
}
