// The control plane as the AWS SDK sees it: every operation on every resource of a WebSocket API.
import * as v2 from "@aws-sdk/client-apigatewayv2";
import { type Subject, startControlPlane } from "../../../support/local/control-plane";

let subject: Subject;
let client: v2.ApiGatewayV2Client;
beforeEach(async () => {
  subject = await startControlPlane();
  client = subject.client;
});
afterEach(() => subject.close());

const AUTHORIZER_URI =
  "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:a/invocations";

async function createApi(name = "quotes"): Promise<string> {
  const { ApiId } = await client.send(
    new v2.CreateApiCommand({
      Name: name,
      ProtocolType: "WEBSOCKET",
      RouteSelectionExpression: "$request.body.action",
    }),
  );
  return ApiId ?? "";
}

async function createIntegration(ApiId: string, more: Partial<v2.CreateIntegrationCommandInput> = {}): Promise<string> {
  const { IntegrationId } = await client.send(
    new v2.CreateIntegrationCommand({
      ApiId,
      IntegrationType: "HTTP",
      IntegrationMethod: "POST",
      IntegrationUri: "https://backend.example.com/connect",
      ...more,
    }),
  );
  return IntegrationId ?? "";
}

async function createRoute(ApiId: string, RouteKey: string, more: Partial<v2.CreateRouteCommandInput> = {}) {
  const { RouteId } = await client.send(new v2.CreateRouteCommand({ ApiId, RouteKey, ...more }));
  return RouteId ?? "";
}

test("creates, reads, lists, updates and deletes an API", async () => {
  const ApiId = await createApi();
  expect(ApiId).toMatch(/^[a-z0-9]{10}$/);
  const api = await client.send(new v2.GetApiCommand({ ApiId }));
  expect(api).toMatchObject({
    ApiEndpoint: `ws://localhost:3000/_aws/execute-api/${ApiId}`,
    ApiKeySelectionExpression: "$request.header.x-api-key",
    CreatedDate: expect.any(Date),
    DisableExecuteApiEndpoint: false,
    ProtocolType: "WEBSOCKET",
    RouteSelectionExpression: "$request.body.action",
    Tags: {},
  });
  await client.send(new v2.UpdateApiCommand({ ApiId, Description: "live quotes" }));
  const { Items } = await client.send(new v2.GetApisCommand({}));
  expect(Items).toEqual([expect.objectContaining({ ApiId, Description: "live quotes", Name: "quotes" })]);
  await client.send(new v2.DeleteApiCommand({ ApiId }));
  await expect(client.send(new v2.GetApiCommand({ ApiId }))).rejects.toMatchObject({
    name: "NotFoundException",
    message: `Invalid API identifier specified ${ApiId}`,
    $metadata: { httpStatusCode: 404 },
  });
});

test("stores an authorizer, and refuses to delete it while a route refers to it", async () => {
  const ApiId = await createApi();
  const { AuthorizerId } = await client.send(
    new v2.CreateAuthorizerCommand({
      ApiId,
      AuthorizerType: "REQUEST",
      AuthorizerUri: AUTHORIZER_URI,
      IdentitySource: ["route.request.querystring.token"],
      Name: "lambda-authorizer",
    }),
  );
  const RouteId = await createRoute(ApiId, "$connect", { AuthorizationType: "CUSTOM", AuthorizerId });
  await expect(client.send(new v2.DeleteAuthorizerCommand({ ApiId, AuthorizerId }))).rejects.toMatchObject({
    name: "ConflictException",
    message: "Cannot delete authorizer 'lambda-authorizer', is referenced in route: $connect",
  });
  await client.send(new v2.UpdateRouteCommand({ ApiId, RouteId, AuthorizationType: "NONE" }));
  expect(await client.send(new v2.GetRouteCommand({ ApiId, RouteId }))).not.toHaveProperty("AuthorizerId");
  await client.send(new v2.DeleteAuthorizerCommand({ ApiId, AuthorizerId }));
  expect((await client.send(new v2.GetAuthorizersCommand({ ApiId }))).Items).toEqual([]);
});

test("fills in the members that an integration omits, as AWS does for WebSocket APIs", async () => {
  const ApiId = await createApi();
  const IntegrationId = await createIntegration(ApiId);
  const integration = await client.send(new v2.GetIntegrationCommand({ ApiId, IntegrationId }));
  expect(integration).toMatchObject({
    ConnectionType: "INTERNET",
    IntegrationResponseSelectionExpression: "${integration.response.statuscode}",
    PassthroughBehavior: "WHEN_NO_MATCH",
    PayloadFormatVersion: "1.0",
    TimeoutInMillis: 29000,
  });
});

test("merges request parameters, and removes one with an empty value", async () => {
  const ApiId = await createApi();
  const IntegrationId = await createIntegration(ApiId);
  const update = (RequestParameters: Record<string, string>) =>
    client.send(new v2.UpdateIntegrationCommand({ ApiId, IntegrationId, RequestParameters }));
  await update({ "integration.request.querystring.connectionId": "context.connectionId" });
  await update({ "integration.request.querystring.userId": "context.authorizer.userId" });
  const { RequestParameters } = await update({ "integration.request.querystring.connectionId": "" });
  expect(RequestParameters).toEqual({ "integration.request.querystring.userId": "context.authorizer.userId" });
});

test("keeps integration responses below their integration", async () => {
  const ApiId = await createApi();
  const IntegrationId = await createIntegration(ApiId);
  const { IntegrationResponseId } = await client.send(
    new v2.CreateIntegrationResponseCommand({
      ApiId,
      IntegrationId,
      IntegrationResponseKey: "$default",
      TemplateSelectionExpression: "\\$default",
    }),
  );
  const key = { ApiId, IntegrationId, IntegrationResponseId };
  await client.send(new v2.UpdateIntegrationResponseCommand({ ...key, IntegrationResponseKey: "/2\\d\\d/" }));
  const { Items } = await client.send(new v2.GetIntegrationResponsesCommand({ ApiId, IntegrationId }));
  expect(Items).toEqual([
    { IntegrationResponseId, IntegrationResponseKey: "/2\\d\\d/", TemplateSelectionExpression: "\\$default" },
  ]);
  expect(await client.send(new v2.GetIntegrationCommand({ ApiId, IntegrationId }))).not.toHaveProperty(
    "integrationResponses",
  );
  await client.send(new v2.DeleteIntegrationResponseCommand(key));
  await expect(client.send(new v2.GetIntegrationResponseCommand(key))).rejects.toMatchObject({
    name: "NotFoundException",
  });
});

test("refuses to delete an integration while a route refers to it", async () => {
  const ApiId = await createApi();
  const IntegrationId = await createIntegration(ApiId);
  const RouteId = await createRoute(ApiId, "$connect", { Target: `integrations/${IntegrationId}` });
  await expect(client.send(new v2.DeleteIntegrationCommand({ ApiId, IntegrationId }))).rejects.toMatchObject({
    name: "ConflictException",
    message: `Cannot delete Integration because it is referenced by the following Routes with Ids: [${RouteId}]`,
  });
  await client.send(new v2.DeleteRouteCommand({ ApiId, RouteId }));
  await client.send(new v2.DeleteIntegrationCommand({ ApiId, IntegrationId }));
});

test("keeps route responses below their route", async () => {
  const ApiId = await createApi();
  const RouteId = await createRoute(ApiId, "quote", { RouteResponseSelectionExpression: "$default" });
  const { RouteResponseId } = await client.send(
    new v2.CreateRouteResponseCommand({ ApiId, RouteId, RouteResponseKey: "$default" }),
  );
  const { Items } = await client.send(new v2.GetRouteResponsesCommand({ ApiId, RouteId }));
  expect(Items).toEqual([{ RouteResponseId, RouteResponseKey: "$default" }]);
  await client.send(new v2.DeleteRouteResponseCommand({ ApiId, RouteId, RouteResponseId }));
  expect((await client.send(new v2.GetRouteResponsesCommand({ ApiId, RouteId }))).Items).toEqual([]);
});

test("removes a declared route parameter only if no mapping reads it", async () => {
  const ApiId = await createApi();
  const RequestParameters = { "integration.request.querystring.stocks": "route.request.querystring.stocks" };
  const IntegrationId = await createIntegration(ApiId, { RequestParameters });
  const parameter = "route.request.querystring.stocks";
  const RouteId = await createRoute(ApiId, "$connect", {
    RequestParameters: { [parameter]: { Required: true } },
    Target: `integrations/${IntegrationId}`,
  });
  const remove = new v2.DeleteRouteRequestParameterCommand({ ApiId, RouteId, RequestParameterKey: parameter });
  await expect(client.send(remove)).rejects.toMatchObject({ name: "BadRequestException" });
  await client.send(
    new v2.UpdateIntegrationCommand({
      ApiId,
      IntegrationId,
      RequestParameters: { "integration.request.querystring.stocks": "" },
    }),
  );
  await client.send(remove);
  expect((await client.send(new v2.GetRouteCommand({ ApiId, RouteId }))).RequestParameters).toEqual({});
});

test("stores models, and returns a schema as its template", async () => {
  const ApiId = await createApi();
  const { ModelId } = await client.send(
    new v2.CreateModelCommand({ ApiId, Name: "Quote", ContentType: "application/json", Schema: '{"type":"object"}' }),
  );
  expect(await client.send(new v2.GetModelTemplateCommand({ ApiId, ModelId }))).toMatchObject({
    Value: '{"type":"object"}',
  });
  await client.send(new v2.UpdateModelCommand({ ApiId, ModelId, Description: "one quote" }));
  expect(await client.send(new v2.GetModelCommand({ ApiId, ModelId }))).toMatchObject({ Description: "one quote" });
  await client.send(new v2.DeleteModelCommand({ ApiId, ModelId }));
});

test("shows a change to a stage's clients only after it is deployed", async () => {
  const ApiId = await createApi();
  await createRoute(ApiId, "$connect");
  const { DeploymentId } = await client.send(new v2.CreateDeploymentCommand({ ApiId, Description: "first" }));
  await client.send(new v2.CreateStageCommand({ ApiId, StageName: "prod", DeploymentId }));
  const routeKeys = () =>
    [...(subject.store.deployedStage(ApiId, "prod")?.definition.routes.values() ?? [])].map((route) => route.routeKey);

  await createRoute(ApiId, "quote");
  expect(routeKeys()).toEqual(["$connect"]);
  await client.send(new v2.CreateDeploymentCommand({ ApiId, StageName: "prod" }));
  expect(routeKeys()).toEqual(["$connect", "quote"]);
});

test("refuses to delete a deployment that a stage points to", async () => {
  const ApiId = await createApi();
  await createRoute(ApiId, "$connect");
  const { DeploymentId } = await client.send(new v2.CreateDeploymentCommand({ ApiId }));
  await client.send(new v2.CreateStageCommand({ ApiId, StageName: "prod", DeploymentId }));
  await expect(client.send(new v2.DeleteDeploymentCommand({ ApiId, DeploymentId }))).rejects.toMatchObject({
    name: "BadRequestException",
    message: "Active stages pointing to this deployment must be moved or deleted",
  });
  await client.send(new v2.DeleteStageCommand({ ApiId, StageName: "prod" }));
  await client.send(new v2.DeleteDeploymentCommand({ ApiId, DeploymentId }));
});

test("deploys every edit to a stage that deploys automatically, and fails an explicit deployment to it", async () => {
  const ApiId = await createApi();
  await client.send(new v2.CreateStageCommand({ ApiId, StageName: "dev", AutoDeploy: true }));
  expect(subject.store.deployedStage(ApiId, "dev")).toBeUndefined();
  await createRoute(ApiId, "$connect");
  await createRoute(ApiId, "quote");
  expect(subject.store.deployedStage(ApiId, "dev")?.definition.routes.size).toBe(2);
  const { Items } = await client.send(new v2.GetDeploymentsCommand({ ApiId }));
  expect(Items).toEqual([expect.objectContaining({ AutoDeployed: true, DeploymentStatus: "DEPLOYED" })]);
  const explicit = await client.send(new v2.CreateDeploymentCommand({ ApiId, StageName: "dev" }));
  expect(explicit).toMatchObject({ DeploymentStatus: "FAILED" });
  await expect(
    client.send(new v2.UpdateStageCommand({ ApiId, StageName: "dev", DeploymentId: explicit.DeploymentId })),
  ).rejects.toMatchObject({ name: "BadRequestException" });
});

test("changes a stage's settings entry by entry, at once and without a deployment", async () => {
  const ApiId = await createApi();
  await createRoute(ApiId, "$connect");
  const { DeploymentId } = await client.send(new v2.CreateDeploymentCommand({ ApiId }));
  const StageName = "prod";
  await client.send(
    new v2.CreateStageCommand({
      ApiId,
      StageName,
      DeploymentId,
      DefaultRouteSettings: { ThrottlingBurstLimit: 5, ThrottlingRateLimit: 10.5 },
      StageVariables: { backend: "https://a.example.com", old: "1" },
      AccessLogSettings: {
        DestinationArn: "arn:aws:logs:eu-west-1:123456789012:log-group:access",
        Format: "$context.requestId",
      },
    }),
  );
  await client.send(
    new v2.UpdateStageCommand({
      ApiId,
      StageName,
      DefaultRouteSettings: { LoggingLevel: "INFO" },
      RouteSettings: { $connect: { ThrottlingBurstLimit: 1, ThrottlingRateLimit: 1 } },
      StageVariables: { backend: "https://b.example.com", old: "" },
    }),
  );
  await client.send(new v2.DeleteAccessLogSettingsCommand({ ApiId, StageName }));
  const stage = await client.send(new v2.GetStageCommand({ ApiId, StageName }));
  expect(stage).toMatchObject({
    DefaultRouteSettings: { LoggingLevel: "INFO", ThrottlingBurstLimit: 5, ThrottlingRateLimit: 10.5 },
    DeploymentId,
    RouteSettings: { $connect: { ThrottlingBurstLimit: 1, ThrottlingRateLimit: 1 } },
    StageVariables: { backend: "https://b.example.com" },
  });
  expect(stage).not.toHaveProperty("AccessLogSettings");
  await client.send(new v2.DeleteRouteSettingsCommand({ ApiId, StageName, RouteKey: "$connect" }));
  expect(subject.store.deployedStage(ApiId, StageName)?.stage.routeSettings).toEqual({});
  await client.send(new v2.ResetAuthorizersCacheCommand({ ApiId, StageName }));
});

test("tags and untags APIs and stages by ARN", async () => {
  const ApiId = await createApi();
  await client.send(new v2.CreateStageCommand({ ApiId, StageName: "prod", Tags: { team: "quotes" } }));
  for (const path of [`/apis/${ApiId}`, `/apis/${ApiId}/stages/prod`]) {
    const ResourceArn = `arn:aws:apigateway:eu-west-1::${path}`;
    await client.send(new v2.TagResourceCommand({ ResourceArn, Tags: { a: "1", b: "2" } }));
    await client.send(new v2.UntagResourceCommand({ ResourceArn, TagKeys: ["a", "team"] }));
    expect((await client.send(new v2.GetTagsCommand({ ResourceArn }))).Tags).toEqual({ b: "2" });
  }
  expect((await client.send(new v2.GetApiCommand({ ApiId }))).Tags).toEqual({ b: "2" });
});

test("keeps VPC links, domain names and API mappings", async () => {
  const ApiId = await createApi();
  await client.send(new v2.CreateStageCommand({ ApiId, StageName: "prod" }));
  const { VpcLinkId } = await client.send(new v2.CreateVpcLinkCommand({ Name: "private", SubnetIds: ["subnet-1"] }));
  expect(await client.send(new v2.GetVpcLinkCommand({ VpcLinkId }))).toMatchObject({ VpcLinkStatus: "AVAILABLE" });
  await client.send(new v2.DeleteVpcLinkCommand({ VpcLinkId }));

  const DomainName = "ws.example.com";
  const made = await client.send(
    new v2.CreateDomainNameCommand({
      DomainName,
      DomainNameConfigurations: [{ CertificateArn: "arn:aws:acm:eu-west-1:1:certificate/1", EndpointType: "REGIONAL" }],
    }),
  );
  expect(made.DomainNameConfigurations).toEqual([expect.objectContaining({ DomainNameStatus: "AVAILABLE" })]);
  const { ApiMappingId } = await client.send(
    new v2.CreateApiMappingCommand({ DomainName, ApiId, Stage: "prod", ApiMappingKey: "quotes" }),
  );
  await expect(
    client.send(new v2.CreateApiMappingCommand({ DomainName, ApiId, Stage: "prod", ApiMappingKey: "quotes" })),
  ).rejects.toMatchObject({ name: "ConflictException" });
  await client.send(new v2.UpdateApiMappingCommand({ DomainName, ApiMappingId, ApiId, ApiMappingKey: "" }));
  const { Items } = await client.send(new v2.GetApiMappingsCommand({ DomainName }));
  expect(Items).toEqual([{ ApiId, ApiMappingId, ApiMappingKey: "", Stage: "prod" }]);
});

test("rejects a second domain name of the same name, and keeps the first with its mappings", async () => {
  const ApiId = await createApi();
  await client.send(new v2.CreateStageCommand({ ApiId, StageName: "prod" }));
  const DomainName = "ws.example.com";
  const configuration = { CertificateArn: "arn:aws:acm:eu-west-1:1:certificate/1" };
  await client.send(new v2.CreateDomainNameCommand({ DomainName, DomainNameConfigurations: [configuration] }));
  await client.send(new v2.CreateApiMappingCommand({ DomainName, ApiId, Stage: "prod" }));
  await expect(client.send(new v2.CreateDomainNameCommand({ DomainName }))).rejects.toMatchObject({
    name: "ConflictException",
    message: "The domain name you provided already exists.",
    $metadata: { httpStatusCode: 409 },
  });
  const kept = await client.send(new v2.GetDomainNameCommand({ DomainName }));
  expect(kept.DomainNameConfigurations).toEqual([expect.objectContaining(configuration)]);
  expect((await client.send(new v2.GetApiMappingsCommand({ DomainName }))).Items).toHaveLength(1);
  await client.send(new v2.DeleteDomainNameCommand({ DomainName }));
  await client.send(new v2.CreateDomainNameCommand({ DomainName }));
});

test("refuses to delete an API while a domain name maps to it", async () => {
  const ApiId = await createApi();
  await client.send(new v2.CreateStageCommand({ ApiId, StageName: "prod" }));
  const DomainName = "ws.example.com";
  await client.send(new v2.CreateDomainNameCommand({ DomainName }));
  const { ApiMappingId } = await client.send(new v2.CreateApiMappingCommand({ DomainName, ApiId, Stage: "prod" }));
  await expect(client.send(new v2.DeleteApiCommand({ ApiId }))).rejects.toMatchObject({
    name: "BadRequestException",
    message: `Deleting API ${ApiId} failed. Please remove all API mappings for the API from your custom domain names.`,
  });
  await client.send(new v2.GetApiCommand({ ApiId }));
  await client.send(new v2.DeleteApiMappingCommand({ DomainName, ApiMappingId }));
  await client.send(new v2.DeleteApiCommand({ ApiId }));
});

test("removes the access log of a stage by an update with empty settings, as Terraform's provider sends it", async () => {
  const ApiId = await createApi();
  const DestinationArn = "arn:aws:logs:us-east-1:123456789012:log-group:quotes";
  const AccessLogSettings = { DestinationArn, Format: "$context.requestId" };
  await client.send(new v2.CreateStageCommand({ ApiId, StageName: "prod", AccessLogSettings }));
  await client.send(new v2.UpdateStageCommand({ ApiId, StageName: "prod", AccessLogSettings: {} }));
  expect(await client.send(new v2.GetStageCommand({ ApiId, StageName: "prod" }))).not.toHaveProperty(
    "AccessLogSettings",
  );
});

test("refuses to delete a stage while a domain name maps to it, and a mapping to a stage that does not exist", async () => {
  const ApiId = await createApi();
  for (const StageName of ["prod", "beside"]) await client.send(new v2.CreateStageCommand({ ApiId, StageName }));
  const DomainName = "ws.example.com";
  await client.send(new v2.CreateDomainNameCommand({ DomainName }));
  const { ApiMappingId } = await client.send(new v2.CreateApiMappingCommand({ DomainName, ApiId, Stage: "prod" }));
  await client.send(new v2.DeleteStageCommand({ ApiId, StageName: "beside" }));
  await expect(client.send(new v2.DeleteStageCommand({ ApiId, StageName: "prod" }))).rejects.toMatchObject({
    name: "BadRequestException",
    message:
      "Deleting stage prod failed. Please remove all base path mappings related to the stage in your domains: ws.example.com",
  });
  const invalid = { name: "BadRequestException", message: "Invalid stage identifier specified" };
  await expect(
    client.send(new v2.CreateApiMappingCommand({ DomainName, ApiId, Stage: "nope", ApiMappingKey: "other" })),
  ).rejects.toMatchObject(invalid);
  await client.send(new v2.DeleteApiMappingCommand({ DomainName, ApiMappingId }));
  await client.send(new v2.DeleteStageCommand({ ApiId, StageName: "prod" }));
});

test("removes an API that is no longer synthesized, with mappings to it", async () => {
  const synthesized = await startControlPlane();
  const { current } = synthesized.store
    .apiStates()
    .create({ name: "old", protocolType: "WEBSOCKET", routeSelectionExpression: "$request.body.action" });
  const { apiId: ApiId } = current.api;
  synthesized.store.stages(ApiId).create({ stageName: "prod" });
  subject.store.load(synthesized.store);
  await synthesized.close();
  const DomainName = "ws.example.com";
  await client.send(new v2.CreateDomainNameCommand({ DomainName }));
  await client.send(new v2.CreateApiMappingCommand({ DomainName, ApiId, Stage: "prod" }));

  const next = await startControlPlane();
  subject.store.load(next.store);
  await next.close();
  expect((await client.send(new v2.GetApisCommand({}))).Items).toEqual([]);
  expect((await client.send(new v2.GetApiMappingsCommand({ DomainName }))).Items).toEqual([]);
});

test("loads the next stack although the API of the previous one was deleted", async () => {
  const synthesized = await startControlPlane();
  const { current } = synthesized.store
    .apiStates()
    .create({ name: "old", protocolType: "WEBSOCKET", routeSelectionExpression: "$request.body.action" });
  subject.store.load(synthesized.store);
  await synthesized.close();
  await client.send(new v2.DeleteApiCommand({ ApiId: current.api.apiId }));
  const next = await startControlPlane();
  expect(() => subject.store.load(next.store)).not.toThrow();
  await next.close();
});

test("responds with 404 to the deletion of what does not exist, for every kind", async () => {
  const ApiId = await createApi();
  const IntegrationId = await createIntegration(ApiId);
  const RouteId = await createRoute(ApiId, "quote");
  const DomainName = "ws.example.com";
  await client.send(new v2.CreateDomainNameCommand({ DomainName }));
  const deletions = {
    API: client.send(new v2.DeleteApiCommand({ ApiId: "nope" })),
    Authorizer: client.send(new v2.DeleteAuthorizerCommand({ ApiId, AuthorizerId: "nope" })),
    Deployment: client.send(new v2.DeleteDeploymentCommand({ ApiId, DeploymentId: "nope" })),
    Integration: client.send(new v2.DeleteIntegrationCommand({ ApiId, IntegrationId: "nope" })),
    IntegrationResponse: client.send(
      new v2.DeleteIntegrationResponseCommand({ ApiId, IntegrationId, IntegrationResponseId: "nope" }),
    ),
    Model: client.send(new v2.DeleteModelCommand({ ApiId, ModelId: "nope" })),
    Route: client.send(new v2.DeleteRouteCommand({ ApiId, RouteId: "nope" })),
    RouteResponse: client.send(new v2.DeleteRouteResponseCommand({ ApiId, RouteId, RouteResponseId: "nope" })),
    Stage: client.send(new v2.DeleteStageCommand({ ApiId, StageName: "nope" })),
    DomainName: client.send(new v2.DeleteDomainNameCommand({ DomainName: "nope" })),
    ApiMapping: client.send(new v2.DeleteApiMappingCommand({ DomainName, ApiMappingId: "nope" })),
    VpcLink: client.send(new v2.DeleteVpcLinkCommand({ VpcLinkId: "nope" })),
  };
  const answers = await Promise.allSettled(Object.values(deletions));
  expect(answers).toEqual(
    Object.keys(deletions).map((word) => ({
      status: "rejected",
      reason: expect.objectContaining({
        name: "NotFoundException",
        message: `Invalid ${word} identifier specified nope`,
        $metadata: expect.objectContaining({ httpStatusCode: 404 }),
      }),
    })),
  );
});

test("lists page by page", async () => {
  const ApiId = await createApi();
  for (const key of ["a", "b", "c", "d", "e"]) await createRoute(ApiId, key);
  const keys: string[][] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new v2.GetRoutesCommand({ ApiId, MaxResults: "2", NextToken }));
    keys.push((page.Items ?? []).map((route) => route.RouteKey ?? ""));
    NextToken = page.NextToken;
  } while (NextToken);
  expect(keys).toEqual([["a", "b"], ["c", "d"], ["e"]]);
  await expect(client.send(new v2.GetRoutesCommand({ ApiId, NextToken: "nonsense" }))).rejects.toMatchObject({
    name: "BadRequestException",
    message: "Invalid nextToken",
  });
});
