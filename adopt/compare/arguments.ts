/**
 * The arguments of Terraform's resources for an API, and their values on AWS. A value is undefined where AWS has none.
 * https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs
 */
import type { Json } from "../../aws/canonical-json";
import type {
  Live,
  LiveApi,
  LiveAuthorizer,
  LiveDeployment,
  LiveIntegration,
  LiveIntegrationResponse,
  LiveRoute,
  LiveRouteResponse,
  LiveStage,
} from "../read/live";

/** The arguments of one resource, by name. */
export type Arguments = Readonly<Record<string, Json | undefined>>;

/** What Terraform plans for arguments that are left out, if it is not "no value". */
export const DEFAULTS: Readonly<Record<string, Arguments>> = {
  aws_apigatewayv2_api: { api_key_selection_expression: "$request.header.x-api-key" },
  aws_apigatewayv2_integration: {
    connection_type: "INTERNET",
    passthrough_behavior: "WHEN_NO_MATCH",
    payload_format_version: "1.0",
  },
  aws_apigatewayv2_route: { authorization_type: "NONE" },
  aws_iam_policy: { path: "/" },
  aws_iam_role: { path: "/" },
  aws_lambda_function: { reserved_concurrent_executions: -1 },
};

/** Arguments that Terraform leaves as they are on AWS if they are left out. */
export const UNCHANGED: Readonly<Record<string, readonly string[]>> = {
  aws_apigatewayv2_api: ["ip_address_type"],
  aws_apigatewayv2_authorizer: ["authorizer_result_ttl_in_seconds"],
  aws_apigatewayv2_integration: ["timeout_milliseconds"],
  aws_apigatewayv2_stage: ["deployment_id"],
};

/** Lists whose order has no meaning. */
export const SETS: ReadonlySet<string> = new Set(["identity_sources", "request_parameter", "route_settings"]);

/** Members of AWS's answers that describe a resource but do not configure it. */
const INCIDENTAL = new Set([
  ...["apiId", "apiEndpoint", "apiGatewayManaged", "createdDate", "lastUpdatedDate", "protocolType", "responses"],
  ...["routeId", "integrationId", "authorizerId", "integrationResponseId", "routeResponseId", "deploymentId"],
  ...["integrationResponseSelectionExpression", "lastDeploymentStatusMessage", "autoDeployed"],
  ...["deploymentStatus", "deploymentStatusMessage", "warnings", "importInfo"],
]);

type Members = Readonly<Record<string, unknown>>;

/** Returns the members of a resource that no Terraform argument has, and that are set. */
export function unexpressed(resource: Members, argumentMembers: readonly string[]): string[] {
  return Object.entries(resource)
    .filter(([name, value]) => !INCIDENTAL.has(name) && !argumentMembers.includes(name) && !isEmpty(value))
    .map(([name]) => name);
}

export const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === "" ||
  value === false ||
  value === 0 ||
  (typeof value === "object" && Object.values(value).every(isEmpty));

/** Argument to member of the REST API, for arguments that have the same value there. */
const MEMBERS = {
  aws_apigatewayv2_api: {
    api_key_selection_expression: "apiKeySelectionExpression",
    description: "description",
    disable_execute_api_endpoint: "disableExecuteApiEndpoint",
    ip_address_type: "ipAddressType",
    name: "name",
    route_selection_expression: "routeSelectionExpression",
    tags: "tags",
    version: "version",
  },
  aws_apigatewayv2_authorizer: {
    authorizer_credentials_arn: "authorizerCredentialsArn",
    authorizer_payload_format_version: "authorizerPayloadFormatVersion",
    authorizer_result_ttl_in_seconds: "authorizerResultTtlInSeconds",
    authorizer_type: "authorizerType",
    authorizer_uri: "authorizerUri",
    enable_simple_responses: "enableSimpleResponses",
    identity_sources: "identitySource",
    name: "name",
  },
  aws_apigatewayv2_integration: {
    connection_id: "connectionId",
    connection_type: "connectionType",
    content_handling_strategy: "contentHandlingStrategy",
    credentials_arn: "credentialsArn",
    description: "description",
    integration_method: "integrationMethod",
    integration_type: "integrationType",
    integration_uri: "integrationUri",
    passthrough_behavior: "passthroughBehavior",
    payload_format_version: "payloadFormatVersion",
    request_parameters: "requestParameters",
    request_templates: "requestTemplates",
    template_selection_expression: "templateSelectionExpression",
    timeout_milliseconds: "timeoutInMillis",
  },
  aws_apigatewayv2_integration_response: {
    content_handling_strategy: "contentHandlingStrategy",
    integration_response_key: "integrationResponseKey",
    response_templates: "responseTemplates",
    template_selection_expression: "templateSelectionExpression",
  },
  aws_apigatewayv2_route: {
    api_key_required: "apiKeyRequired",
    authorization_type: "authorizationType",
    authorizer_id: "authorizerId",
    model_selection_expression: "modelSelectionExpression",
    operation_name: "operationName",
    request_models: "requestModels",
    request_parameter: "requestParameters",
    route_key: "routeKey",
    route_response_selection_expression: "routeResponseSelectionExpression",
    target: "target",
  },
  aws_apigatewayv2_route_response: {
    model_selection_expression: "modelSelectionExpression",
    response_models: "responseModels",
    route_response_key: "routeResponseKey",
  },
  aws_apigatewayv2_deployment: { description: "description" },
  aws_apigatewayv2_stage: {
    access_log_settings: "accessLogSettings",
    auto_deploy: "autoDeploy",
    client_certificate_id: "clientCertificateId",
    default_route_settings: "defaultRouteSettings",
    deployment_id: "deploymentId",
    description: "description",
    name: "stageName",
    route_settings: "routeSettings",
    stage_variables: "stageVariables",
    tags: "tags",
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A resource of Terraform, with the id for its import, its arguments, and what Terraform cannot express of it. */
export interface Found {
  readonly id: string;
  readonly arguments: Arguments;
  /** Names of members that Terraform leaves as they are, because it has no argument for them. */
  readonly unexpressed: readonly string[];
  /** Values that other resources refer to, besides `id`. */
  readonly attributes?: Readonly<Record<string, string>>;
}

const SETTINGS = {
  data_trace_enabled: "dataTraceEnabled",
  detailed_metrics_enabled: "detailedMetricsEnabled",
  logging_level: "loggingLevel",
  throttling_burst_limit: "throttlingBurstLimit",
  throttling_rate_limit: "throttlingRateLimit",
} as const;

const pick = (resource: Members, members: Readonly<Record<string, string>>): Record<string, Json | undefined> =>
  Object.fromEntries(Object.entries(members).map(([argument, member]) => [argument, json(resource[member])]));

/** Returns a value that was parsed from JSON with its type. Null is the same as no value. */
export function json(value: unknown): Json | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map((item) => json(item) ?? null);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, json(item)]));
}

function found(
  type: keyof typeof MEMBERS,
  id: string,
  resource: Members,
  more: Record<string, Json | undefined> = {},
  attributes: Readonly<Record<string, string>> = {},
): Found {
  const members = MEMBERS[type];
  return {
    id,
    arguments: { ...pick(resource, members), ...more },
    unexpressed: unexpressed(resource, Object.values(members)),
    attributes,
  };
}

/** Tags that AWS sets itself are not managed. */
export const ownTags = (tags: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(tags).filter(([key]) => !/^aws:/i.test(key)));

export const apiFound = (api: LiveApi, executionArn: string): Found =>
  found("aws_apigatewayv2_api", api.apiId, api, { tags: ownTags(api.tags) }, { execution_arn: executionArn });

export const authorizerFound = (apiId: string, authorizer: LiveAuthorizer): Found =>
  found("aws_apigatewayv2_authorizer", `${apiId}/${authorizer.authorizerId}`, authorizer);

export const integrationFound = (apiId: string, integration: LiveIntegration): Found =>
  found("aws_apigatewayv2_integration", `${apiId}/${integration.integrationId}`, integration);

export const integrationResponseFound = (
  apiId: string,
  integrationId: string,
  response: LiveIntegrationResponse,
): Found =>
  found(
    "aws_apigatewayv2_integration_response",
    `${apiId}/${integrationId}/${response.integrationResponseId}`,
    response,
  );

export const routeFound = (apiId: string, route: LiveRoute): Found =>
  found("aws_apigatewayv2_route", `${apiId}/${route.routeId}`, route, {
    authorizer_id: route.authorizerId,
    request_parameter: Object.entries(route.requestParameters).map(([key, { required }]) => ({
      request_parameter_key: key,
      required,
    })),
  });

export const routeResponseFound = (apiId: string, routeId: string, response: LiveRouteResponse): Found =>
  found("aws_apigatewayv2_route_response", `${apiId}/${routeId}/${response.routeResponseId}`, response);

export const deploymentFound = (apiId: string, deployment: LiveDeployment): Found =>
  found("aws_apigatewayv2_deployment", `${apiId}/${deployment.deploymentId}`, deployment);

export function stageFound({ api }: Pick<Live, "api">, stage: LiveStage): Found {
  const { accessLogSettings: log, defaultRouteSettings, routeSettings, autoDeploy, deploymentId } = stage;
  return found("aws_apigatewayv2_stage", `${api.apiId}/${stage.stageName}`, stage, {
    access_log_settings: log && { destination_arn: log.destinationArn, format: log.format },
    default_route_settings: isUnset(defaultRouteSettings) ? undefined : pick(defaultRouteSettings, SETTINGS),
    deployment_id: autoDeploy ? undefined : deploymentId,
    route_settings: Object.entries(routeSettings).map(([key, settings]) => ({
      route_key: key,
      ...pick(settings, SETTINGS),
    })),
    tags: ownTags(stage.tags),
  });
}

/** Whether a stage has no settings. A limit of 0 is one: API Gateway then rejects every request. */
const isUnset = ({
  loggingLevel = "OFF",
  throttlingBurstLimit,
  throttlingRateLimit,
  ...rest
}: LiveStage["defaultRouteSettings"]) =>
  loggingLevel === "OFF" && throttlingBurstLimit === undefined && throttlingRateLimit === undefined && isEmpty(rest);
