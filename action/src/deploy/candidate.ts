/**
 * The candidate stage: a second stage of the same API that points to the new deployment, for the time of the smoke test.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-stages.html
 */
import * as z from "zod";
import { messageOf } from "../../../terminal/error";
import type { ApiGateway, Stage } from "../aws";
import { ActionFailure } from "../failure";
import { log } from "../log";

/** Marks the stages that the action may delete. */
const DESCRIPTION = "Candidate stage of the WebSocket gateway action: temporary, safe to delete";
const SUFFIX = "-candidate";
/** A stage's name has at most 128 characters. */
const LONGEST = 128;

export const candidateName = (stageName: string): string => `${stageName.slice(0, LONGEST - SUFFIX.length)}${SUFFIX}`;

/**
 * Runs `body` while the candidate stage exists, which is removed in any case.
 *
 * @param planned the stage's planned attributes, in Terraform's words
 * @throws ActionFailure `candidate-failed` if the stage cannot be created
 */
export async function withCandidate<T>(
  gateway: ApiGateway,
  stageName: string,
  deploymentId: string,
  planned: unknown,
  body: (candidate: { readonly name: string; readonly url: string }) => Promise<T>,
): Promise<T> {
  const name = candidateName(stageName);
  try {
    const settings = settingsOf(planned, hasZero(planned) ? await gateway.stage(stageName) : undefined);
    await gateway.createStage({ stageName: name, description: DESCRIPTION, deploymentId, ...settings });
  } catch (cause) {
    throw new ActionFailure(
      "candidate-failed",
      `The candidate stage ${name} could not be created: ${messageOf(cause)}`,
      {
        hint: "Give the job's role apigateway:POST on the API's stages. An API has at most ten stages.",
        cause,
      },
    );
  }
  try {
    return await body({ name, url: await gateway.stageUrl(name) });
  } finally {
    await gateway.deleteStage(name).catch((cause: unknown) => {
      log.warning(`The candidate stage ${name} could not be deleted; the next run deletes it: ${messageOf(cause)}`);
    });
  }
}

/** Deletes the candidate stage of a job that was killed. While it exists, Terraform cannot delete its deployment. */
export async function deleteLeftOver(gateway: ApiGateway, stageName: string): Promise<void> {
  const name = candidateName(stageName);
  const found = (await gateway.stages()).some((one) => one.stageName === name && one.description === DESCRIPTION);
  if (!found) return;
  log.line(`Deleting the candidate stage ${name}, which an earlier job has left.`);
  await gateway.deleteStage(name);
}

const limits = z.object({
  throttling_burst_limit: z.number().nullish(),
  throttling_rate_limit: z.number().nullish(),
  detailed_metrics_enabled: z.boolean().nullish(),
});
const planned = z.object({
  stage_variables: z.record(z.string(), z.string()).nullish(),
  default_route_settings: z.array(limits).nullish(),
  route_settings: z.array(limits.extend({ route_key: z.string() })).nullish(),
});

/** Whether a planned limit is 0. */
const hasZero = (attributes: unknown): boolean => /"throttling_\w+_limit":0[,}]/.test(JSON.stringify(attributes));
const limit = (planned: number | null | undefined, live: number | undefined) =>
  planned === 0 && live === undefined ? undefined : (planned ?? undefined);

/**
 * The settings that a client may notice: variables and throttles. Logs are the stage's own.
 *
 * @param live the stage as it is. Terraform reads a limit that it does not have as 0, with which API Gateway would reject
 *   every client.
 */
export function settingsOf(
  attributes: unknown,
  live?: Pick<Stage, "defaultRouteSettings" | "routeSettings">,
): Pick<Stage, "stageVariables" | "defaultRouteSettings" | "routeSettings"> {
  const { stage_variables: variables, default_route_settings: all, route_settings: routes } = planned.parse(attributes);
  const settings = (found: z.infer<typeof limits>, now: Stage["defaultRouteSettings"]) => ({
    throttlingBurstLimit: limit(found.throttling_burst_limit, now?.throttlingBurstLimit),
    throttlingRateLimit: limit(found.throttling_rate_limit, now?.throttlingRateLimit),
    detailedMetricsEnabled: found.detailed_metrics_enabled ?? undefined,
  });
  const [defaults] = all ?? [];
  return {
    stageVariables: variables ?? {},
    defaultRouteSettings: defaults && settings(defaults, live?.defaultRouteSettings),
    routeSettings: Object.fromEntries(
      (routes ?? []).map((found) => [found.route_key, settings(found, live?.routeSettings[found.route_key])]),
    ),
  };
}
