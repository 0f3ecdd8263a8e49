/** The tutorial's API, as the shipped configuration asks for it. */
import { Apigatewayv2Api } from "@cdktf/provider-aws/lib/apigatewayv2-api";
import { Apigatewayv2Authorizer } from "@cdktf/provider-aws/lib/apigatewayv2-authorizer";
import { Apigatewayv2Deployment } from "@cdktf/provider-aws/lib/apigatewayv2-deployment";
import { Apigatewayv2Integration } from "@cdktf/provider-aws/lib/apigatewayv2-integration";
import { Apigatewayv2IntegrationResponse } from "@cdktf/provider-aws/lib/apigatewayv2-integration-response";
import { Apigatewayv2Route } from "@cdktf/provider-aws/lib/apigatewayv2-route";
import { Apigatewayv2Stage } from "@cdktf/provider-aws/lib/apigatewayv2-stage";
import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { Testing } from "cdktf";
import { resource, resources, synthesize, terraform } from "../../support/stacks/synthesize";

Testing.setupJest();

const synthesized = synthesize();
const json = terraform();

/** A policy that has this statement and no other. */
const policyOf = (allowed: string) =>
  `\${jsonencode({"Version" = "2012-10-17", "Statement" = [{"Effect" = "Allow", ${allowed}}]})}`;

test("the API selects routes by a message's action", () => {
  expect(synthesized).toHaveResourceWithProperties(Apigatewayv2Api, {
    name: "chat",
    protocol_type: "WEBSOCKET",
    route_selection_expression: "$request.body.action",
  });
});

test("$connect has the authorizer and requires stocks", () => {
  expect(synthesized).toHaveResourceWithProperties(Apigatewayv2Route, {
    route_key: "$connect",
    authorization_type: "CUSTOM",
    authorizer_id: "${aws_apigatewayv2_authorizer.authorizer.id}",
    request_parameter: [{ request_parameter_key: "route.request.querystring.stocks", required: true }],
  });
});

test("$connect is a POST with stocks, connectionId, userId and orgId in the query string", () => {
  expect(synthesized).toHaveResourceWithProperties(Apigatewayv2Integration, {
    integration_type: "HTTP",
    integration_method: "POST",
    integration_uri: "https://backend.example.com/connect",
    template_selection_expression: "\\$default",
    request_parameters: {
      "integration.request.querystring.stocks": "route.request.querystring.stocks",
      "integration.request.querystring.connectionId": "context.connectionId",
      "integration.request.querystring.userId": "context.authorizer.userId",
      "integration.request.querystring.orgId": "context.authorizer.orgId",
    },
  });
});

test("$disconnect is a POST with the connectionId, and has no authorizer", () => {
  expect(synthesized).toHaveResourceWithProperties(Apigatewayv2Integration, {
    integration_uri: "https://backend.example.com/disconnect",
    request_parameters: { "integration.request.querystring.connectionId": "context.connectionId" },
  });
  expect(resource(json, "aws_apigatewayv2_route", { route_key: "$disconnect" })).not.toHaveProperty("authorizer_id");
});

test("both integrations have a $default response, whose template selection is escaped for AWS", () => {
  expect(resources(json, "aws_apigatewayv2_integration_response")).toHaveLength(2);
  expect(synthesized).toHaveResourceWithProperties(Apigatewayv2IntegrationResponse, {
    integration_response_key: "$default",
    template_selection_expression: "\\$default",
  });
});

test("the authorizer is a REQUEST authorizer on the token, without settings that WebSocket APIs reject", () => {
  expect(synthesized).toHaveResourceWithProperties(Apigatewayv2Authorizer, {
    authorizer_type: "REQUEST",
    identity_sources: ["route.request.querystring.token"],
    authorizer_uri: "${aws_lambda_function.authorizer_function.qualified_invoke_arn}",
  });
  const authorizer = resource(json, "aws_apigatewayv2_authorizer");
  for (const refused of [
    "authorizer_payload_format_version",
    "authorizer_result_ttl_in_seconds",
    "enable_simple_responses",
  ]) {
    expect(authorizer).not.toHaveProperty(refused);
  }
});

test("the authorizer invokes the published version of the function, with a role that may invoke every version", () => {
  const authorizer = resource(json, "aws_apigatewayv2_authorizer");
  expect(authorizer.authorizer_uri).toMatch(/^\$\{aws_lambda_function\.\w+\.qualified_invoke_arn\}$/);
  expect(resource(json, "aws_lambda_function").publish).toBe(true);

  const [, role = ""] = /^\$\{aws_iam_role\.(\w+)\.arn\}$/.exec(String(authorizer.authorizer_credentials_arn)) ?? [];
  expect(json.resource.aws_iam_role?.[role]?.assume_role_policy).toContain("apigateway.amazonaws.com");
  const [lambda] = Object.keys(json.resource.aws_lambda_function ?? {});
  expect(resource(json, "aws_iam_role_policy", { name: "invoke" }).policy).toEqual(
    policyOf(`"Action" = "lambda:InvokeFunction", "Resource" = "\${aws_lambda_function.${lambda}.arn}:*"`),
  );
  expect(resources(json, "aws_lambda_permission")).toEqual([]);
});

test("the deployment is replaced when another version of the authorizer is published", () => {
  expect(resource(json, "aws_apigatewayv2_deployment").triggers).toMatchObject({
    references: expect.stringMatching(/aws_lambda_function\.\w+\.qualified_invoke_arn/),
  });
});

test("the function waits for its log group, and has no environment without secrets", () => {
  expect(synthesized).toHaveResourceWithProperties(LambdaFunction, {
    function_name: "chat-authorizer",
    runtime: "nodejs22.x",
    architectures: ["arm64"],
    handler: "index.handler",
    memory_size: 256,
    timeout: 5,
  });
  expect(resource(json, "aws_lambda_function")).not.toHaveProperty("environment");
  expect(resource(json, "aws_lambda_function").depends_on).toEqual([
    expect.stringContaining("aws_cloudwatch_log_group."),
    expect.stringContaining("aws_iam_role_policy."),
  ]);
});

test("the function's role may write to its own log group and nothing else", () => {
  const logs = Object.keys(json.resource.aws_cloudwatch_log_group ?? {}).find((name) =>
    /^authorizer_function/.test(name),
  );
  expect(resource(json, "aws_iam_role_policy", { name: "authorizer" }).policy).toEqual(
    policyOf(
      `"Action" = ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource" = "\${aws_cloudwatch_log_group.${logs}.arn}:*"`,
    ),
  );
});

test("the deployment waits for every route, integration and response, and replaces before it destroys", () => {
  expect(synthesized).toHaveResourceWithProperties(Apigatewayv2Deployment, {
    lifecycle: { create_before_destroy: true },
  });
  const dependsOn = resource(json, "aws_apigatewayv2_deployment").depends_on;
  for (const type of ["route", "integration", "integration_response", "authorizer"]) {
    for (const name of Object.keys(json.resource[`aws_apigatewayv2_${type}`] ?? {})) {
      expect(dependsOn).toContain(`aws_apigatewayv2_${type}.${name}`);
    }
  }
});

test("the stage serves the deployment with both throttle limits, no data trace and access logs", () => {
  expect(synthesized).toHaveResourceWithProperties(Apigatewayv2Stage, {
    name: "prod",
    deployment_id: "${aws_apigatewayv2_deployment.deployment.id}",
    default_route_settings: {
      throttling_burst_limit: 500,
      throttling_rate_limit: 1000,
      data_trace_enabled: false,
      detailed_metrics_enabled: false,
      logging_level: "OFF",
    },
  });
  expect(resource(json, "aws_apigatewayv2_stage")).not.toHaveProperty("auto_deploy");
  expect(synthesized).toHaveResourceWithProperties(CloudwatchLogGroup, { name: "/aws/apigateway/chat/prod/access" });
});

test("the access log is one line of JSON with the request id and the errors, without the query string", () => {
  const { format } = Object(resource(json, "aws_apigatewayv2_stage").access_log_settings);
  const fields: unknown = JSON.parse(format);
  expect(fields).toMatchObject({
    requestId: "$context.requestId",
    authorizerError: "$context.authorizer.error",
    integrationError: "$context.integration.error",
  });
  expect(format).not.toMatch(/query|\n/i);
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-logging.html
  expect(format.length).toBeLessThanOrEqual(3 * 1024);
});

test("the connections policy covers the three methods of this stage, and allows nothing else", () => {
  const arns = ["POST", "GET", "DELETE"].map(
    (method) => `"\${aws_apigatewayv2_api.api.execution_arn}/prod/${method}/@connections/*"`,
  );
  expect(resource(json, "aws_iam_policy").policy).toEqual(
    policyOf(`"Action" = "execute-api:ManageConnections", "Resource" = [${arns.join(", ")}]`),
  );
});

test("outputs have the contract's names", () => {
  expect(Object.keys(json.output).sort()).toEqual([
    "API_ID",
    "AUTHORIZER_FUNCTION_NAME",
    "CONNECTIONS_POLICY_ARN",
    "CONTRACT_VERSION",
    "EXECUTION_ARN",
    "REGION",
    "STAGE",
    "WS_API_ENDPOINT",
    "WS_URL",
  ]);
});

test("WS_API_ENDPOINT is the https form of the API's own endpoint, without /@connections", () => {
  expect(json.output.WS_API_ENDPOINT?.value).toBe(
    '${replace(aws_apigatewayv2_api.api.api_endpoint, "/^ws/", "http")}/prod',
  );
  expect(json.output.WS_URL?.value).toBe("${aws_apigatewayv2_api.api.api_endpoint}/prod");
});

test("there is no variable for a secret that is not configured", () => {
  expect(json).not.toHaveProperty("variable");
});

test("the provider may be of either major version", () => {
  expect(json.terraform.required_providers).toEqual({
    aws: { source: "hashicorp/aws", version: ">= 5.100.0, < 7.0.0" },
  });
});
