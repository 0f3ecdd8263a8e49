/** The API that the command line names: its id or its URL, the region, and the stage. */
import { regionIn, regionOfHost } from "../aws/endpoints";
import type { Variables } from "../terminal/shell";
import { UsageError } from "../terminal/values";
import { AdoptError } from "./errors";
import type { Live, LiveStage } from "./read/live";

export interface Target {
  readonly apiId: string;
  readonly region: string;
  readonly stage: string | undefined;
}

/**
 * Returns what the words and options name.
 *
 * @example targetOf("wss://bnzlep5vqk.execute-api.eu-west-1.amazonaws.com/prod", {}, {})
 * // { apiId: "bnzlep5vqk", region: "eu-west-1", stage: "prod" }
 * @throws UsageError if it is neither an id nor a URL of API Gateway, or if there is no region
 */
export function targetOf(
  given: string,
  options: { readonly region?: string | undefined; readonly stage?: string | undefined },
  env: Variables,
): Target {
  const named = /^[a-z]+:\/\//i.test(given) ? fromUrl(given) : { apiId: given, region: undefined, stage: undefined };
  if (!/^[A-Za-z0-9]{1,64}$/.test(named.apiId))
    throw new UsageError(`\`${given}\` is neither the id nor the URL of an API.`, "Give an id such as bnzlep5vqk.");
  const region = options.region ?? named.region ?? regionIn(env);
  if (region === undefined)
    throw new UsageError("The region of the API is not known.", "Give --region, or set AWS_REGION.");
  return { apiId: named.apiId, region, stage: options.stage ?? named.stage };
}

function fromUrl(given: string) {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const region = url && regionOfHost(url.hostname);
  if (url === undefined || region === undefined)
    throw new UsageError(
      `\`${given}\` is not the URL of an API at API Gateway.`,
      "Give the API's id: a custom domain name does not show it.",
    );
  const [, stage] = url.pathname.split("/");
  return { apiId: url.hostname.split(".")[0] ?? "", region, stage: stage || undefined };
}

/** Returns the wanted stage, or the only one. @throws {AdoptError} `stage-not-found` */
export function chooseStage({ api, stages }: Live, wanted: string | undefined): LiveStage {
  const names = stages.map(({ stageName }) => stageName).join(", ");
  const [only, ...others] = stages;
  if (only === undefined) throw noStage(`The API ${api.apiId} has no stage.`, "Create one, or delete the API.");
  if (wanted === undefined) {
    if (others.length === 0) return only;
    throw noStage(`The API ${api.apiId} has several stages.`, `Choose one with --stage: ${names}.`);
  }
  const found = stages.find(({ stageName }) => stageName === wanted);
  if (found === undefined) throw noStage(`The API ${api.apiId} has no stage ${wanted}.`, `Its stages: ${names}.`);
  return found;
}

const noStage = (message: string, hint: string) => new AdoptError("stage-not-found", message, hint);

/**
 * Requires a decision if a newer deployment exists. API Gateway does not show what a deployment contains, so it cannot be
 * compared with the configuration.
 *
 * @throws {AdoptError} `undecided`
 */
export function requireNewestDeployment({ deployments }: Live, stage: LiveStage): void {
  const served = deployments.find(({ deploymentId }) => deploymentId === stage.deploymentId);
  const [newest] = deployments
    .filter(({ deploymentStatus = "DEPLOYED" }) => deploymentStatus === "DEPLOYED")
    .sort((a, b) => ((a.createdDate ?? "") < (b.createdDate ?? "") ? 1 : -1));
  if (stage.autoDeploy || newest === undefined || served?.deploymentId === newest.deploymentId) return;
  if (served !== undefined && (served.createdDate ?? "") >= (newest.createdDate ?? "")) return;
  const serves =
    served === undefined
      ? `Stage ${stage.stageName} serves no deployment`
      : `Stage ${stage.stageName} serves deployment ${served.deploymentId} of ${served.createdDate}`;
  throw new AdoptError(
    "undecided",
    `${serves}, and ${newest.deploymentId} of ${newest.createdDate} is newer. What clients use may differ from the API's configuration, which gateway.yaml would describe.`,
    "Deploy the configuration to the stage first, or run adopt with --undeployed: the stage then keeps its deployment, and the first deploy of a change publishes the whole configuration.",
  );
}
