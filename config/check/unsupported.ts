/** Settings that users know from other kinds of API or other tools, and why this project does not have them. */

const NO_JWT = "WebSocket APIs have no JWT authorizers; `authorizer` with `issuer` and `audience` does the same.";
const NO_MTLS = "WebSocket APIs do not support mutual TLS.";
const NO_CACHE = "WebSocket APIs do not cache authorizer results: the authorizer runs once for each connection.";
const LINK_V1 =
  "WebSocket APIs support only version 1 VPC links, which have no subnets. Set `targetArn` to a Network Load Balancer, or `id`.";
const ONLY_CONNECT = "API Gateway runs the authorizer on `$connect` only. Use the setting `authorizer`.";

/** Sources: docs.aws.amazon.com/apigateway/latest/developerguide/ websocket-api, apigateway-websocket-api-lambda-auth.html; the botocore apigatewayv2 model. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ["<<", "YAML 1.2 has no merge keys; an alias (`*name`) replaces a whole value."],
  ["jwt", NO_JWT],
  ["jwtConfiguration", NO_JWT],
  ["authorizationType", ONLY_CONNECT],
  ["authorizerId", ONLY_CONNECT],
  ["authorizationScopes", "Require a scope with `authorizer: { requiredClaims: { scope: … } }`."],
  ["mutualTlsAuthentication", NO_MTLS],
  ["mutualTls", NO_MTLS],
  ["truststoreUri", NO_MTLS],
  ["authorizerResultTtlInSeconds", NO_CACHE],
  ["authorizerResultTtl", NO_CACHE],
  ["ttl", NO_CACHE],
  ["enableSimpleResponses", "WebSocket authorizers return a policy; simple responses are for HTTP APIs."],
  ["authorizerPayloadFormatVersion", "WebSocket authorizers have one format; versions are for HTTP APIs."],
  ["payloadFormatVersion", "WebSocket integrations have one format, 1.0."],
  ["subnetIds", LINK_V1],
  ["securityGroupIds", LINK_V1],
  ["autoDeploy", "A change that needs a deployment always creates one; no setting is needed."],
  ["corsConfiguration", "WebSocket APIs have no CORS; check `Origin` in the backend."],
  ["cors", "WebSocket APIs have no CORS; check `Origin` in the backend."],
  ["dataTraceEnabled", "Data trace writes tokens and payloads to the log; it is always off."],
  ["responseParameters", "Terraform's `aws_apigatewayv2_integration_response` has no response parameters."],
  ["dynamodb_table", "State is locked with a lock file (`use_lockfile`); no table is needed."],
]);

/** Returns why a setting is not supported, or undefined if its name is not known from elsewhere. */
export const reasonUnsupported = (key: string): string | undefined => REASONS.get(key);
