/**
 * The candidate stage: a second stage of the same API that points to the new deployment, for the time of the smoke test.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-stages.html
 */
import * as z from "zod";
import { messageOf } from "../../../terminal/error";
import type { ApiGateway, Stage } from "../api-gateway";
import { isCredentialsRejected } from "../aws";
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
 * @param planned the stage's attributes before and after the plan, in Terraform's words
 * @throws ActionFailure `candidate-failed` if the stage cannot be created
 */
export async function withCandidate<T>(
  gateway: ApiGateway,
  stageName: string,
  deploymentId: string,
  planned: Planned,
  body: (candidate: { readonly name: string; readonly url: string }) => Promise<T>,
): Promise<T> {
  const name = candidateName(stageName);
  try {
    const settings = settingsOf(planned, hasZero(planned.after) ? await gateway.stage(stageName) : undefined);
    await gateway.createStage({ stageName: name, description: DESCRIPTION, deploymentId, ...settings });
  } catch (cause) {
    if (isCredentialsRejected(cause)) throw cause;
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
const attributes = z.object({
  stage_variables: z.record(z.string(), z.string()).nullish(),
  default_route_settings: z.array(limits).nullish(),
  route_settings: z.array(limits.extend({ route_key: z.string() })).nullish(),
});

/** Whether a planned limit is 0. */
const hasZero = (attributes: unknown): boolean => /"throttling_\w+_limit":0[,}]/.test(JSON.stringify(attributes));
/** Terraform reads a limit that the stage does not have as 0. A 0 that the plan sets is a limit. */
const limit = (after?: number | null, before?: number | null, live?: number) =>
  after === 0 && before === 0 && live === undefined ? undefined : (after ?? undefined);

/** The stage's attributes in Terraform's words. */
interface Planned {
  readonly before: unknown;
  readonly after: unknown;
}

/**
 * The settings that a client may notice: variables and throttles. Logs are the stage's own.
 *
 * @param live the stage as it is
 */
export function settingsOf(
  planned: Planned,
  live?: Pick<Stage, "defaultRouteSettings" | "routeSettings">,
): Pick<Stage, "stageVariables" | "defaultRouteSettings" | "routeSettings"> {
  const [before, after] = [attributes.safeParse(planned.before).data, attributes.parse(planned.after)];
  type Limits = z.infer<typeof limits>;
  const settings = (found: Limits, was: Limits | undefined, now: Stage["defaultRouteSettings"]) => ({
    throttlingBurstLimit: limit(found.throttling_burst_limit, was?.throttling_burst_limit, now?.throttlingBurstLimit),
    throttlingRateLimit: limit(found.throttling_rate_limit, was?.throttling_rate_limit, now?.throttlingRateLimit),
    detailedMetricsEnabled: found.detailed_metrics_enabled ?? undefined,
  });
  const [defaults] = after.default_route_settings ?? [];
  return {
    stageVariables: after.stage_variables ?? {},
    defaultRouteSettings:
      defaults && settings(defaults, before?.default_route_settings?.[0], live?.defaultRouteSettings),
    routeSettings: Object.fromEntries(
      (after.route_settings ?? []).map((found) => {
        const was = before?.route_settings?.find(({ route_key }) => route_key === found.route_key);
        return [found.route_key, settings(found, was, live?.routeSettings[found.route_key])];
      }),
    ),
  };
}
