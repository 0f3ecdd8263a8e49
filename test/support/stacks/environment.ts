/** The tutorial's API as an environment, and its parts, which tests change. */

import type { EventSource } from "../../../aws/parameter-mapping";
import { SELECT_DEFAULT } from "../../../aws/selection-expression";
import type {
  ConnectRoute,
  DisconnectRoute,
  Environment,
  HttpIntegration,
  Integration,
  MessageRoute,
} from "../../../config/model";
import type { AuthorizerSettings } from "../../../functions/authorizer/settings";
import { eventMappings, identitySources, mappings, parameters, responseKey, selection } from "../aws/typed";

export const settings: AuthorizerSettings = {
  issuers: [
    {
      kind: "jwks",
      issuer: "https://login.example.com/",
      audiences: ["chat"],
      audienceClaim: "aud",
      requiredClaims: {},
      types: ["JWT", "at+jwt", ""],
      context: { userId: "sub", orgId: "org_id" },
      algorithms: ["RS256"],
      jwksUri: "https://login.example.com/.well-known/jwks.json",
    },
  ],
  tokenParameter: "token",
  invalidToken: 403,
  clockSkew: 30,
  maxLifetime: 86_400,
};

export const secretSettings: AuthorizerSettings = {
  ...settings,
  issuers: [
    {
      kind: "secret",
      issuer: "chat",
      audiences: ["chat"],
      audienceClaim: "aud",
      requiredClaims: {},
      types: ["JWT", ""],
      context: { userId: "sub" },
      algorithms: ["HS256"],
      secrets: { from: "env", names: ["HS256_SECRET", "HS256_SECRET_PREVIOUS"] },
    },
  ],
};

export function httpIntegration(path: string, mapped: Record<string, string>): HttpIntegration<EventSource> {
  return {
    type: "HTTP",
    method: "POST",
    uri: `https://backend.example.com${path}`,
    toBackend: true,
    timeoutMs: 29_000,
    mappings: eventMappings(mapped),
    requestTemplates: {},
    templateSelectionExpression: SELECT_DEFAULT,
    passthroughBehavior: "WHEN_NO_MATCH",
    responses: [{ key: responseKey("$default"), templates: {}, templateSelectionExpression: SELECT_DEFAULT }],
  };
}

export const connect: ConnectRoute = {
  event: "CONNECT",
  key: "$connect",
  requestParameters: parameters({ "route.request.querystring.stocks": true }),
  integration: {
    ...httpIntegration("/connect", {}),
    mappings: mappings({
      "integration.request.querystring.stocks": "route.request.querystring.stocks",
      "integration.request.querystring.connectionId": "context.connectionId",
      "integration.request.querystring.userId": "context.authorizer.userId",
      "integration.request.querystring.orgId": "context.authorizer.orgId",
    }),
  },
};

export const disconnect: DisconnectRoute = {
  event: "DISCONNECT",
  key: "$disconnect",
  integration: httpIntegration("/disconnect", {
    "integration.request.querystring.connectionId": "context.connectionId",
  }),
};

export const message = (key: string, integration: Integration<EventSource>, reply = false): MessageRoute => ({
  event: "MESSAGE",
  key,
  reply,
  integration,
});

export const environment: Environment = {
  name: "prod",
  project: "chat",
  apiName: "chat",
  description: undefined,
  region: "eu-west-1",
  allowedAccountIds: [],
  tags: {},
  iam: { permissionsBoundary: undefined, path: "/" },
  kmsKeyArn: undefined,
  ipAddressType: undefined,
  routeSelectionExpression: selection("$request.body.action", "route"),
  routes: [connect, disconnect],
  authorizer: {
    kind: "verify",
    function: {
      settings,
      jwks: {},
      memoryMb: 256,
      timeoutSeconds: 5,
      runtime: "nodejs22.x",
      reservedConcurrency: undefined,
      logRetentionDays: 30,
    },
    identitySources: identitySources("route.request.querystring.token"),
  },
  stage: {
    name: "prod",
    variables: {},
    throttle: { burst: 500, rate: 1000 },
    routeThrottles: {},
    detailedMetrics: false,
  },
  originSecret: undefined,
  logs: { access: true, execution: "OFF", retentionDays: 30, manageAccountRole: false },
  alarms: undefined,
  dashboard: false,
  domain: undefined,
  vpcLink: undefined,
  state: { type: "local", path: undefined },
  connectionsPolicy: true,
  ssmPrefix: undefined,
  adopted: undefined,
};

/** A minimal authorizer, for tests in which its code does not matter. */
export const authorizerModules = { "index.mjs": "export const handler = async () => ({});\n" };
