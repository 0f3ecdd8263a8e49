/** Settings that people bring from other kinds of API, and why there is none here. */

const NO_JWT = "WebSocket APIs have no JWT authorizers; `authorizer` with `issuer` and `audience` does the same.";
const NO_MTLS = "WebSocket APIs do not support mutual TLS.";
const NO_CACHE = "WebSocket authorizers have no cache: each connection asks once.";
const LINK_V1 =
  "WebSocket APIs take only version 1 VPC links, which have no subnets: give `targetArn` of a Network Load Balancer, or `id`.";
const ONLY_CONNECT = "API Gateway authorizes `$connect` only, and the authorizer is always there: see `authorizer`.";

/** Sources: docs.aws.amazon.com/apigateway/latest/developerguide/ websocket-api, apigateway-websocket-api-lambda-auth.html; the botocore apigatewayv2 model. */
const MISFITS: ReadonlyMap<string, string> = new Map([
  ["<<", "YAML 1.2 has no merge keys; an alias (`*name`) takes the place of a whole value."],
  ["jwt", NO_JWT],
  ["jwtConfiguration", NO_JWT],
  ["authorizationType", ONLY_CONNECT],
  ["authorizerId", ONLY_CONNECT],
  ["authorizationScopes", NO_JWT],
  ["mutualTlsAuthentication", NO_MTLS],
  ["mutualTls", NO_MTLS],
  ["truststoreUri", NO_MTLS],
  ["authorizerResultTtlInSeconds", NO_CACHE],
  ["authorizerResultTtl", NO_CACHE],
  ["ttl", NO_CACHE],
  ["enableSimpleResponses", "WebSocket authorizers answer a policy; simple responses are for HTTP APIs."],
  ["authorizerPayloadFormatVersion", "WebSocket authorizers have one format; versions are for HTTP APIs."],
  ["payloadFormatVersion", "WebSocket integrations have one format, 1.0."],
  ["subnetIds", LINK_V1],
  ["securityGroupIds", LINK_V1],
  ["autoDeploy", "Each synthesized change makes its own deployment; there is nothing to switch on."],
  ["corsConfiguration", "WebSocket APIs have no CORS; check `Origin` in the backend."],
  ["cors", "WebSocket APIs have no CORS; check `Origin` in the backend."],
  ["dataTraceEnabled", "Data trace writes tokens and payloads to the log; it is always off."],
  ["responseParameters", "Terraform's `aws_apigatewayv2_integration_response` has no response parameters."],
  ["dynamodb_table", "State is locked by a file beside it (`use_lockfile`); a table is not needed."],
]);

export const explainMisfit = (key: string): string | undefined => MISFITS.get(key);
