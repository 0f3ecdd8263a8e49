/**
 * Follows the tutorial step by step: `create-…` and `update-…` calls for its clicks in the console, then its AWS CLI
 * commands unchanged, with the identifiers of this API.
 */
import type { ApiGatewayCli } from "../../../harness/control-plane";

/** Value for the tutorial's *\<enter api-endpoint here>*. */
export const BACKEND = "https://api.example.com";
const FUNCTION_ARN = "arn:aws:lambda:us-east-1:123456789012:function:lambda-authorizer";
export const AUTHORIZER_URI = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${FUNCTION_ARN}/invocations`;

export interface TutorialApi {
  readonly apiId: string;
  readonly authorizerId: string;
  readonly connectIntegrationId: string;
  readonly disconnectIntegrationId: string;
  readonly connectRouteId: string;
}

type Created = Omit<TutorialApi, "authorizerId">;

export async function followTutorial(aws: ApiGatewayCli, backend = BACKEND): Promise<TutorialApi> {
  const api = await createInConsole(aws, backend);
  await editRoutesInConsole(aws, api);
  const authorizerId = await authorizeInConsole(aws, api);
  await tutorialCommands(aws, api);
  await aws("create-deployment", "--api-id", api.apiId, "--stage-name", "prod");
  return { ...api, authorizerId };
}

/** "Steps to follow for WebSocket API creation": the console creates proxy integrations by default. */
async function createInConsole(aws: ApiGatewayCli, backend: string): Promise<Created> {
  const created = await aws(
    ...["create-api", "--name", "quotes-prod", "--protocol-type", "WEBSOCKET"],
    ...["--route-selection-expression", "request.body.action"],
  );
  const apiId = text(created, "ApiId");
  const route = async (key: string, path: string) => {
    const integration = await aws(
      ...["create-integration", "--api-id", apiId, "--integration-type", "HTTP_PROXY"],
      ...["--integration-method", "POST", "--integration-uri", `${backend}${path}`],
    );
    const target = `integrations/${text(integration, "IntegrationId")}`;
    await aws("create-route", "--api-id", apiId, "--route-key", key, "--target", target);
  };
  await route("$connect", "/connect");
  await route("$disconnect", "/disconnect");
  await aws("create-stage", "--api-id", apiId, "--stage-name", "prod");
  await aws("create-deployment", "--api-id", apiId, "--stage-name", "prod");
  const connect = await gather(aws, apiId, "$connect");
  const disconnect = await gather(aws, apiId, "$disconnect");
  return {
    apiId,
    connectRouteId: connect.routeId,
    connectIntegrationId: connect.integrationId,
    disconnectIntegrationId: disconnect.integrationId,
  };
}

/** "First gather some information": the integration's id is the part after the slash in `Target`. */
async function gather(aws: ApiGatewayCli, apiId: string, routeKey: string) {
  const { Items } = await aws("get-routes", "--api-id", apiId);
  const route = Array.isArray(Items) ? Items.find(({ RouteKey }) => RouteKey === routeKey) : undefined;
  return { routeId: text(route, "RouteId"), integrationId: text(route, "Target").replace("integrations/", "") };
}

/** "Edit $disconnect route", "Edit $connect route". */
async function editRoutesInConsole(aws: ApiGatewayCli, api: Created): Promise<void> {
  for (const integration of [api.disconnectIntegrationId, api.connectIntegrationId]) {
    await aws(
      ...["update-integration", "--api-id", api.apiId, "--integration-id", integration],
      ...["--integration-type", "HTTP", "--template-selection-expression", "\\$default"],
    );
  }
  await aws(
    ...["create-integration-response", "--api-id", api.apiId, "--integration-id", api.connectIntegrationId],
    ...["--integration-response-key", "$default", "--template-selection-expression", "\\$default"],
  );
}

/** "Authorizers". */
async function authorizeInConsole(aws: ApiGatewayCli, { apiId, connectRouteId }: Created): Promise<string> {
  const authorizer = await aws(
    ...["create-authorizer", "--api-id", apiId, "--name", "lambda-authorizer", "--authorizer-type", "REQUEST"],
    ...["--authorizer-uri", AUTHORIZER_URI, "--identity-source", "route.request.querystring.token"],
  );
  const authorizerId = text(authorizer, "AuthorizerId");
  await aws(
    ...["update-route", "--api-id", apiId, "--route-id", connectRouteId],
    ...["--authorization-type", "CUSTOM", "--authorizer-id", authorizerId],
  );
  return authorizerId;
}

/** The commands that the tutorial prints. */
async function tutorialCommands(aws: ApiGatewayCli, api: Created): Promise<void> {
  await aws(
    ...["update-route", "--api-id", api.apiId, "--route-id", api.connectRouteId, "--request-parameters"],
    '\n{\n    "route.request.querystring.stocks":{"Required":true}\n}',
  );
  const map = (integration: string, parameter: string) =>
    aws(
      ...["update-integration", "--integration-id", integration, "--api-id", api.apiId],
      ...["--request-parameters", parameter],
    );
  for (const parameter of [
    "integration.request.querystring.stocks=route.request.querystring.stocks",
    "integration.request.querystring.connectionId=context.connectionId",
    "integration.request.querystring.userId=context.authorizer.userId",
    "integration.request.querystring.orgId=context.authorizer.orgId",
  ]) {
    await map(api.connectIntegrationId, parameter);
  }
  await map(api.disconnectIntegrationId, "integration.request.querystring.connectionId=context.connectionId");
}

/** Returns a property of the CLI's output that the next command needs. */
function text(answer: unknown, member: string): string {
  const value: unknown = typeof answer === "object" && answer !== null ? Reflect.get(answer, member) : undefined;
  if (typeof value !== "string") throw new Error(`there is no ${member} in ${JSON.stringify(answer)}`);
  return value;
}
