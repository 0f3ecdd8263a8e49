/** Writes a small stack, as cdktf would synthesize it, to a temporary folder. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const api = "${aws_apigatewayv2_api.main.id}";

export const STACK = {
  "//": { metadata: { version: "0.21.0", stackName: "prod" } },
  terraform: { required_providers: { aws: { source: "aws", version: "5.100.0" } } },
  provider: { aws: [{ region: "eu-west-1", default_tags: [{ tags: { team: "quotes" } }] }] },
  variable: { hs256_secret: { type: "string", sensitive: true, default: "" }, backend: { type: "string" } },
  locals: { stage: "prod" },
  data: { aws_caller_identity: { current: {} } },
  resource: {
    aws_apigatewayv2_api: {
      main: {
        name: "quotes",
        protocol_type: "WEBSOCKET",
        route_selection_expression: "$request.body.action",
        tags: { app: "quotes" },
      },
    },
    aws_apigatewayv2_authorizer: {
      authorizer: {
        api_id: api,
        authorizer_type: "REQUEST",
        authorizer_uri: "${aws_lambda_function.authorizer.invoke_arn}",
        identity_sources: ["route.request.querystring.token"],
        name: "quotes",
      },
    },
    aws_apigatewayv2_deployment: {
      deployment: {
        api_id: api,
        depends_on: ["aws_apigatewayv2_route.connect", "aws_apigatewayv2_integration_response.connect"],
        lifecycle: { create_before_destroy: true },
        triggers: { definition: "abc" },
      },
    },
    aws_apigatewayv2_integration: {
      connect: {
        api_id: api,
        integration_method: "POST",
        integration_type: "HTTP",
        integration_uri: "${var.backend}/connect",
        request_parameters: {
          "integration.request.querystring.stocks": "route.request.querystring.stocks",
          "integration.request.querystring.userId": "context.authorizer.userId",
        },
        request_templates: { $default: "#set($x = 1)$${stageVariables.x} $input.body" },
        template_selection_expression: "\\$default",
        timeout_milliseconds: 29000,
      },
    },
    aws_apigatewayv2_integration_response: {
      connect: {
        api_id: api,
        integration_id: "${aws_apigatewayv2_integration.connect.id}",
        integration_response_key: "$default",
        template_selection_expression: "\\$default",
      },
    },
    aws_apigatewayv2_route: {
      connect: {
        api_id: api,
        authorization_type: "CUSTOM",
        authorizer_id: "${aws_apigatewayv2_authorizer.authorizer.id}",
        request_parameter: [{ request_parameter_key: "route.request.querystring.stocks", required: true }],
        route_key: "$connect",
        target: "integrations/${aws_apigatewayv2_integration.connect.id}",
      },
    },
    aws_apigatewayv2_stage: {
      stage: {
        access_log_settings: {
          destination_arn: "${aws_cloudwatch_log_group.access.arn}",
          format: '{"requestId":"$context.requestId"}',
        },
        api_id: api,
        default_route_settings: { throttling_burst_limit: 500, throttling_rate_limit: 1000 },
        deployment_id: "${aws_apigatewayv2_deployment.deployment.id}",
        name: "${local.stage}",
      },
    },
    aws_cloudwatch_log_group: { access: { name: "/quotes/access" } },
    aws_iam_role: { authorizer: { name: "quotes-authorizer", assume_role_policy: "{}" } },
    aws_lambda_function: {
      authorizer: {
        environment: { variables: { HS256_SECRET: "${var.hs256_secret}", LOG: "${jsonencode({ level = 1 })}" } },
        filename: "assets/authorizer.zip",
        function_name: "quotes-authorizer",
        handler: "index.handler",
        memory_size: 256,
        role: "${aws_iam_role.authorizer.arn}",
        runtime: "nodejs22.x",
        timeout: 5,
      },
    },
    aws_lambda_permission: {
      authorizer: {
        action: "lambda:InvokeFunction",
        function_name: "${aws_lambda_function.authorizer.function_name}",
        principal: "apigateway.amazonaws.com",
        source_arn:
          "${aws_apigatewayv2_api.main.execution_arn}/authorizers/${aws_apigatewayv2_authorizer.authorizer.id}",
      },
    },
  },
  output: {
    WS_API_ENDPOINT: {
      value: '${replace(aws_apigatewayv2_stage.stage.invoke_url, "/^ws/", "http")}',
    },
    ACCOUNT: { value: "${data.aws_caller_identity.current.account_id}" },
    ROLE: { value: "${aws_iam_role.authorizer.arn}" },
  },
};

export type Stack = typeof STACK;

export interface Folder {
  readonly path: string;
  remove(): void;
}

/** Writes {@link STACK} after `change` has modified a copy of it. */
export function synthesized(change: (stack: Stack) => void = () => {}): Folder {
  const path = mkdtempSync(join(tmpdir(), "synthesized-"));
  const stack = structuredClone(STACK);
  change(stack);
  mkdirSync(join(path, "assets"));
  writeFileSync(join(path, "assets/authorizer.zip"), "a zip");
  writeFileSync(join(path, "cdk.tf.json"), JSON.stringify(stack));
  return { path, remove: () => rmSync(path, { recursive: true }) };
}
