/** Checks one expression with the local control plane. */
import { ApiError } from "../../../local/api/error";
import { Store } from "../../../local/api/store";
import type { Kind } from "./kinds";

const account = { accountId: "123456789012", region: "eu-west-1", partition: "aws" } as const;
const HTTP = { integrationType: "HTTP", integrationMethod: "POST", integrationUri: "https://backend.example.com/x" };
const URI = `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:f/invocations`;
const TARGET = "integration.request.querystring.v";
const RESPONSE_TARGET = "method.response.header.X-Out";

/** Returns whether the control plane accepts a resource with the text. */
export function byControlPlane(kind: Kind, text: string): boolean {
  const store = new Store({ account, endpoint: () => "ws://localhost:3000" });
  const api = (change: object = {}) =>
    store.apiStates().create({
      name: "a",
      protocolType: "WEBSOCKET",
      routeSelectionExpression: "$request.body.action",
      ...change,
    }).current.api.apiId;
  const integration = (change: object) => store.integrations(api()).create({ ...HTTP, ...change });
  const response = (change: object) => {
    const apiId = api();
    const { integrationId } = store.integrations(apiId).create(HTTP);
    return store.integrationResponses(apiId, integrationId).create({ integrationResponseKey: "$default", ...change });
  };
  const route = (change: object) => store.routes(api()).create({ routeKey: "$connect", ...change });
  const make: Readonly<Record<Kind, () => unknown>> = {
    "mapping source": () => integration({ requestParameters: { [TARGET]: text } }),
    "mapping target": () => integration({ requestParameters: { [text]: "context.stage" } }),
    "request parameter": () => route({ requestParameters: { [text]: { required: true } } }),
    "identity source": () =>
      store
        .authorizers(api())
        .create({ name: "a", authorizerType: "REQUEST", authorizerUri: URI, identitySource: [text] }),
    "route selection": () => api({ routeSelectionExpression: text }),
    "request template selection": () => integration({ templateSelectionExpression: text }),
    "response template selection": () => response({ templateSelectionExpression: text }),
    "model selection": () => route({ modelSelectionExpression: text }),
    "API key selection": () => api({ apiKeySelectionExpression: text }),
    "response parameter": () => response({ responseParameters: { [RESPONSE_TARGET]: text } }),
    "response key": () => response({ integrationResponseKey: text }),
    "route key": () => route({ routeKey: text }),
  };
  try {
    make[kind]();
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.code === "BadRequestException") return false;
    throw error;
  }
}
