/** Which member of the REST API the provider sends for each argument of `aws_apigatewayv2_*`. */
import type { Arguments } from "../arguments";
import { asFlag, asNumber, asText, asTexts, type Value } from "../values";

type Column = readonly [member: string, convert: (value: Value) => unknown];
export type Table = Readonly<Record<string, Column>>;

const list = (value: Value) => (Array.isArray(value) ? value.map(asText) : [asText(value)]);

export const API: Table = {
  api_key_selection_expression: ["apiKeySelectionExpression", asText],
  description: ["description", asText],
  disable_execute_api_endpoint: ["disableExecuteApiEndpoint", asFlag],
  ip_address_type: ["ipAddressType", asText],
  name: ["name", asText],
  protocol_type: ["protocolType", asText],
  route_selection_expression: ["routeSelectionExpression", asText],
  version: ["version", asText],
};
export const AUTHORIZER: Table = {
  authorizer_credentials_arn: ["authorizerCredentialsArn", asText],
  authorizer_payload_format_version: ["authorizerPayloadFormatVersion", asText],
  authorizer_result_ttl_in_seconds: ["authorizerResultTtlInSeconds", asNumber],
  authorizer_type: ["authorizerType", asText],
  authorizer_uri: ["authorizerUri", asText],
  enable_simple_responses: ["enableSimpleResponses", asFlag],
  identity_sources: ["identitySource", list],
  name: ["name", asText],
};
export const INTEGRATION: Table = {
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
  request_parameters: ["requestParameters", asTexts],
  request_templates: ["requestTemplates", asTexts],
  template_selection_expression: ["templateSelectionExpression", asText],
  timeout_milliseconds: ["timeoutInMillis", asNumber],
};
export const INTEGRATION_RESPONSE: Table = {
  content_handling_strategy: ["contentHandlingStrategy", asText],
  integration_response_key: ["integrationResponseKey", asText],
  response_templates: ["responseTemplates", asTexts],
  template_selection_expression: ["templateSelectionExpression", asText],
};
export const ROUTE: Table = {
  api_key_required: ["apiKeyRequired", asFlag],
  authorization_scopes: ["authorizationScopes", list],
  authorization_type: ["authorizationType", asText],
  authorizer_id: ["authorizerId", asText],
  model_selection_expression: ["modelSelectionExpression", asText],
  operation_name: ["operationName", asText],
  request_models: ["requestModels", asTexts],
  route_key: ["routeKey", asText],
  route_response_selection_expression: ["routeResponseSelectionExpression", asText],
  target: ["target", asText],
};
export const ROUTE_RESPONSE: Table = {
  model_selection_expression: ["modelSelectionExpression", asText],
  response_models: ["responseModels", asTexts],
  route_response_key: ["routeResponseKey", asText],
};
export const MODEL: Table = {
  content_type: ["contentType", asText],
  description: ["description", asText],
  name: ["name", asText],
  schema: ["schema", asText],
};
export const STAGE: Table = {
  auto_deploy: ["autoDeploy", asFlag],
  client_certificate_id: ["clientCertificateId", asText],
  deployment_id: ["deploymentId", asText],
  description: ["description", asText],
  name: ["stageName", asText],
  stage_variables: ["stageVariables", asTexts],
};
export const SETTINGS: Table = {
  data_trace_enabled: ["dataTraceEnabled", asFlag],
  detailed_metrics_enabled: ["detailedMetricsEnabled", asFlag],
  logging_level: ["loggingLevel", asText],
  throttling_burst_limit: ["throttlingBurstLimit", asNumber],
  throttling_rate_limit: ["throttlingRateLimit", asNumber],
};
export const ACCESS_LOG: Table = { destination_arn: ["destinationArn", asText], format: ["format", asText] };

/** The provider sends no empty strings. */
export function members(args: Arguments, table: Table): Record<string, unknown> {
  const sent: Record<string, unknown> = {};
  for (const [name, [member, convert]] of Object.entries(table)) {
    const value = args.value(name);
    if (value !== undefined && value !== "") sent[member] = convert(value);
  }
  return sent;
}
