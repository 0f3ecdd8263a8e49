/** The stage and what watches it. Every field of an environment reaches Terraform. */
import type { Environment } from "../../../config/model";
import { environment } from "../../support/stacks/environment";
import { resource, resources, terraform } from "../../support/stacks/synthesize";

const { stage, logs } = environment;

describe("stage", () => {
  const synthesized = (change: Partial<Environment["stage"]>) =>
    resource(terraform({ stage: { ...stage, ...change } }), "aws_apigatewayv2_stage");

  test.each([
    [{ name: "live" }, { name: "live" }],
    [{ variables: { host: "a.example.com" } }, { stage_variables: { host: "a.example.com" } }],
    [
      { throttle: { burst: 7, rate: 9 } },
      { default_route_settings: expect.objectContaining({ throttling_burst_limit: 7, throttling_rate_limit: 9 }) },
    ],
    [
      { routeThrottles: { $connect: { burst: 1, rate: 2 } } },
      {
        route_settings: [
          expect.objectContaining({
            route_key: "$connect",
            throttling_burst_limit: 1,
            throttling_rate_limit: 2,
            data_trace_enabled: false,
          }),
        ],
      },
    ],
    [
      { detailedMetrics: true },
      { default_route_settings: expect.objectContaining({ detailed_metrics_enabled: true }) },
    ],
  ])("%j", (change, expected) => {
    expect(synthesized(change)).toMatchObject(expected);
  });

  test("its name is in the URLs and in the policy", () => {
    const json = terraform({ stage: { ...stage, name: "live" } });
    expect(String(json.output.WS_URL?.value)).toMatch(/\/live$/);
    expect(String(resource(json, "aws_iam_policy").policy)).toContain("/live/POST/@connections/*");
  });
});

describe("logs", () => {
  test("access: false leaves the access log out", () => {
    const json = terraform({ logs: { ...logs, access: false } });
    expect(resource(json, "aws_apigatewayv2_stage")).not.toHaveProperty("access_log_settings");
  });

  test("execution: the level everywhere, and a log group with a retention before the stage", () => {
    const json = terraform({ logs: { ...logs, execution: "ERROR", retentionDays: 7 } });
    expect(resource(json, "aws_apigatewayv2_stage")).toMatchObject({
      default_route_settings: { logging_level: "ERROR", data_trace_enabled: false },
      depends_on: ["aws_cloudwatch_log_group.execution_log"],
    });
    expect(
      resource(json, "aws_cloudwatch_log_group", { name: "/aws/apigateway/${aws_apigatewayv2_api.api.id}/prod" })
        .retention_in_days,
    ).toBe(7);
  });

  test("manageAccountRole: the account's role, before the stage", () => {
    const json = terraform({ logs: { ...logs, manageAccountRole: true } });
    expect(resource(json, "aws_api_gateway_account").cloudwatch_role_arn).toMatch(/^\$\{aws_iam_role\.account_role_/);
    expect(resource(json, "aws_apigatewayv2_stage").depends_on).toEqual(["aws_api_gateway_account.account_role"]);
  });

  test("the account's role is managed only if the configuration says so", () => {
    expect(resources(terraform(), "aws_api_gateway_account")).toEqual([]);
  });
});

describe("alarms and dashboard", () => {
  const alarms = {
    topicArns: ["arn:aws:sns:eu-west-1:123456789012:oncall"],
    periodSeconds: 60,
    evaluationPeriods: 2,
    thresholds: {
      integrationErrors: 1,
      clientErrors: 2,
      executionErrors: 3,
      authorizerErrors: 4,
      authorizerThrottles: 5,
    },
  };

  test.each([
    ["IntegrationError", 1, "AWS/ApiGateway"],
    ["ClientError", 2, "AWS/ApiGateway"],
    ["ExecutionError", 3, "AWS/ApiGateway"],
    ["Errors", 4, "AWS/Lambda"],
    ["Throttles", 5, "AWS/Lambda"],
  ])("%s at %d events", (metric_name, threshold, namespace) => {
    const alarm = resource(terraform({ alarms }), "aws_cloudwatch_metric_alarm", { metric_name });
    expect(alarm).toMatchObject({
      namespace,
      threshold,
      period: 60,
      evaluation_periods: 2,
      statistic: "Sum",
      treat_missing_data: "notBreaching",
      alarm_actions: alarms.topicArns,
      ok_actions: alarms.topicArns,
      dimensions:
        namespace === "AWS/ApiGateway"
          ? { ApiId: "${aws_apigatewayv2_api.api.id}", Stage: "prod" }
          : { FunctionName: "${aws_lambda_function.authorizer_function.function_name}" },
    });
  });

  test("without an authorizer there are no alarms on one", () => {
    const json = terraform({ alarms, authorizer: { kind: "none" } });
    expect(resources(json, "aws_cloudwatch_metric_alarm")).toHaveLength(3);
  });

  test("dashboard", () => {
    const json = terraform({ dashboard: true });
    const body = String(resource(json, "aws_cloudwatch_dashboard", { dashboard_name: "chat" }).dashboard_body);
    for (const metric of ["ConnectCount", "ClientError", "IntegrationError", "ExecutionError", "Throttles"]) {
      expect(body).toContain(`"${metric}"`);
    }
  });

  test("has neither alarms nor dashboard by default", () => {
    expect(resources(terraform(), "aws_cloudwatch_metric_alarm")).toEqual([]);
    expect(resources(terraform(), "aws_cloudwatch_dashboard")).toEqual([]);
  });
});

describe("domain", () => {
  const domain = {
    name: "ws.example.com",
    certificateArn: "arn:aws:acm:eu-west-1:123456789012:certificate/00000000-0000-0000-0000-000000000000",
    basePath: "quotes",
    zoneId: "Z123",
  };

  test("name, certificate and mapping of the stage to the base path", () => {
    const json = terraform({ domain });
    expect(resource(json, "aws_apigatewayv2_domain_name")).toMatchObject({
      domain_name: "ws.example.com",
      domain_name_configuration: {
        certificate_arn: domain.certificateArn,
        endpoint_type: "REGIONAL",
        security_policy: "TLS_1_2",
      },
    });
    expect(resource(json, "aws_apigatewayv2_api_mapping")).toMatchObject({
      api_mapping_key: "quotes",
      stage: "${aws_apigatewayv2_stage.stage.id}",
    });
    expect(json.output.WS_DOMAIN_URL?.value).toBe("wss://ws.example.com/quotes");
  });

  test("an empty base path is the root", () => {
    const json = terraform({ domain: { ...domain, basePath: "" } });
    expect(resource(json, "aws_apigatewayv2_api_mapping")).not.toHaveProperty("api_mapping_key");
    expect(json.output.WS_DOMAIN_URL?.value).toBe("wss://ws.example.com");
  });

  test("A and AAAA records in the zone", () => {
    const records = resources(terraform({ domain }), "aws_route53_record");
    expect(records).toHaveLength(2);
    for (const type of ["A", "AAAA"]) {
      expect(records).toContainEqual(expect.objectContaining({ type, zone_id: "Z123", name: "ws.example.com" }));
    }
  });

  test("without a zone there are no records, but the output for them", () => {
    const json = terraform({ domain: { ...domain, zoneId: undefined } });
    expect(resources(json, "aws_route53_record")).toEqual([]);
    expect(json.output.WS_DOMAIN_TARGET?.value).toBe(
      "${aws_apigatewayv2_domain_name.domain.domain_name_configuration[0].target_domain_name}",
    );
  });
});
