/** Builds an API of one route, compiled by the data plane, and one event for it. */
import { Store } from "../../../local/api/store";
import type {
  Api,
  Authorizer,
  Definition,
  Integration,
  IntegrationResponse,
  Model,
  Route,
  Stage,
} from "../../../local/api/types";
import { systemClock } from "../../../local/data-plane/clock";
import { CompiledApis } from "../../../local/data-plane/compiled-api";
import { Connection } from "../../../local/data-plane/connections/connection";
import { Faults } from "../../../local/data-plane/faults";
import { ClientRequest } from "../../../local/data-plane/handshake/client-request";
import { HttpClient, type HttpOutcome, type HttpRequest } from "../../../local/data-plane/integration/http-client";
import { LIMITS } from "../../../local/data-plane/limits";
import { RouteEvent } from "../../../local/data-plane/route-event";
import { SWITCHES } from "../../../local/data-plane/switches";
import { renderTemplate } from "../../../local/templates";
import { Trace } from "../../../local/trace/trace";
import { type RouteName, STAGE_VARIABLES } from "./kinds";

/** The sample message. */
export const MESSAGE = {
  action: "join",
  kind: "one",
  n: 7,
  ok: false,
  none: null,
  order: { id: 7, items: ["a", "b"] },
  items: [{ id: 1 }, { id: 2 }],
  "a b": "blank",
  $a: "dollar",
  text: "ü",
};
const QUERY = "token=t&stocks=aapl&stocks=goog&a.b=dotted&$x=y&empty=";
const HEADERS = ["X-Tenant", "acme", "Accept", "one", "accept", "two", "User-Agent", "test", "x-api-key", "key"];
const ANSWER = {
  status: 404,
  headers: { "x-kind": "json", "set-cookie": ["a", "b"] },
  body: '{"errorMessage":"boom","user":{"id":7}}',
};

const account = { accountId: "123456789012", region: "eu-west-1", partition: "aws" } as const;
const URI = `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:f/invocations`;

/** Replaces the backend: records the request and returns the sample answer. */
export class Recorder extends HttpClient {
  sent: HttpRequest | undefined;
  status = ANSWER.status;

  constructor() {
    super(LIMITS);
  }

  override async send(request: HttpRequest): Promise<HttpOutcome> {
    this.sent = request;
    const body = Buffer.from(ANSWER.body);
    return { kind: "response", status: this.status, headers: ANSWER.headers, body, bytes: body.length };
  }
}

export interface SampleParts {
  readonly on: RouteName;
  readonly api?: Partial<Api>;
  readonly route?: Partial<Route>;
  readonly integration?: Partial<Integration>;
  readonly responses?: readonly Partial<IntegrationResponse>[];
  readonly identitySource?: string;
}
export type Sample = ReturnType<typeof compileSample>;

/** A model that accepts every message. */
export const ANY_MODEL: Model = { modelId: "any", name: "any", contentType: "application/json", schema: "{}" };

/** Compiles an API of one route, and builds an event for it. */
export function compileSample(
  { on, api, route, integration, responses = [{}], identitySource }: SampleParts,
  httpClient: HttpClient,
) {
  const store = new Store({ account, endpoint: () => "ws://localhost:3000" });
  const own: Api = {
    apiId: "api",
    name: "a",
    protocolType: "WEBSOCKET",
    routeSelectionExpression: "$request.body.action",
    apiKeySelectionExpression: "$request.header.x-api-key",
    apiEndpoint: "ws://localhost:3000",
    disableExecuteApiEndpoint: false,
    createdDate: "",
    tags: {},
    ...api,
  };
  const routeKey = route?.routeKey ?? on;
  const definition: Definition = {
    api: own,
    routes: new Map([
      [
        "route",
        {
          routeId: "route",
          authorizationType: identitySource === undefined ? "NONE" : "CUSTOM",
          authorizerId: "authorizer",
          apiKeyRequired: false,
          target: "integrations/integration",
          ...route,
          routeKey,
          routeResponses: new Map(),
        },
      ],
    ]),
    integrations: new Map([
      [
        "integration",
        {
          integrationId: "integration",
          integrationType: "HTTP",
          integrationMethod: "POST",
          integrationUri: "https://backend.example.com/x",
          connectionType: "INTERNET",
          passthroughBehavior: "WHEN_NO_MATCH",
          payloadFormatVersion: "1.0",
          timeoutInMillis: 29_000,
          ...integration,
          integrationResponses: new Map(
            responses.map((response, index) => [
              String(index),
              { integrationResponseId: String(index), integrationResponseKey: "$default", ...response },
            ]),
          ),
        },
      ],
    ]),
    authorizers: new Map<string, Authorizer>(
      identitySource === undefined
        ? []
        : [
            [
              "authorizer",
              {
                authorizerId: "authorizer",
                name: "a",
                authorizerType: "REQUEST",
                authorizerUri: URI,
                identitySource: [identitySource],
              },
            ],
          ],
    ),
    models: new Map([[ANY_MODEL.modelId, ANY_MODEL]]),
  };
  const compiled = new CompiledApis({
    store,
    invoke: async () => ({ payload: null }),
    findFunction: async () => undefined,
    renderTemplate,
    httpClient,
    trace: new Trace(),
    switches: SWITCHES,
    faults: new Faults(),
    limits: LIMITS,
    clock: systemClock,
    apiKeys: undefined,
  }).of(definition);
  const compiledRoute = compiled.routes.get(routeKey);
  if (compiledRoute === undefined) throw new Error(`no route ${routeKey}`);
  return { compiled, route: compiledRoute, event: sampleEvent(on, definition) };
}

function sampleEvent(on: RouteName, definition: Definition): RouteEvent {
  const connection = new Connection({
    connectionId: "connection=",
    apiId: "api",
    stageName: "prod",
    domainName: "localhost:3000",
    sourceIp: "127.0.0.1",
    userAgent: "test",
    apiKey: "from the handshake",
    connectedAt: 1_700_000_000_000,
    definition,
  });
  connection.authorizer = {
    principalId: "me",
    context: { userId: "u-1", exp: "1" },
    usageIdentifierKey: "from the authorizer",
  };
  const stage: Stage = {
    stageName: "prod",
    autoDeploy: false,
    defaultRouteSettings: {},
    routeSettings: {},
    stageVariables: STAGE_VARIABLES,
    createdDate: "",
    lastUpdatedDate: "",
    tags: {},
  };
  const at = 1_700_000_001_000;
  const about = [connection, definition.api, stage, at] as const;
  switch (on) {
    case "$connect":
      return new RouteEvent("CONNECT", ...about, "", new ClientRequest(HEADERS, QUERY, "127.0.0.1", "trace"));
    case "$disconnect":
      return new RouteEvent("DISCONNECT", ...about, "", undefined, { code: 1000, reason: "bye" });
    case "chat": {
      const event = new RouteEvent("MESSAGE", ...about, JSON.stringify(MESSAGE));
      event.routeKey = "chat";
      return event;
    }
  }
}
