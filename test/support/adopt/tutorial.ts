/** The tutorial's API, as its commands build it. */
import type { Store } from "../../../local/api/store";
import { FUNCTION_ARN, INVOKE, type SimulatedAws } from "./aws";

/** Builds the API, and lets API Gateway invoke its authorizer. Returns the API's id. */
export function tutorialApi(
  { store, functions }: Pick<SimulatedAws, "store" | "functions">,
  name = "quotes-prod",
): string {
  const apiId = apiOf(store, name);
  const authorizer = store.authorizers(apiId).create({
    name: "lambda-authorizer",
    authorizerType: "REQUEST",
    authorizerUri: INVOKE(FUNCTION_ARN),
    identitySource: ["route.request.querystring.token"],
  });
  functions.set(FUNCTION_ARN, {
    "7b0a1f": `arn:aws:execute-api:us-east-1:123456789012:${apiId}/authorizers/${authorizer.authorizerId}`,
  });
  const connect = httpIntegration(store, apiId, "/connect", {
    stocks: "route.request.querystring.stocks",
    connectionId: "context.connectionId",
    userId: "context.authorizer.userId",
    orgId: "context.authorizer.orgId",
  });
  store.integrationResponses(apiId, connect).create({
    integrationResponseKey: "$default",
    templateSelectionExpression: "\\$default",
  });
  store.routes(apiId).create({
    routeKey: "$connect",
    authorizationType: "CUSTOM",
    authorizerId: authorizer.authorizerId,
    requestParameters: { "route.request.querystring.stocks": { required: true } },
    target: `integrations/${connect}`,
  });
  const disconnect = httpIntegration(store, apiId, "/disconnect", { connectionId: "context.connectionId" });
  store.routes(apiId).create({ routeKey: "$disconnect", target: `integrations/${disconnect}` });
  store.stages(apiId).create({ stageName: "prod" });
  store.deploy(apiId, { stageName: "prod" });
  return apiId;
}

function apiOf(store: Store, name: string): string {
  const routeSelectionExpression = "request.body.action";
  return store.apiStates().create({ name, protocolType: "WEBSOCKET", routeSelectionExpression }).current.api.apiId;
}

function httpIntegration(store: Store, apiId: string, path: string, query: Readonly<Record<string, string>>): string {
  return store.integrations(apiId).create({
    integrationType: "HTTP",
    integrationMethod: "POST",
    integrationUri: `https://api.example.com${path}`,
    templateSelectionExpression: "\\$default",
    requestParameters: Object.fromEntries(
      Object.entries(query).map(([name, source]) => [`integration.request.querystring.${name}`, source]),
    ),
  }).integrationId;
}
