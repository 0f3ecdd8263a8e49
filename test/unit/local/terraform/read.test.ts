// Reading a synthesized stack: what it becomes, and what is said about one that cannot be served.
import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ReadOptions, readSynthesized, TerraformError } from "../../../../local/terraform";
import { type Folder, type Stack, synthesized } from "../../../support/local/synthesized";

const OPTIONS: ReadOptions = { endpoint: "ws://localhost:3000", variables: { backend: "http://localhost:4000" } };

const folders: Folder[] = [];
function written(change?: (stack: Stack) => void): string {
  const folder = synthesized(change);
  folders.push(folder);
  return folder.path;
}
afterEach(() => {
  for (const folder of folders.splice(0)) folder.remove();
});

/** `stack.resource` for additions that the fixture's type does not know. */
function resources(stack: Stack): Record<string, Record<string, Record<string, unknown>>> {
  return stack.resource;
}

function refusal(change: (stack: Stack) => void, options = OPTIONS): TerraformError {
  try {
    readSynthesized(written(change), options);
  } catch (error) {
    if (error instanceof TerraformError) return error;
    throw error;
  }
  throw new Error("it was read");
}

test("serves the API that the stack describes", () => {
  const { store, warnings } = readSynthesized(written(), OPTIONS);
  const serving = store.deployedStage(store.defaultApiId ?? "", "prod");
  expect(serving?.api).toMatchObject({
    apiEndpoint: "ws://localhost:3000",
    name: "quotes",
    routeSelectionExpression: "$request.body.action",
    tags: { app: "quotes", team: "quotes" },
  });
  const [route] = serving?.definition.routes.values() ?? [];
  const [integration] = serving?.definition.integrations.values() ?? [];
  const [authorizer] = serving?.definition.authorizers.values() ?? [];
  expect(route).toMatchObject({
    authorizationType: "CUSTOM",
    authorizerId: authorizer?.authorizerId,
    requestParameters: { "route.request.querystring.stocks": { required: true } },
    routeKey: "$connect",
    target: `integrations/${integration?.integrationId}`,
  });
  expect(integration).toMatchObject({
    integrationType: "HTTP",
    integrationUri: "http://localhost:4000/connect",
    requestTemplates: { $default: "#set($x = 1)${stageVariables.x} $input.body" },
    templateSelectionExpression: "\\$default",
  });
  expect([...(integration?.integrationResponses.values() ?? [])]).toMatchObject([
    { integrationResponseKey: "$default" },
  ]);
  expect(serving?.stage).toMatchObject({
    accessLogSettings: { destinationArn: "arn:aws:logs:eu-west-1:123456789012:log-group:/quotes/access" },
    defaultRouteSettings: { throttlingBurstLimit: 500, throttlingRateLimit: 1000 },
  });
  expect(warnings).toEqual([]);
});

test("finds the function with its zip, its environment and who may invoke it", () => {
  const path = written();
  const { functions, store } = readSynthesized(path, OPTIONS);
  const arn = "arn:aws:lambda:eu-west-1:123456789012:function:quotes-authorizer";
  const [authorizer] = store.authorizers(store.defaultApiId ?? "").list();
  expect(functions.get(arn)).toEqual({
    allowedSourceArns: [
      `arn:aws:execute-api:eu-west-1:123456789012:${store.defaultApiId}/authorizers/${authorizer?.authorizerId}`,
    ],
    environmentVariables: { HS256_SECRET: "", LOG: '{"level":1}' },
    functionArn: arn,
    functionName: "quotes-authorizer",
    handler: "index.handler",
    memoryMb: 256,
    timeoutSeconds: 5,
    zipFile: join(path, "assets/authorizer.zip"),
  });
  expect(authorizer?.authorizerUri).toContain(arn);
});

test("evaluates the outputs, with the local gateway's address in them", () => {
  expect(readSynthesized(written(), OPTIONS).outputs).toEqual({
    ACCOUNT: "123456789012",
    ROLE: "arn:aws:iam::123456789012:role/quotes-authorizer",
    WS_API_ENDPOINT: "http://localhost:3000/prod",
  });
});

test("gives an API the same identifier each time, so that connections outlive a reload", () => {
  const [first, second] = [readSynthesized(written(), OPTIONS), readSynthesized(written(), OPTIONS)];
  expect(second.store.defaultApiId).toBe(first.store.defaultApiId);
});

test("reads a file, its folder, and a cdktf.out with one stack in it", () => {
  const path = written();
  const out = written();
  cpSync(path, join(out, "stacks/prod"), { recursive: true });
  rmSync(join(out, "cdk.tf.json"));
  for (const place of [path, join(path, "cdk.tf.json"), out]) {
    expect(readSynthesized(place, OPTIONS).store.apis.size).toBe(1);
  }
});

test("takes variables from the options, then TF_VAR_…, then their defaults", () => {
  const uri = (options: Partial<ReadOptions>) => {
    const { store } = readSynthesized(written(), { endpoint: "ws://localhost:3000", ...options });
    return store.integrations(store.defaultApiId ?? "").list()[0]?.integrationUri;
  };
  const env = { TF_VAR_backend: "http://b" };
  expect(uri({ env })).toBe("http://b/connect");
  expect(uri({ env, variables: { backend: "http://a" } })).toBe("http://a/connect");
});

test("reports a variable without a value, and how to set it", () => {
  expect(refusal(() => {}, { endpoint: "ws://localhost:3000" })).toMatchObject({
    code: "variable",
    message: "cdk.tf.json: variable.backend: the variable backend has no value. Set TF_VAR_backend.",
  });
});

test.each(["[hunter2", "hunter2", '"hunter2'])(
  "does not show a variable's value %s that is not of its type",
  (value) => {
    const change = (stack: Stack) => {
      Object.assign(stack.variable.backend, { type: "list(string)" });
    };
    const { problem } = refusal(change, { ...OPTIONS, variables: { backend: value } });
    expect(problem).toBe("the value of the variable backend is not a list(string)");
  },
);

test("applies a variable's own validation", () => {
  const change = (stack: Stack) => {
    Object.assign(stack.variable.backend, {
      validation: [{ condition: '${can(regex("^https://", var.backend))}', error_message: "backend must be https." }],
    });
  };
  expect(refusal(change)).toMatchObject({ code: "variable", problem: "backend must be https" });
  const variables = { backend: "https://backend" };
  expect(readSynthesized(written(change), { ...OPTIONS, variables }).store.apis.size).toBe(1);
});

test("sets limits that a settings block omits to 0, as the provider does", () => {
  const { store } = readSynthesized(
    written((stack) => {
      Object.assign(stack.resource.aws_apigatewayv2_stage.stage, { default_route_settings: { logging_level: "OFF" } });
    }),
    OPTIONS,
  );
  expect(store.deployedStage(store.defaultApiId ?? "", "prod")?.stage.defaultRouteSettings).toMatchObject({
    throttlingBurstLimit: 0,
    throttlingRateLimit: 0,
  });
});

test("serves a stage that deploys automatically, two-way routes, models and functions as backends", () => {
  const api_id = "${aws_apigatewayv2_api.main.id}";
  const { store, functions, warnings } = readSynthesized(
    written((stack) => {
      const all = resources(stack);
      delete all.aws_apigatewayv2_deployment;
      Object.assign(all, {
        aws_apigatewayv2_stage: { stage: { api_id, auto_deploy: true, name: "dev" } },
        aws_apigatewayv2_model: { quote: { api_id, content_type: "application/json", name: "Quote", schema: "{}" } },
        aws_apigatewayv2_route_response: {
          quote: { api_id, route_id: "${aws_apigatewayv2_route.quote.id}", route_response_key: "$default" },
        },
      });
      Object.assign(all.aws_apigatewayv2_integration ?? {}, {
        quote: {
          api_id,
          integration_method: "POST",
          integration_type: "AWS_PROXY",
          integration_uri: "${aws_lambda_function.authorizer.invoke_arn}",
        },
      });
      Object.assign(all.aws_apigatewayv2_route ?? {}, {
        quote: {
          api_id,
          model_selection_expression: "$request.body.action",
          request_models: { quote: "${aws_apigatewayv2_model.quote.name}" },
          route_key: "quote",
          route_response_selection_expression: "$default",
          target: "integrations/${aws_apigatewayv2_integration.quote.id}",
        },
      });
      Object.assign(all.aws_lambda_permission ?? {}, {
        quote: {
          action: "lambda:InvokeFunction",
          function_name: "${aws_lambda_function.authorizer.arn}",
          principal: "apigateway.amazonaws.com",
          source_arn: "${aws_apigatewayv2_stage.stage.execution_arn}/quote",
        },
      });
    }),
    OPTIONS,
  );
  const serving = store.deployedStage(store.defaultApiId ?? "", "dev");
  const quote = [...(serving?.definition.routes.values() ?? [])].find(({ routeKey }) => routeKey === "quote");
  expect(serving?.deployment.autoDeployed).toBe(true);
  expect(quote).toMatchObject({ requestModels: { quote: "Quote" }, routeResponseSelectionExpression: "$default" });
  expect([...(quote?.routeResponses.values() ?? [])]).toMatchObject([{ routeResponseKey: "$default" }]);
  expect([...(serving?.definition.models.values() ?? [])]).toMatchObject([{ name: "Quote" }]);
  expect([...functions.values()][0]?.allowedSourceArns).toContainEqual(
    `arn:aws:execute-api:eu-west-1:123456789012:${store.defaultApiId}/dev/quote`,
  );
  expect(warnings).toEqual([]);
});

test("serves several APIs, each at its own path", () => {
  const { store } = readSynthesized(
    written((stack) => {
      Object.assign(stack.resource.aws_apigatewayv2_api, {
        other: { name: "other", protocol_type: "WEBSOCKET", route_selection_expression: "$request.body.action" },
      });
    }),
    OPTIONS,
  );
  for (const [apiId, { current }] of store.apis) {
    expect(current.api.apiEndpoint).toBe(`ws://localhost:3000/_aws/execute-api/${apiId}`);
  }
  expect(store.apis.size).toBe(2);
});

test("omits an HTTP API and its resources, and serves the WebSocket API at the gateway's own URL", () => {
  const api_id = "${aws_apigatewayv2_api.http.id}";
  const { store, warnings, outputs } = readSynthesized(
    written((stack) => {
      const all = resources(stack);
      Object.assign(all.aws_apigatewayv2_api ?? {}, { http: { name: "http", protocol_type: "HTTP" } });
      Object.assign(all.aws_apigatewayv2_integration ?? {}, {
        http: { api_id, integration_type: "HTTP_PROXY", integration_uri: "https://x", payload_format_version: "1.0" },
      });
      Object.assign(all.aws_apigatewayv2_route ?? {}, {
        http: { api_id, route_key: "GET /", target: "integrations/${aws_apigatewayv2_integration.http.id}" },
        each: { api_id, for_each: { a: 1 }, route_key: "GET /${each.key}" },
      });
      Object.assign(all.aws_apigatewayv2_stage ?? {}, { http: { api_id, name: "$default", auto_deploy: true } });
      Object.assign(stack.output, {
        HTTP_URL: { value: "${aws_apigatewayv2_api.http.api_endpoint}" },
        HTTP_STAGE: { value: "${aws_apigatewayv2_stage.http.invoke_url}" },
      });
      stack.resource.aws_apigatewayv2_integration.connect.integration_uri =
        "${aws_apigatewayv2_api.http.api_endpoint}/connect";
    }),
    OPTIONS,
  );
  expect([...store.apis.values()].map(({ current }) => current.api)).toMatchObject([
    { name: "quotes", apiEndpoint: "ws://localhost:3000" },
  ]);
  expect(outputs.HTTP_URL).toMatch(/^https:\/\/\w{10}\.execute-api\.eu-west-1\.amazonaws\.com$/);
  expect(store.integrations(store.defaultApiId ?? "").list()).toMatchObject([
    { integrationUri: `${outputs.HTTP_URL}/connect` },
  ]);
  expect(warnings).toEqual([
    "aws_apigatewayv2_api.http is an HTTP API: it and its resources are not served",
    "output.HTTP_STAGE: aws_apigatewayv2_stage.http.invoke_url has a value only on AWS.",
  ]);
});

test("warns about what it cannot evaluate or run, and still serves the API", () => {
  const { outputs, warnings } = readSynthesized(
    written((stack) => {
      Object.assign(stack.output, { ZONE: { value: "${data.aws_route53_zone.zone.zone_id}" } });
      Object.assign(stack.resource.aws_apigatewayv2_api.main, { fail_on_warnings: true });
      Object.assign(stack.resource.aws_lambda_function, {
        counted: { count: 2, function_name: "counted", role: "r" },
        remote: { function_name: "remote", role: "r", s3_bucket: "b", s3_key: "k" },
      });
    }),
    OPTIONS,
  );
  expect(outputs).not.toHaveProperty("ZONE");
  expect(warnings).toEqual([
    "aws_apigatewayv2_api.main.fail_on_warnings has no effect in the local gateway",
    "aws_lambda_function.counted: count is not supported by the local gateway.",
    "aws_lambda_function.remote: its code is not a local file (filename), so the local gateway cannot run it",
    "output.ZONE: data.aws_route53_zone is a data source that Terraform reads from AWS, which the local gateway does not. Do not use it in what the API needs: use a variable instead.",
  ]);
});

test("maps a custom domain name to the stage, and warns where it cannot", () => {
  const withDomain = (domain: string) => (stack: Stack) => {
    Object.assign(stack.resource, {
      aws_apigatewayv2_domain_name: {
        domain: {
          domain_name: domain,
          domain_name_configuration: { certificate_arn: "arn:aws:acm:eu-west-1:1:certificate/1" },
        },
      },
      aws_apigatewayv2_api_mapping: {
        mapping: {
          api_id: "${aws_apigatewayv2_api.main.id}",
          api_mapping_key: "quotes",
          domain_name: "${aws_apigatewayv2_domain_name.domain.id}",
          stage: "${aws_apigatewayv2_stage.stage.id}",
        },
      },
    });
    const value = "${aws_apigatewayv2_domain_name.domain.domain_name_configuration[0].target_domain_name}";
    Object.assign(stack.output, { TARGET: { value } });
  };
  const { store, outputs, warnings } = readSynthesized(written(withDomain("ws.example.com")), OPTIONS);
  expect([...(store.domainNames.get("ws.example.com")?.mappings.values() ?? [])]).toMatchObject([
    { apiId: store.defaultApiId, apiMappingKey: "quotes", stage: "prod" },
  ]);
  expect(outputs.TARGET).toMatch(/^d-\w{10}\.execute-api\.eu-west-1\.amazonaws\.com$/);
  expect(warnings).toEqual([]);

  const hosted = readSynthesized(written(withDomain("${data.aws_route53_zone.zone.name}")), OPTIONS);
  expect(hosted.store.apis.size).toBe(1);
  expect(hosted.warnings[0]).toContain("data.aws_route53_zone is a data source that Terraform reads from AWS");
});

test("warns about mistakes that have an effect only on AWS: a deployment too early, or without triggers", () => {
  const { warnings } = readSynthesized(
    written((stack) => {
      Object.assign(stack.resource.aws_apigatewayv2_deployment, {
        deployment: { api_id: "${aws_apigatewayv2_api.main.id}", depends_on: ["aws_apigatewayv2_route.connect"] },
      });
    }),
    OPTIONS,
  );
  expect(warnings).toEqual([
    "aws_apigatewayv2_deployment.deployment has no triggers: on AWS, later changes of the API will not be deployed. Add a hash of the API's resources as triggers",
    "aws_apigatewayv2_deployment.deployment does not depend on aws_apigatewayv2_integration_response.connect: on AWS, the deployment may be created without it. Add it to depends_on",
  ]);
});

test("reads a folder of several files as one project", () => {
  const path = written((stack) => void Reflect.deleteProperty(stack, "output"));
  writeFileSync(join(path, "outputs.tf.json"), JSON.stringify({ output: { STAGE: { value: "${local.stage}" } } }));
  expect(readSynthesized(path, OPTIONS).outputs).toEqual({ STAGE: "prod" });
});

test.each<[string, (stack: Stack) => void, Partial<TerraformError>]>([
  [
    "what API Gateway would refuse, at the resource",
    (stack) => {
      stack.resource.aws_apigatewayv2_integration.connect.template_selection_expression = "$default";
    },
    {
      code: "refused",
      where: "cdk.tf.json: aws_apigatewayv2_integration.connect",
      problem: "API Gateway rejects it: BadRequestException: Unexpected variable in selection expression: $default",
    },
  ],
  [
    "a mapping that its route does not declare",
    (stack) => {
      stack.resource.aws_apigatewayv2_route.connect.request_parameter = [];
    },
    { code: "refused", where: "cdk.tf.json: aws_apigatewayv2_route.connect" },
  ],
  [
    "a function that it does not know, at the argument",
    (stack) => {
      stack.resource.aws_apigatewayv2_integration.connect.integration_uri = '${cidrhost("10.0.0.0/8", 1)}';
    },
    { code: "unsupported", where: "cdk.tf.json: aws_apigatewayv2_integration.connect.integration_uri" },
  ],
  [
    "a resource that is not there",
    (stack) => {
      stack.resource.aws_apigatewayv2_route.connect.target = "integrations/${aws_apigatewayv2_integration.none.id}";
    },
    { code: "unknown", problem: "the resource aws_apigatewayv2_integration.none does not exist" },
  ],
  [
    "an attribute that only AWS knows",
    (stack) => {
      stack.resource.aws_apigatewayv2_integration.connect.integration_uri =
        "https://${aws_iam_role.authorizer.unique_id}";
    },
    {
      code: "unsupported",
      problem: "aws_iam_role.authorizer.unique_id has a value only on AWS",
      hint: "The local gateway knows its arguments and arn, id",
    },
  ],
  [
    "resources that refer to each other",
    (stack) => {
      stack.resource.aws_apigatewayv2_integration.connect.integration_uri =
        "https://x/${aws_apigatewayv2_route.connect.id}";
    },
    { code: "cycle" },
  ],
  [
    "count",
    (stack) => void Object.assign(stack.resource.aws_apigatewayv2_route.connect, { count: 2 }),
    { code: "unsupported" },
  ],
  [
    "a zip that was not built",
    (stack) => {
      stack.resource.aws_lambda_function.authorizer.filename = "assets/none.zip";
    },
    { code: "file", where: "cdk.tf.json: aws_lambda_function.authorizer", hint: "Synthesize the project again" },
  ],
  [
    "a stack without an API",
    (stack) => {
      const all = resources(stack);
      for (const type of Object.keys(all))
        if (type.startsWith("aws_apigatewayv2") || type.startsWith("aws_lambda")) delete all[type];
    },
    { code: "unknown", where: "cdk.tf.json", problem: "the stack has no aws_apigatewayv2_api" },
  ],
])("refuses %s", (_title, change, expected) => {
  expect(refusal(change)).toMatchObject(expected);
});

test("explains a path without Terraform JSON", () => {
  const path = written();
  writeFileSync(join(path, "cdk.tf.json"), "{");
  expect(() => readSynthesized(path, OPTIONS)).toThrow(/cdk\.tf\.json is not JSON/);
  expect(() => readSynthesized(join(path, "none"), OPTIONS)).toThrow(/does not exist\. Synthesize the project first\./);
  expect(() => readSynthesized(join(path, "assets"), OPTIONS)).toThrow(/has no Terraform JSON/);
});
