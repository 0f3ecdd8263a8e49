/** `aws_apigatewayv2_*`: creates each resource in the store as the provider would on AWS. */
import { apiGatewayArn, executionArn } from "../../../aws/arn";
import type { Arguments } from "../arguments";
import { TerraformError } from "../error";
import { asFlag, type ObjectValue } from "../values";
import type { AdapterContext } from "./context";
import {
  ACCESS_LOG,
  API,
  AUTHORIZER,
  INTEGRATION,
  INTEGRATION_RESPONSE,
  MODEL,
  members,
  ROUTE,
  ROUTE_RESPONSE,
  SETTINGS,
  STAGE,
} from "./members";

/** The provider sends a block without limits with both at 0, and API Gateway then responds to every request with 429: https://github.com/hashicorp/terraform-provider-aws/issues/27674 */
function settings(args: Arguments): Record<string, unknown> {
  return { throttlingBurstLimit: 0, throttlingRateLimit: 0, ...members(args, SETTINGS) };
}

function stage(args: Arguments): Record<string, unknown> {
  const accessLog = args.block("access_log_settings");
  const defaults = args.block("default_route_settings");
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
    .map((parameter): [string, object] => [
      parameter.required("request_parameter_key"),
      { required: asFlag(parameter.value("required")) },
    ]);
  return {
    ...members(args, ROUTE),
    ...(parameters.length > 0 && { requestParameters: Object.fromEntries(parameters) }),
  };
}

/** What a deployment is a snapshot of. Created before any deployment. */
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

export function createApiResource(
  args: Arguments,
  type: string,
  { store, createDefinition, tags }: AdapterContext,
): ObjectValue {
  const { account } = store;
  if (type === "aws_apigatewayv2_api") {
    const { api } = store.apiStates().create({ ...members(args, API), tags: tags(args) }).current;
    return {
      id: api.apiId,
      api_endpoint: api.apiEndpoint,
      api_key_selection_expression: api.apiKeySelectionExpression,
      arn: apiGatewayArn(account, "apis", api.apiId),
      execution_arn: executionArn(account, api.apiId),
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
      createDefinition();
      const description = args.text("description");
      const { deploymentId } = store.deploy(apiId, description === undefined ? {} : { description });
      return { id: deploymentId, auto_deployed: false };
    }
    case "aws_apigatewayv2_stage": {
      createDefinition();
      const made = store.stages(apiId).create({ ...stage(args), tags: tags(args) });
      const { apiEndpoint } = store.apiStates().get(apiId).current.api;
      return {
        id: made.stageName,
        arn: apiGatewayArn(account, "apis", apiId, "stages", made.stageName),
        execution_arn: `${executionArn(account, apiId)}/${made.stageName}`,
        invoke_url: `${apiEndpoint}/${made.stageName}`,
      };
    }
    default:
      throw new TerraformError("unsupported", `${type} is not supported by the local gateway`, "");
  }
}
