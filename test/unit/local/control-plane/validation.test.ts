// What AWS refuses, and in which words: every mistake a user can make with a WebSocket API is found here too.
import * as v2 from "@aws-sdk/client-apigatewayv2";
import { AUTHORIZER, type Subject, startControlPlane } from "../../../support/local/control-plane";

let subject: Subject;
let ApiId: string;
let AuthorizerId: string;
beforeAll(async () => {
  subject = await startControlPlane();
  const { store } = subject;
  const state = store.apiStates().create({
    name: "quotes",
    protocolType: "WEBSOCKET",
    routeSelectionExpression: "$request.body.action",
  });
  ApiId = state.current.api.apiId;
  AuthorizerId = store.authorizers(ApiId).create({ ...AUTHORIZER, name: "taken" }).authorizerId;
  store.routes(ApiId).create({ routeKey: "$connect" });
  store.stages(ApiId).create({ stageName: "taken" });
});
afterAll(() => subject.close());

const INTEGRATION = { integrationType: "HTTP", integrationMethod: "POST", integrationUri: "https://backend/connect" };
const MAPPING = "integration.request.querystring.stocks";

const INVALID_SCHEMA =
  "Invalid model specified: Validation Result: warnings : [], errors : [Invalid model schema specified]";

/** Path below the API, body, and what AWS says. */
const REFUSED: readonly (readonly [string, string, Record<string, unknown>, string, string])[] = [
  [
    "a JWT authorizer",
    "authorizers",
    { ...AUTHORIZER, name: "a", authorizerType: "JWT" },
    "BadRequestException",
    "Only REQUEST authorizer type is supported on WEBSOCKET protocol Apis.",
  ],
  [
    "caching of authorizer results",
    "authorizers",
    { ...AUTHORIZER, name: "a", authorizerResultTtlInSeconds: 300 },
    "BadRequestException",
    "authorizerResultTtlInSeconds is not supported for protocol type WEBSOCKET",
  ],
  [
    "authorizer payload format 2.0",
    "authorizers",
    { ...AUTHORIZER, name: "a", authorizerPayloadFormatVersion: "2.0" },
    "BadRequestException",
    "authorizerPayloadFormatVersion is not supported for protocol type WEBSOCKET",
  ],
  [
    "an identity source of HTTP APIs",
    "authorizers",
    { ...AUTHORIZER, name: "a", identitySource: ["$request.querystring.token"] },
    "BadRequestException",
    "Invalid request identity source expression: $request.querystring.token",
  ],
  [
    "an authorizer without a function",
    "authorizers",
    { ...AUTHORIZER, name: "a", authorizerUri: "arn:aws:lambda:eu-west-1:1:function:a" },
    "BadRequestException",
    "Invalid Authorizer URI: arn:aws:lambda:eu-west-1:1:function:a",
  ],
  [
    "a second authorizer of that name",
    "authorizers",
    { ...AUTHORIZER, name: "taken" },
    "ConflictException",
    "Authorizer name must be unique. Authorizer taken already exists in this API.",
  ],
  [
    "integration payload format 2.0",
    "integrations",
    { ...INTEGRATION, payloadFormatVersion: "2.0" },
    "BadRequestException",
    "Unsupported PayloadFormatVersion: 2.0",
  ],
  [
    "a timeout over 29 s",
    "integrations",
    { ...INTEGRATION, timeoutInMillis: 30000 },
    "BadRequestException",
    "Timeout should be between 50 ms and 29000 ms",
  ],
  [
    "a timeout under 50 ms",
    "integrations",
    { ...INTEGRATION, timeoutInMillis: 49 },
    "BadRequestException",
    "Timeout should be between 50 ms and 29000 ms",
  ],
  [
    "an unescaped $default in a template selection",
    "integrations",
    { ...INTEGRATION, templateSelectionExpression: "$default" },
    "BadRequestException",
    "Unexpected variable in selection expression: $default",
  ],
  [
    "a template selection on the response of a request",
    "integrations",
    { ...INTEGRATION, templateSelectionExpression: "${integration.response.statuscode}" },
    "BadRequestException",
    "Unexpected variable in selection expression: ${integration.response.statuscode}",
  ],
  [
    "a mapping source with ${}",
    "integrations",
    { ...INTEGRATION, requestParameters: { [MAPPING]: "${context.connectionId}" } },
    "BadRequestException",
    "Invalid mapping expression specified: ${context.connectionId}",
  ],
  [
    "a mapping source with an unclosed quote",
    "integrations",
    { ...INTEGRATION, requestParameters: { [MAPPING]: "'a" } },
    "BadRequestException",
    "Invalid mapping expression specified: 'a",
  ],
  [
    "a mapping to nowhere",
    "integrations",
    { ...INTEGRATION, requestParameters: { "integration.request.body.a": "'a'" } },
    "BadRequestException",
    "Invalid mapping expression specified: integration.request.body.a",
  ],
  [
    "an integration without a URL",
    "integrations",
    { integrationType: "HTTP", integrationMethod: "POST" },
    "BadRequestException",
    "integrationUri is required",
  ],
  [
    "an integration to something else than HTTP",
    "integrations",
    { ...INTEGRATION, integrationUri: "ftp://backend" },
    "BadRequestException",
    "Invalid HTTP endpoint specified for URI: ftp://backend",
  ],
  [
    "a VPC link that is not named",
    "integrations",
    { ...INTEGRATION, connectionType: "VPC_LINK" },
    "BadRequestException",
    "ConnectionId must be set to vpcLinkId for ConnectionType VPC_LINK",
  ],
  [
    "an integration of HTTP APIs",
    "integrations",
    { ...INTEGRATION, integrationSubtype: "SQS-SendMessage" },
    "BadRequestException",
    "integrationSubtype is not supported for protocol type WEBSOCKET",
  ],
  [
    "a type that there is not",
    "integrations",
    { integrationType: "LAMBDA" },
    "BadRequestException",
    "Invalid value for integrationType: must be one of AWS, HTTP, MOCK, HTTP_PROXY, AWS_PROXY",
  ],
  [
    "a number where text belongs",
    "integrations",
    { ...INTEGRATION, integrationUri: 7 },
    "SerializationException",
    "Invalid type for integrationUri: Invalid input: expected string, received number",
  ],
  [
    "a second route of that key",
    "routes",
    { routeKey: "$connect" },
    "ConflictException",
    "Route with key $connect already exists for this API",
  ],
  ["a route without a key", "routes", {}, "BadRequestException", "Route key is required"],
  [
    "a description over 1,024 characters",
    "integrations",
    { ...INTEGRATION, description: "x".repeat(1025) },
    "BadRequestException",
    "Invalid value for description: 1024 characters at most",
  ],
  [
    "an operation name over 64 characters",
    "routes",
    { routeKey: "quote", operationName: "x".repeat(65) },
    "BadRequestException",
    "Invalid value for operationName: 64 characters at most",
  ],
  [
    "an authorizer on another route than $connect",
    "routes",
    { routeKey: "quote", authorizationType: "CUSTOM" },
    "BadRequestException",
    "Currently, authorization is restricted to the $connect route only",
  ],
  [
    "JWT authorization",
    "routes",
    { routeKey: "quote", authorizationType: "JWT" },
    "BadRequestException",
    "Authorization type JWT is not supported for protocol type WEBSOCKET",
  ],
  [
    "an escaped $default as route response selection",
    "routes",
    { routeKey: "quote", routeResponseSelectionExpression: "\\$default" },
    "BadRequestException",
    "Currently, only $default is supported as a route response selection expression.",
  ],
  [
    "a target that is not an integration's",
    "routes",
    { routeKey: "quote", target: "abc" },
    "BadRequestException",
    "Unexpected or malformed target in route. Correct format should be integrations/<integration_id>.",
  ],
  [
    "an integration that is not there",
    "routes",
    { routeKey: "quote", target: "integrations/abc" },
    "NotFoundException",
    "Invalid Integration identifier specified abc",
  ],
  [
    "a request parameter of another grammar",
    "routes",
    { routeKey: "quote", requestParameters: { "method.request.querystring.a": { required: true } } },
    "BadRequestException",
    "Invalid request parameter key specified: method.request.querystring.a",
  ],
  [
    "a stage name with a dot",
    "stages",
    { stageName: "v1.0" },
    "BadRequestException",
    "Stage name only allows a-zA-Z0-9_- (1 to 128 characters): v1.0",
  ],
  ["a second stage of that name", "stages", { stageName: "taken" }, "ConflictException", "Stage already exists"],
  [
    "a deployment that is not there",
    "stages",
    { stageName: "new", deploymentId: "abc" },
    "NotFoundException",
    "Invalid Deployment identifier specified abc",
  ],
  [
    "settings for a route that is not there",
    "stages",
    { stageName: "new", routeSettings: { quote: {} } },
    "NotFoundException",
    "Unable to find Route by key quote within the provided RouteSettings",
  ],
  [
    "a stage variable's value with a space",
    "stages",
    { stageName: "new", stageVariables: { a: "b c" } },
    "BadRequestException",
    "Stage variable value of a must match [A-Za-z0-9-._~:/?#&=,]+, 512 characters at most",
  ],
  [
    "a stage variable's value of 513 characters",
    "stages",
    { stageName: "new", stageVariables: { a: "b".repeat(513) } },
    "BadRequestException",
    "Stage variable value of a must match [A-Za-z0-9-._~:/?#&=,]+, 512 characters at most",
  ],
  [
    "a stage variable with a slash in its name",
    "stages",
    { stageName: "new", stageVariables: { "a/b": "c" } },
    "BadRequestException",
    "Stage variable name a/b may only have letters, digits and underscores, 64 at most",
  ],
  [
    "an access log without request ids",
    "stages",
    {
      stageName: "new",
      accessLogSettings: { destinationArn: "arn:aws:logs:eu-west-1:1:log-group:a", format: "$context.status" },
    },
    "BadRequestException",
    "Access Log format must include either $context.requestId or $context.extendedRequestId",
  ],
  [
    "an access log whose format is over 3 KB",
    "stages",
    {
      stageName: "new",
      accessLogSettings: {
        destinationArn: "arn:aws:logs:eu-west-1:1:log-group:a",
        format: "$context.requestId".padEnd(3 * 1024 + 1),
      },
    },
    "BadRequestException",
    "Access Log format is larger than 3 KB",
  ],
  [
    "a mapping template over 300 KB",
    "integrations",
    { ...INTEGRATION, requestTemplates: { $default: "x".repeat(300 * 1024 + 1) } },
    "BadRequestException",
    "The mapping template $default is larger than 300 KB",
  ],
  [
    "a tag that AWS keeps to itself",
    "stages",
    { stageName: "new", tags: { team: "quotes", "AWS:cloudformation:stack-name": "a" } },
    "BadRequestException",
    "Invalid value for tags: AWS:cloudformation:stack-name begins with aws:, which is reserved",
  ],
  [
    "a model of no type that there is",
    "models",
    { name: "Quote", schema: '{"type":"foo"}' },
    "BadRequestException",
    `${INVALID_SCHEMA} (/type must be equal to one of the allowed values)`,
  ],
  [
    "a model with an empty list of required members, as draft 4 does",
    "models",
    { name: "Quote", schema: '{"type":"object","required":[]}' },
    "BadRequestException",
    `${INVALID_SCHEMA} (/required must NOT have fewer than 1 items)`,
  ],
  [
    "a model that is no object",
    "models",
    { name: "Quote", schema: "[]" },
    "BadRequestException",
    `${INVALID_SCHEMA} (a schema must be a JSON object)`,
  ],
  [
    "a model of another draft",
    "models",
    { name: "Quote", schema: '{"$schema":"http://json-schema.org/draft-07/schema#"}' },
    "BadRequestException",
    `${INVALID_SCHEMA} (no schema with key or ref "http://json-schema.org/draft-07/schema#")`,
  ],
  [
    "a model that is not JSON",
    "models",
    { name: "Quote", schema: "{" },
    "BadRequestException",
    "Invalid model specified: the schema of Quote is not JSON",
  ],
  [
    "a model name with a hyphen",
    "models",
    { name: "my-quote", schema: "{}" },
    "BadRequestException",
    "Model name must be alphanumeric: my-quote",
  ],
];

test.each(REFUSED)("refuses %s", async (_title, path, body, code, message) => {
  const response = await fetch(`${subject.url}/v2/apis/${ApiId}/${path}`, {
    method: "POST",
    headers: { authorization: "AWS4-HMAC-SHA256 Credential=test" },
    body: JSON.stringify(body),
  });
  expect([response.headers.get("x-amzn-errortype"), await response.json()]).toEqual([code, { message }]);
});

test.each([
  ["an API without a route selection expression", {}, "Invalid routeSelectionExpression"],
  [
    "an HTTP API",
    { ProtocolType: "HTTP" as const },
    "This gateway serves WebSocket APIs: protocolType must be WEBSOCKET",
  ],
  [
    "CORS",
    { RouteSelectionExpression: "$request.body.action", CorsConfiguration: {} },
    "Cors is not supported for WEBSOCKET protocolType",
  ],
  [
    "an unescaped $ in the route selection expression",
    { RouteSelectionExpression: "$default" },
    "Unexpected variable in selection expression: $default",
  ],
  [
    "a header in the route selection expression",
    { RouteSelectionExpression: "${request.header.x}" },
    "Unexpected variable in selection expression: ${request.header.x}",
  ],
  [
    "the query string in the route selection expression",
    { RouteSelectionExpression: "$request.querystring.action" },
    "Unexpected variable in selection expression: $request.querystring.action",
  ],
  [
    "the context in the route selection expression",
    { RouteSelectionExpression: "a-${context.stage}" },
    "Unexpected variable in selection expression: ${context.stage}",
  ],
  [
    "a name of more than 128 characters",
    { Name: "a".repeat(129), RouteSelectionExpression: "$request.body.action" },
    "Invalid value for name: 128 characters at most",
  ],
  [
    "a tag key of more than 128 characters",
    { RouteSelectionExpression: "$request.body.action", Tags: { ["a".repeat(129)]: "" } },
    `Invalid value for tags: a key has 1 to 128 characters: ${"a".repeat(129)}`,
  ],
])("refuses %s", async (_title, input, message) => {
  await expect(
    subject.client.send(new v2.CreateApiCommand({ Name: "a", ProtocolType: "WEBSOCKET", ...input })),
  ).rejects.toMatchObject({ name: "BadRequestException", message });
});

test.each(["$request.body.action", "${request.body.action}", "v1-${request.body.a.b[0]}", "\\$default", "static"])(
  "accepts %s as route selection expression, and names and tag keys of 128 characters",
  async (RouteSelectionExpression) => {
    const Name = "a".repeat(128);
    const input = { Name, ProtocolType: "WEBSOCKET", RouteSelectionExpression, Tags: { [Name]: "1" } } as const;
    const { ApiId: id } = await subject.client.send(new v2.CreateApiCommand(input));
    expect(await subject.client.send(new v2.GetApiCommand({ ApiId: id }))).toMatchObject(input);
    await subject.client.send(new v2.DeleteApiCommand({ ApiId: id }));
  },
);

test("refuses the same when an API, a model or tags are changed", async () => {
  const { client, store } = subject;
  const { modelId } = store.models(ApiId).create({ name: "Changed", schema: "{}" });
  const ResourceArn = `arn:aws:apigateway:eu-west-1::/apis/${ApiId}`;
  for (const change of [
    client.send(new v2.UpdateApiCommand({ ApiId, Name: "a".repeat(129) })),
    client.send(new v2.UpdateApiCommand({ ApiId, RouteSelectionExpression: "${request.header.x}" })),
    client.send(new v2.UpdateModelCommand({ ApiId, ModelId: modelId, Schema: '{"type":"foo"}' })),
    client.send(new v2.TagResourceCommand({ ResourceArn, Tags: { "aws:a": "1" } })),
  ]) {
    await expect(change).rejects.toMatchObject({ name: "BadRequestException" });
  }
  expect(store.models(ApiId).get(modelId).schema).toBe("{}");
  expect(store.apiStates().get(ApiId).current.api).toMatchObject({ name: "quotes", tags: {} });
});

test("accepts a schema of draft 4 with its $schema", async () => {
  const schema = JSON.stringify({
    $schema: "http://json-schema.org/draft-04/schema#",
    title: "Quote",
    type: "object",
    properties: { price: { type: "number", minimum: 0, exclusiveMinimum: true }, at: { $ref: "#/definitions/time" } },
    required: ["price"],
    definitions: { time: { type: "string", format: "date-time" } },
  });
  expect(subject.store.models(ApiId).create({ name: "Draft4", schema }).schema).toBe(schema);
});

test("refuses a deployment of an API without routes", async () => {
  const { client } = subject;
  const api = await client.send(
    new v2.CreateApiCommand({ Name: "empty", ProtocolType: "WEBSOCKET", RouteSelectionExpression: "\\$default" }),
  );
  await expect(client.send(new v2.CreateDeploymentCommand({ ApiId: api.ApiId }))).rejects.toMatchObject({
    name: "BadRequestException",
    message: "At least one route is required before deploying the Api",
  });
});

test("refuses a mapping from a parameter that the route has not declared, on either side of the connection", async () => {
  const { client, store } = subject;
  const source = "route.request.querystring.stocks";
  const { integrationId } = store
    .integrations(ApiId)
    .create({ ...INTEGRATION, requestParameters: { [MAPPING]: source } });
  const route = store
    .routes(ApiId)
    .list()
    .find(({ routeKey }) => routeKey === "$connect");
  const connect = (RequestParameters: Record<string, v2.ParameterConstraints>) =>
    client.send(
      new v2.UpdateRouteCommand({
        ApiId,
        RouteId: route?.routeId,
        RequestParameters,
        Target: `integrations/${integrationId}`,
      }),
    );
  const message =
    `Error while validating the connection between the integration ${integrationId} and the route ` +
    `${route?.routeId}: Invalid mapping expression parameter specified: ${source}`;
  await expect(connect({})).rejects.toMatchObject({ name: "BadRequestException", message });
  await connect({ [source]: { Required: false } });

  const other = { "integration.request.header.a": "route.request.header.a" };
  await expect(
    client.send(new v2.UpdateIntegrationCommand({ ApiId, IntegrationId: integrationId, RequestParameters: other })),
  ).rejects.toMatchObject({ message: expect.stringMatching(/specified: route\.request\.header\.a$/) });
  expect(store.integrations(ApiId).get(integrationId).requestParameters).toEqual({ [MAPPING]: source });
});

test("accepts a multi-value mapping whose parameter is declared by its single-value name", async () => {
  const { store } = subject;
  const requestParameters = { [MAPPING]: "route.request.multivaluequerystring.all" };
  const { integrationId } = store.integrations(ApiId).create({ ...INTEGRATION, requestParameters });
  const route = store.routes(ApiId).create({
    routeKey: "multi",
    requestParameters: { "route.request.querystring.all": { required: false } },
    target: `integrations/${integrationId}`,
  });
  expect(store.routes(ApiId).get(route.routeId).target).toBe(`integrations/${integrationId}`);
});

test("accepts the authorizer on $connect", async () => {
  const { client, store } = subject;
  const route = store
    .routes(ApiId)
    .list()
    .find(({ routeKey }) => routeKey === "$connect");
  const update = { ApiId, RouteId: route?.routeId, AuthorizationType: "CUSTOM" as const, AuthorizerId };
  expect(await client.send(new v2.UpdateRouteCommand(update))).toMatchObject({ AuthorizerId });
});
