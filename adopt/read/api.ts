/** Reads an API with everything that belongs to it. All requests are GET requests. */
import type * as z from "zod/mini";
import { apiGatewayArn } from "../../aws/arn";
import { partitionOf } from "../../aws/endpoints";
import { AdoptError } from "../errors";
import { readBundled } from "./bundled";
import type { AwsReader } from "./client";
import { readFunctions } from "./functions";
import type { Live, LiveApi, LiveMapping } from "./live";
import { readLogGroups } from "./logs";
import { readMonitoring } from "./monitoring";
import { readPublished } from "./published";
import { readRecords } from "./records";
import {
  apiSchema,
  authorizerSchema,
  deploymentSchema,
  domainSchema,
  integrationResponseSchema,
  integrationSchema,
  mappingSchema,
  modelSchema,
  routeResponseSchema,
  routeSchema,
  stageSchema,
} from "./schemas";

/** Called with what is being read, for the progress. */
export type OnProgress = (what: string) => void;

/**
 * Reads an API with what a stack of this project manages beside it: the bundled authorizer and the domain's records.
 *
 * @throws {AdoptError} `api-not-found`, `not-a-websocket-api`, or `missing-permissions` with every missing permission
 */
export async function readManaged(aws: AwsReader, apiId: string, progress: OnProgress): Promise<Live> {
  const live = await readApi(aws, apiId, progress);
  progress("what belongs to a stack of this project");
  const [bundled, records] = await Promise.all([readBundled(aws, live), readRecords(aws, live.mappings)]);
  const stage = live.stages.find(({ stageName }) => live.api.name.endsWith(`-${stageName}`)) ?? live.stages[0];
  const isOwn = bundled !== undefined && stage !== undefined;
  const [published, monitoring] = await Promise.all([
    isOwn ? readPublished(aws, live.api, stage.stageName, bundled) : undefined,
    isOwn ? readMonitoring(aws, live.api.name) : undefined,
  ]);
  requirePermissions(aws);
  return { ...live, bundled, published, monitoring, records };
}

/**
 * Reads an API.
 *
 * @throws {AdoptError} as {@link readManaged}
 */
export async function readApi(aws: AwsReader, apiId: string, progress: OnProgress): Promise<Live> {
  const path = `/v2/apis/${encodeURIComponent(apiId)}`;
  const permission = (...rest: string[]) => apiGatewayPermission(aws.region, "apis", apiId, ...rest);
  progress("the API");
  const api = await readWebSocketApi(aws, apiId, path);
  const all = async <T>(part: string, schema: z.ZodMiniType<T>): Promise<readonly T[]> =>
    (await aws.list(`${path}/${part}`, permission(part))).map((item) => schema.parse(item));

  progress("routes, integrations, authorizers, models, stages, deployments");
  const [bareRoutes, bareIntegrations, authorizers, models, stages, deployments, mappings] = await Promise.all([
    all("routes", routeSchema),
    all("integrations", integrationSchema),
    all("authorizers", authorizerSchema),
    all("models", modelSchema),
    all("stages", stageSchema),
    all("deployments", deploymentSchema),
    readMappings(aws, apiId),
  ]);
  progress(`the responses of ${bareRoutes.length} routes and ${bareIntegrations.length} integrations`);
  const [routes, integrations] = await Promise.all([
    Promise.all(
      bareRoutes.map(async (route) => ({
        ...route,
        responses: await all(`routes/${route.routeId}/routeresponses`, routeResponseSchema),
      })),
    ),
    Promise.all(
      bareIntegrations.map(async (integration) => ({
        ...integration,
        responses: await all(
          `integrations/${integration.integrationId}/integrationresponses`,
          integrationResponseSchema,
        ),
      })),
    ),
  ]);
  const read = { region: aws.region, api, routes, integrations, authorizers, models, stages, deployments, mappings };
  progress("functions and log groups");
  const [functions, logGroups] = await Promise.all([readFunctions(aws, read), readLogGroups(aws, read)]);
  requirePermissions(aws);
  return {
    ...read,
    functions,
    logGroups,
    bundled: undefined,
    published: undefined,
    monitoring: undefined,
    records: [],
  };
}

async function readWebSocketApi(aws: AwsReader, apiId: string, path: string): Promise<LiveApi> {
  const permission = apiGatewayPermission(aws.region, "apis", apiId);
  const found = await aws.get({ service: "apigateway", path, permission });
  if (found === undefined) {
    requirePermissions(aws);
    throw new AdoptError(
      "api-not-found",
      `There is no API ${apiId} in ${aws.region}.`,
      "Check the id, the account of the credentials, and the region (--region). Both are in the API's URL: <id>.execute-api.<region>.amazonaws.com.",
    );
  }
  const api = apiSchema.parse(found);
  if (api.protocolType !== "WEBSOCKET") {
    throw new AdoptError(
      "not-a-websocket-api",
      `${apiId} is an API of type ${api.protocolType}.`,
      "Give the id of a WebSocket API.",
    );
  }
  return api;
}

/** Reads the custom domain names to which stages of the API are mapped. */
async function readMappings(aws: AwsReader, apiId: string): Promise<readonly LiveMapping[]> {
  const names = await aws.list("/v2/domainnames", apiGatewayPermission(aws.region, "domainnames"));
  const found = await Promise.all(
    names.map(async (item) => {
      const domain = domainSchema.parse(item);
      const path = `/v2/domainnames/${encodeURIComponent(domain.domainName)}/apimappings`;
      const permission = apiGatewayPermission(aws.region, "domainnames", domain.domainName, "apimappings");
      const mappings = (await aws.list(path, permission)).map((mapping) => mappingSchema.parse(mapping));
      return mappings
        .filter((mapping) => mapping.apiId === apiId)
        .map((mapping) => ({ mapping, domain, isShared: mappings.length > 1 }));
    }),
  );
  return found.flat();
}

/** API Gateway's permissions are HTTP methods on paths: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagementv2.html */
const apiGatewayPermission = (region: string, ...path: string[]): string =>
  `apigateway:GET on ${apiGatewayArn({ accountId: "", region, partition: partitionOf(region) }, ...path)}`;

function requirePermissions({ missing }: AwsReader): void {
  if (missing.size === 0) return;
  throw new AdoptError(
    "missing-permissions",
    `The credentials lack ${missing.size === 1 ? "a permission" : "permissions"} to read: ${[...missing].sort().join("; ")}.`,
    "Allow them. docs/adopt.md has an IAM policy with everything that adopt reads.",
  );
}
