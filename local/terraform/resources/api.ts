/** `aws_apigatewayv2_*`: from Terraform's arguments to the members of the REST API, as the provider translates them. */

import type { Arguments } from "../arguments";
import { TerraformError } from "../error";
import { asFlag, asNumber, asObject, asText, type ObjectValue, type Value } from "../values";
import type { Workshop } from "./workshop";

type Column = readonly [member: string, convert: (value: Value) => unknown];
type Table = Readonly<Record<string, Column>>;

const texts = (value: Value) =>
  Object.fromEntries(Object.entries(asObject(value)).map(([key, text]) => [key, asText(text)]));
const list = (value: Value) => (Array.isArray(value) ? value.map(asText) : [asText(value)]);

const API: Table = {
  api_key_selection_expression: ["apiKeySelectionExpression", asText],
  description: ["description", asText],
  disable_execute_api_endpoint: ["disableExecuteApiEndpoint", asFlag],
  ip_address_type: ["ipAddressType", asText],
  name: ["name", asText],
  protocol_type: ["protocolType", asText],
  route_selection_expression: ["routeSelectionExpression", asText],
  version: ["version", asText],
};
const AUTHORIZER: Table = {
  authorizer_credentials_arn: ["authorizerCredentialsArn", asText],
  authorizer_payload_format_version: ["authorizerPayloadFormatVersion", asText],
  authorizer_result_ttl_in_seconds: ["authorizerResultTtlInSeconds", asNumber],
  authorizer_type: ["authorizerType", asText],
  authorizer_uri: ["authorizerUri", asText],
  enable_simple_responses: ["enableSimpleResponses", asFlag],
  identity_sources: ["identitySource", list],
  name: ["name", asText],
};
const INTEGRATION: Table = {
  connection_id: ["connectionId", asText],
  connection_type: ["connectionType", asText],
  content_handling_strategy: ["contentHandlingStrategy", asText],
  credentials_arn: ["credentialsArn", asText],
  description: ["description", asText],
  integration_method: ["integrationMethod", asText],
  integration_subtype: ["integrationSubtype", asText],
  integration_type: ["integrationType", asText],
  integration_uri: ["integrationUri", asText],
  passthrough_behavior: ["passthroughBehavior", asText],
  payload_format_version: ["payloadFormatVersion", asText],
  request_parameters: ["requestParameters", texts],
  request_templates: ["requestTemplates", texts],
  template_selection_expression: ["templateSelectionExpression", asText],
  timeout_milliseconds: ["timeoutInMillis", asNumber],
};
const INTEGRATION_RESPONSE: Table = {
  content_handling_strategy: ["contentHandlingStrategy", asText],
  integration_response_key: ["integrationResponseKey", asText],
  response_templates: ["responseTemplates", texts],
  template_selection_expression: ["templateSelectionExpression", asText],
};
const ROUTE: Table = {
  api_key_required: ["apiKeyRequired", asFlag],
  authorization_scopes: ["authorizationScopes", list],
  authorization_type: ["authorizationType", asText],
  authorizer_id: ["authorizerId", asText],
  model_selection_expression: ["modelSelectionExpression", asText],
  operation_name: ["operationName", asText],
  request_models: ["requestModels", texts],
  route_key: ["routeKey", asText],
  route_response_selection_expression: ["routeResponseSelectionExpression", asText],
  target: ["target", asText],
};
const ROUTE_RESPONSE: Table = {
  model_selection_expression: ["modelSelectionExpression", asText],
  response_models: ["responseModels", texts],
  route_response_key: ["routeResponseKey", asText],
};
const MODEL: Table = {
  content_type: ["contentType", asText],
  description: ["description", asText],
  name: ["name", asText],
  schema: ["schema", asText],
};
const STAGE: Table = {
  auto_deploy: ["autoDeploy", asFlag],
  client_certificate_id: ["clientCertificateId", asText],
  deployment_id: ["deploymentId", asText],
  description: ["description", asText],
  name: ["stageName", asText],
  stage_variables: ["stageVariables", texts],
};
const SETTINGS: Table = {
  data_trace_enabled: ["dataTraceEnabled", asFlag],
  detailed_metrics_enabled: ["detailedMetricsEnabled", asFlag],
  logging_level: ["loggingLevel", asText],
  throttling_burst_limit: ["throttlingBurstLimit", asNumber],
  throttling_rate_limit: ["throttlingRateLimit", asNumber],
};
const ACCESS_LOG: Table = { destination_arn: ["destinationArn", asText], format: ["format", asText] };

/** The provider sends no empty strings. */
function members(args: Arguments, table: Table): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(table).flatMap(([name, [member, convert]]) => {
      const value = args.value(name);
      return value === undefined || value === "" ? [] : [[member, convert(value)]];
    }),
  );
}

/** A block without limits is sent with both at 0, and then every request is answered with 429: https://github.com/hashicorp/terraform-provider-aws/issues/27674 */
function settings(args: Arguments): Record<string, unknown> {
  return { throttlingBurstLimit: 0, throttlingRateLimit: 0, ...members(args, SETTINGS) };
}

function stage(args: Arguments): Record<string, unknown> {
  const [accessLog] = args.blocks("access_log_settings");
  const [defaults] = args.blocks("default_route_settings");
  const routes = args.blocks("route_settings");
  return {
    ...members(args, STAGE),
    ...(accessLog && { accessLogSettings: members(accessLog, ACCESS_LOG) }),
    ...(defaults && { defaultRouteSettings: settings(defaults) }),
    ...(routes.length > 0 && {
      routeSettings: Object.fromEntries(routes.map((route) => [route.required("route_key"), settings(route)])),
    }),
  };
}

function route(args: Arguments): Record<string, unknown> {
  const parameters = args
    .blocks("request_parameter")
    .map((parameter) => [
      parameter.required("request_parameter_key"),
      { required: asFlag(parameter.value("required")) },
    ]);
  return {
    ...members(args, ROUTE),
    ...(parameters.length > 0 && { requestParameters: Object.fromEntries(parameters) }),
  };
}

/** What a deployment freezes: made before any deployment. */
export const DEFINITION_TYPES = [
  "aws_apigatewayv2_authorizer",
  "aws_apigatewayv2_model",
  "aws_apigatewayv2_integration",
  "aws_apigatewayv2_integration_response",
  "aws_apigatewayv2_route",
  "aws_apigatewayv2_route_response",
] as const;
export const API_TYPES = [
  "aws_apigatewayv2_api",
  ...DEFINITION_TYPES,
  "aws_apigatewayv2_deployment",
  "aws_apigatewayv2_stage",
] as const;

export function provideApi(args: Arguments, type: string, { store, defineAll, tags }: Workshop): ObjectValue {
  const { accountId, region, partition } = store.account;
  if (type === "aws_apigatewayv2_api") {
    const { api } = store.apiStates().create({ ...members(args, API), tags: tags(args) }).current;
    return {
      id: api.apiId,
      api_endpoint: api.apiEndpoint,
      api_key_selection_expression: api.apiKeySelectionExpression,
      arn: `arn:${partition}:apigateway:${region}::/apis/${api.apiId}`,
      execution_arn: `arn:${partition}:execute-api:${region}:${accountId}:${api.apiId}`,
    };
  }
  const apiId = args.required("api_id");
  switch (type) {
    case "aws_apigatewayv2_authorizer":
      return { id: store.authorizers(apiId).create(members(args, AUTHORIZER)).authorizerId };
    case "aws_apigatewayv2_model":
      return { id: store.models(apiId).create(members(args, MODEL)).modelId };
    case "aws_apigatewayv2_integration": {
      const made = store.integrations(apiId).create(members(args, INTEGRATION));
      return {
        id: made.integrationId,
        integration_response_selection_expression: made.integrationResponseSelectionExpression ?? "",
      };
    }
    case "aws_apigatewayv2_integration_response": {
      const responses = store.integrationResponses(apiId, args.required("integration_id"));
      return { id: responses.create(members(args, INTEGRATION_RESPONSE)).integrationResponseId };
    }
    case "aws_apigatewayv2_route":
      return { id: store.routes(apiId).create(route(args)).routeId };
    case "aws_apigatewayv2_route_response": {
      const responses = store.routeResponses(apiId, args.required("route_id"));
      return { id: responses.create(members(args, ROUTE_RESPONSE)).routeResponseId };
    }
    case "aws_apigatewayv2_deployment": {
      defineAll();
      const description = args.text("description");
      const { deploymentId } = store.deploy(apiId, description === undefined ? {} : { description });
      return { id: deploymentId, auto_deployed: false };
    }
    case "aws_apigatewayv2_stage": {
      defineAll();
      const made = store.stages(apiId).create({ ...stage(args), tags: tags(args) });
      const { apiEndpoint } = store.apiStates().get(apiId).current.api;
      return {
        id: made.stageName,
        arn: `arn:${partition}:apigateway:${region}::/apis/${apiId}/stages/${made.stageName}`,
        execution_arn: `arn:${partition}:execute-api:${region}:${accountId}:${apiId}/${made.stageName}`,
        invoke_url: `${apiEndpoint}/${made.stageName}`,
      };
    }
    default:
      throw new TerraformError("unsupported", `${type} is not served locally`, "");
  }
}
