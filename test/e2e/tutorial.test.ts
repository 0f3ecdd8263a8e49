// The tutorial's own AWS CLI commands, run one after the other, build its API on the local control plane.
import {
  type ApiGatewayCli,
  apiGatewayCli,
  type ControlPlaneServer,
  startControlPlaneServer,
} from "../../harness/control-plane";
import { describeWith } from "../support/describe-with";
import { AUTHORIZER_URI, followTutorial, type TutorialApi } from "../support/e2e/tutorial-commands";

describeWith(["aws"], "the tutorial", () => {
  let server: ControlPlaneServer;
  let aws: ApiGatewayCli;
  let api: TutorialApi;
  beforeAll(async () => {
    server = await startControlPlaneServer();
    aws = apiGatewayCli(server.url);
    api = await followTutorial(aws);
  }, 240_000);
  afterAll(() => server.stop());

  test("ends with an integration that holds all four parameters, which were set one by one", async () => {
    // As the tutorial says: "You can confirm the updates by fetching the integration details".
    const integration = await aws(
      "get-integration",
      "--integration-id",
      api.connectIntegrationId,
      "--api-id",
      api.apiId,
    );
    expect(integration).toEqual({
      ConnectionType: "INTERNET",
      IntegrationId: api.connectIntegrationId,
      IntegrationMethod: "POST",
      IntegrationResponseSelectionExpression: "${integration.response.statuscode}",
      IntegrationType: "HTTP",
      IntegrationUri: "https://api.example.com/connect",
      PassthroughBehavior: "WHEN_NO_MATCH",
      PayloadFormatVersion: "1.0",
      RequestParameters: {
        "integration.request.querystring.connectionId": "context.connectionId",
        "integration.request.querystring.orgId": "context.authorizer.orgId",
        "integration.request.querystring.stocks": "route.request.querystring.stocks",
        "integration.request.querystring.userId": "context.authorizer.userId",
      },
      TemplateSelectionExpression: "\\$default",
      TimeoutInMillis: 29000,
    });
  }, 240_000);

  test("serves on prod what it has built", () => {
    const serving = server.store.deployedStage(api.apiId, "prod");
    const routes = [...(serving?.definition.routes.values() ?? [])];
    expect(routes.map(({ routeKey, authorizationType }) => [routeKey, authorizationType])).toEqual([
      ["$connect", "CUSTOM"],
      ["$disconnect", "NONE"],
    ]);
    expect(routes[0]?.requestParameters).toEqual({ "route.request.querystring.stocks": { required: true } });
    const [authorizer] = serving?.definition.authorizers.values() ?? [];
    expect(authorizer).toMatchObject({
      authorizerUri: AUTHORIZER_URI,
      identitySource: ["route.request.querystring.token"],
    });
    const disconnect = serving?.definition.integrations.get(api.disconnectIntegrationId);
    expect(disconnect?.requestParameters).toEqual({
      "integration.request.querystring.connectionId": "context.connectionId",
    });
    expect(disconnect?.integrationResponses.size).toBe(0);
  });

  test("needs the final deployment: until then prod serves what the console deployed at the start", () => {
    const [first, last] = server.store.deployments(api.apiId).list();
    const mappings = (definition = first?.definition) =>
      definition?.integrations.get(api.connectIntegrationId)?.requestParameters;
    expect(mappings()).toBeUndefined();
    expect(mappings(last?.definition)).toBeDefined();
    expect(server.store.deployedStage(api.apiId, "prod")?.deployment).toBe(last);
  });

  test("shows AWS's own words where the CLI is used wrongly", async () => {
    const wrong = aws(
      ...["update-integration", "--integration-id", api.connectIntegrationId, "--api-id", api.apiId],
      ...["--template-selection-expression", "$default"],
    );
    await expect(wrong).rejects.toThrow(
      "An error occurred (BadRequestException) when calling the UpdateIntegration operation: " +
        "Unexpected variable in selection expression: $default",
    );
  }, 240_000);
});
