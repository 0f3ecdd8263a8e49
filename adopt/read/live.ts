/**
 * The types of everything that `adopt` reads of an API: resources with the member names of the API Gateway V2 REST API. Also
 * functions that follow the references between them.
 */
import type * as z from "zod/mini";
import type {
  apiSchema,
  authorizerSchema,
  deploymentSchema,
  domainSchema,
  functionSchema,
  integrationResponseSchema,
  integrationSchema,
  mappingSchema,
  modelSchema,
  routeResponseSchema,
  routeSchema,
  settingsSchema,
  stageSchema,
} from "./schemas";

export type LiveApi = z.infer<typeof apiSchema>;
export type LiveRouteResponse = z.infer<typeof routeResponseSchema>;
export type LiveRoute = z.infer<typeof routeSchema> & { readonly responses: readonly LiveRouteResponse[] };
export type LiveIntegrationResponse = z.infer<typeof integrationResponseSchema>;
export type LiveIntegration = z.infer<typeof integrationSchema> & {
  readonly responses: readonly LiveIntegrationResponse[];
};
export type LiveAuthorizer = z.infer<typeof authorizerSchema>;
export type LiveModel = z.infer<typeof modelSchema>;
export type LiveDeployment = z.infer<typeof deploymentSchema>;
export type LiveStage = z.infer<typeof stageSchema>;

/** A stage that is mapped to a custom domain name. */
export interface LiveMapping {
  readonly mapping: z.infer<typeof mappingSchema>;
  readonly domain: z.infer<typeof domainSchema>;
  /** Whether other mappings use the domain name too. */
  readonly isShared: boolean;
}

/** A statement of a function's resource policy that lets API Gateway invoke it for this API. */
export interface LivePermission {
  readonly functionArn: string;
  readonly statementId: string;
  readonly sourceArn: string;
}

export interface LiveFunction {
  /** ARN as in the URI, with version or alias. */
  readonly arn: string;
  /** False: no function has this ARN. */
  readonly exists: boolean;
  readonly permissions: readonly LivePermission[];
}

export interface LiveLogGroup {
  readonly name: string;
  readonly arn: string;
  readonly retentionInDays: number | undefined;
  readonly kmsKeyId: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** A role of the bundled authorizer's function. */
export interface LiveRole {
  readonly name: string;
  readonly arn: string;
  /** Begins and ends with a slash. */
  readonly path: string;
  readonly permissionsBoundary: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  /** Names of its inline policies. */
  readonly policies: readonly string[];
}

/** The bundled authorizer of this project, as a stack of it has created it. */
export interface LiveBundled {
  readonly functionName: string;
  /** ARN of the function, without the version. */
  readonly arn: string;
  /** Whether the version that the API invokes is as the function is now. Terraform imports only the newest version. */
  readonly isNewest: boolean;
  /** The files `settings.json` and `jwks.json` in its code. */
  readonly settings: z.infer<typeof settingsSchema>;
  readonly jwks: Readonly<Record<string, unknown>>;
  readonly configuration: z.infer<typeof functionSchema>;
  readonly reservedConcurrency: number | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly logGroup: LiveLogGroup | undefined;
  /** The role of the function, and the one that API Gateway assumes to invoke it. */
  readonly role: LiveRole;
  readonly invokeRole: LiveRole;
}

/** What a stack of this project publishes, with its default names. */
export interface LivePublished {
  /** The IAM policy for backends. */
  readonly connectionsPolicy:
    | { readonly name: string; readonly path: string; readonly arn: string; readonly description: string | undefined }
    | undefined;
  /** SSM parameters. */
  readonly parameters: readonly { readonly name: string; readonly type: string }[];
}

/** What a stack of this project creates in CloudWatch, with its names. */
export interface LiveMonitoring {
  /** Name of the dashboard. */
  readonly dashboard: string | undefined;
  readonly alarms: readonly LiveAlarm[];
}

export interface LiveAlarm {
  /** Name of its threshold in `gateway.yaml`, such as `clientErrors`. */
  readonly threshold: string;
  /** Terraform's arguments. */
  readonly arguments: {
    readonly alarm_name: string;
    /** ARNs of SNS topics. */
    readonly alarm_actions: readonly string[];
    readonly ok_actions: readonly string[];
    readonly evaluation_periods: number;
    /** Length of a period in seconds. */
    readonly period: number;
    readonly threshold: number;
  };
}

/** An alias record of Route 53 that points at a custom domain name. */
export interface LiveRecord {
  readonly zoneId: string;
  /** Domain name, without a dot at the end. */
  readonly name: string;
  readonly type: string;
  readonly target: string;
  readonly targetZoneId: string;
  readonly evaluatesHealth: boolean;
}

/** Everything that `adopt` reads. */
export interface Live {
  readonly region: string;
  readonly api: LiveApi;
  readonly routes: readonly LiveRoute[];
  readonly integrations: readonly LiveIntegration[];
  readonly authorizers: readonly LiveAuthorizer[];
  readonly models: readonly LiveModel[];
  readonly deployments: readonly LiveDeployment[];
  readonly stages: readonly LiveStage[];
  readonly mappings: readonly LiveMapping[];
  readonly functions: readonly LiveFunction[];
  readonly logGroups: readonly LiveLogGroup[];
  /** Undefined: the API has another authorizer. */
  readonly bundled: LiveBundled | undefined;
  /** Undefined: the authorizer does not show that this project created the API. */
  readonly published: LivePublished | undefined;
  /** Undefined in the same cases as {@link published}. */
  readonly monitoring: LiveMonitoring | undefined;
  readonly records: readonly LiveRecord[];
}

/** Returns the integration that a route points at. */
export const integrationOf = (live: Pick<Live, "integrations">, { target }: Pick<LiveRoute, "target">) =>
  live.integrations.find(({ integrationId }) => target === `integrations/${integrationId}`);

/** Returns the authorizer of `$connect`. */
export function connectAuthorizer({
  routes,
  authorizers,
}: Pick<Live, "routes" | "authorizers">): LiveAuthorizer | undefined {
  const connect = routes.find(({ routeKey }) => routeKey === "$connect");
  return authorizers.find(({ authorizerId }) => authorizerId === connect?.authorizerId);
}
