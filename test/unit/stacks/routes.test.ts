/** Routes and their integrations. Every field of an environment reaches Terraform. */
import { mappings, parameters, responseKey, selection } from "../../support/aws/typed";
import { connect, disconnect, httpIntegration, message } from "../../support/stacks/environment";
import { resource, resources, terraform } from "../../support/stacks/synthesize";

describe("routes", () => {
  test("requestParameters: required or not", () => {
    const json = terraform({
      routes: [
        {
          ...connect,
          requestParameters: [...connect.requestParameters, ...parameters({ "route.request.header.x-app": false })],
        },
      ],
    });
    expect(resource(json, "aws_apigatewayv2_route").request_parameter).toEqual([
      { request_parameter_key: "route.request.querystring.stocks", required: true },
      { request_parameter_key: "route.request.header.x-app", required: false },
    ]);
  });

  test("reply creates a route response and an unescaped selection expression", () => {
    const json = terraform({
      routes: [connect, message("ask", httpIntegration("/ask", {}), true)],
    });
    expect(resource(json, "aws_apigatewayv2_route", { route_key: "ask" }).route_response_selection_expression).toBe(
      "$default",
    );
    expect(resource(json, "aws_apigatewayv2_route_response").route_response_key).toBe("$default");
    const [response] = Object.keys(json.resource.aws_apigatewayv2_route_response ?? {});
    expect(resource(json, "aws_apigatewayv2_deployment").depends_on).toContain(
      `aws_apigatewayv2_route_response.${response}`,
    );
  });

  test("without reply there is neither a route response nor an expression", () => {
    const json = terraform({
      routes: [connect, message("tell", httpIntegration("/tell", {}))],
    });
    expect(resources(json, "aws_apigatewayv2_route_response")).toEqual([]);
    expect(resource(json, "aws_apigatewayv2_route", { route_key: "tell" })).not.toHaveProperty(
      "route_response_selection_expression",
    );
  });

  test("similar keys, and keys with spaces and slashes, are separate routes", () => {
    const keys = ["a b", "ab", "a/b", "$default", "Default", "${x}"];
    const routes = keys.map((key) => message(key, httpIntegration("/", {})));
    const json = terraform({ routes: [connect, ...routes] });
    expect(resources(json, "aws_apigatewayv2_route").map((route) => route.route_key)).toEqual(
      expect.arrayContaining(["$connect", "a b", "ab", "a/b", "$default", "Default", "$${x}"]),
    );
  });

  test("rejects an API without routes, because it cannot be deployed", () => {
    expect(() => terraform({ routes: [] })).toThrow(expect.objectContaining({ code: "no-routes" }));
  });
});

describe("HTTP integration", () => {
  const integration = (change: object) =>
    resource(
      terraform({ routes: [{ ...connect, integration: { ...httpIntegration("/x", {}), ...change } }] }),
      "aws_apigatewayv2_integration",
    );

  test.each([
    [{ method: "PUT" }, { integration_method: "PUT" }],
    [{ uri: "https://${stageVariables.host}/x" }, { integration_uri: "https://$${stageVariables.host}/x" }],
    [{ timeoutMs: 5000 }, { timeout_milliseconds: 5000 }],
    [{ passthroughBehavior: "NEVER" }, { passthrough_behavior: "NEVER" }],
    [
      { templateSelectionExpression: selection("${request.body.kind}") },
      { template_selection_expression: "$${request.body.kind}" },
    ],
    [
      { requestTemplates: { $default: '{"id": "${context.connectionId}"}\n%{if}' } },
      { request_templates: { $default: '{"id": "$${context.connectionId}"}\n%%{if}' } },
    ],
    [
      { mappings: mappings({ "integration.request.header.x-stage": "stageVariables.name" }) },
      { request_parameters: { "integration.request.header.x-stage": "stageVariables.name" } },
    ],
  ])("%j", (change, expected) => {
    expect(integration(change)).toMatchObject(expected);
  });

  test("responses: key, templates and selection of each", () => {
    const responses = [
      { key: responseKey("/2\\d\\d/"), templates: { ok: "${body}" }, templateSelectionExpression: selection("ok") },
      {
        key: responseKey("$default"),
        templates: {},
        templateSelectionExpression: selection("${integration.response.statuscode}"),
      },
    ];
    const json = terraform({ routes: [{ ...connect, integration: { ...httpIntegration("/x", {}), responses } }] });
    expect(
      resource(json, "aws_apigatewayv2_integration_response", { integration_response_key: "/2\\d\\d/" }),
    ).toMatchObject({
      response_templates: { ok: "$${body}" },
      template_selection_expression: "ok",
    });
    expect(
      resource(json, "aws_apigatewayv2_integration_response", { integration_response_key: "$default" }),
    ).toMatchObject({
      template_selection_expression: "$${integration.response.statuscode}",
    });
  });

  test("an integration without a response is rejected: API Gateway would answer 500 to every client", () => {
    const routes = [{ ...connect, integration: { ...httpIntegration("/x", {}), responses: [] } }];
    expect(() => terraform({ routes })).toThrow(expect.objectContaining({ code: "missing-response" }));
  });

  test("HTTP_PROXY has no responses, and $connect does not look like a handshake to the backend", () => {
    const proxy = { ...httpIntegration("/x", {}), type: "HTTP_PROXY" as const, responses: [] };
    const json = terraform({
      routes: [
        { ...connect, integration: proxy },
        { ...disconnect, integration: { ...proxy, uri: "https://backend.example.com/y" } },
      ],
    });
    expect(resources(json, "aws_apigatewayv2_integration_response")).toEqual([]);
    const parameters = (uri: string) =>
      resource(json, "aws_apigatewayv2_integration", { integration_uri: uri }).request_parameters;
    expect(parameters("https://backend.example.com/x")).toEqual({
      "integration.request.header.Sec-WebSocket-Version": "'0'",
    });
    expect(parameters("https://backend.example.com/y")).toEqual({});
  });

  test("rejects a mapping from the client's request except on $connect", () => {
    // The compiler refuses it too.
    const integration = connect.integration as typeof disconnect.integration;
    expect(() => terraform({ routes: [connect, { ...disconnect, integration }] })).toThrow(
      expect.objectContaining({ code: "invalid-mapping" }),
    );
  });
});

describe("Lambda integration", () => {
  const functionArn = "arn:aws-cn:lambda:cn-north-1:123456789012:function:quotes:live";
  const json = terraform({
    routes: [connect, message("ask", { type: "AWS_PROXY", functionArn, timeoutMs: 3000 }, true)],
  });

  test("functionArn and timeoutMs", () => {
    expect(resource(json, "aws_apigatewayv2_integration", { integration_type: "AWS_PROXY" })).toMatchObject({
      integration_uri: `arn:aws-cn:apigateway:cn-north-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`,
      integration_method: "POST",
      timeout_milliseconds: 3000,
    });
  });

  test("only this route may invoke the function, on every stage, since a deploy is proven on a candidate stage", () => {
    expect(
      resource(json, "aws_lambda_permission", {
        function_name: "arn:aws-cn:lambda:cn-north-1:123456789012:function:quotes",
      }),
    ).toMatchObject({
      qualifier: "live",
      source_arn: "${aws_apigatewayv2_api.api.execution_arn}/*/ask",
    });
  });
});

describe("origin secret", () => {
  const json = terraform({ originSecret: { header: "x-origin-secret" } });

  test("every HTTP integration sends it as a static value", () => {
    for (const integration of resources(json, "aws_apigatewayv2_integration")) {
      expect(integration.request_parameters).toMatchObject({
        "integration.request.header.x-origin-secret": "'${var.origin_secret}'",
      });
    }
  });

  test("it is a sensitive variable that rejects quotes", () => {
    expect(json.variable?.origin_secret).toMatchObject({
      sensitive: true,
      validation: [{ condition: '${can(regex("^[A-Za-z0-9._~+/=-]{32,256}$", var.origin_secret))}' }],
    });
  });
});

test("an integration of another host gets neither the origin secret nor the VPC link", () => {
  const elsewhere = { ...httpIntegration("/hook", {}), toBackend: false };
  const json = terraform({
    originSecret: { header: "x-origin-secret" },
    vpcLink: { id: "link" },
    routes: [connect, message("say", elsewhere)],
  });
  const [say] = resources(json, "aws_apigatewayv2_integration").filter(({ integration_uri: uri }) =>
    `${uri}`.endsWith("/hook"),
  );
  expect(say).not.toHaveProperty("connection_id");
  expect(JSON.stringify(say)).not.toContain("origin_secret");
});

test("route keys may be similar, look like paths, or have names of object properties", () => {
  const keys = ["say", "say integration", "a/b", "a--b", "a%2Fb", "toString", "%toString"];
  const integration = httpIntegration("/x", {});
  const json = terraform({
    routes: [connect, ...keys.map((key) => message(key, integration, true))],
  });
  const made = resources(json, "aws_apigatewayv2_route").map((route) => route.route_key);
  expect(made.sort()).toEqual(["$connect", ...keys].sort());
});

test("a mapped Sec-WebSocket-Version replaces the one that the stack sets", () => {
  const mapped = { "integration.request.header.sec-websocket-version": "'13'" };
  const integration = { ...httpIntegration("/connect", mapped), type: "HTTP_PROXY" as const, responses: [] };
  const json = terraform({ routes: [{ ...connect, integration }] });
  expect(resource(json, "aws_apigatewayv2_integration").request_parameters).toEqual(mapped);
});

describe("VPC link", () => {
  test("to a load balancer: the stack creates a version 1 link", () => {
    const targetArn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/net/a/b";
    const json = terraform({ vpcLink: { targetArn } });
    expect(resource(json, "aws_api_gateway_vpc_link").target_arns).toEqual([targetArn]);
    for (const integration of resources(json, "aws_apigatewayv2_integration")) {
      expect(integration).toMatchObject({
        connection_type: "VPC_LINK",
        connection_id: "${aws_api_gateway_vpc_link.vpc_link.id}",
      });
    }
  });

  test("by id: the stack uses an existing link", () => {
    const json = terraform({ vpcLink: { id: "abc123" } });
    expect(resources(json, "aws_api_gateway_vpc_link")).toEqual([]);
    expect(resources(json, "aws_apigatewayv2_integration")[0]).toMatchObject({ connection_id: "abc123" });
  });
});
