/**
 * Wrong uses of the constructs, which must not compile. Each has an `@ts-expect-error`, which `npm run check` reports as
 * unused where the line compiles.
 */
import type { TerraformStack } from "cdktf";
import {
  type Authorizer,
  ConnectRoute,
  type Deployment,
  DisconnectRoute,
  type EventSource,
  HttpIntegration,
  type Mapping,
  type MappingSourceText,
  type Mappings,
  MessageRoute,
  Stage,
  WebSocketApi,
} from "../../stacks";

declare const stack: TerraformStack;
declare const api: WebSocketApi;
declare const authorizer: Authorizer;
declare const deployment: Deployment;
const uri = "https://example.com";

const stocks = new HttpIntegration(stack, "stocks", {
  api,
  type: "HTTP",
  uri,
  mappings: {
    "integration.request.querystring.stocks": "route.request.querystring.stocks",
    "integration.request.querystring.id": "context.connectionId",
  },
});
const context = new HttpIntegration(stack, "context", {
  api,
  type: "HTTP",
  uri,
  mappings: { "integration.request.header.x-stage": "stageVariables.name", "integration.request.header.y": "'static'" },
});

// Right: the mapped parameter is declared.
new ConnectRoute(stack, "a", {
  api,
  authorizer,
  integration: stocks,
  requestParameters: { "route.request.querystring.stocks": true },
});
new ConnectRoute(stack, "b", { api, authorizer: "NONE", integration: context });
new DisconnectRoute(stack, "c", { api, integration: context });
new MessageRoute(stack, "d", { api, key: "send", integration: context, reply: true });

// A mapped parameter that the route does not declare.
// @ts-expect-error
new ConnectRoute(stack, "e", { api, authorizer, integration: stocks });
new ConnectRoute(stack, "f", {
  api,
  authorizer,
  // @ts-expect-error
  integration: stocks,
  requestParameters: { "route.request.querystring.shares": true },
});

// What the client sent with its handshake, where there is no handshake.
// @ts-expect-error
new DisconnectRoute(stack, "g", { api, integration: stocks });
// @ts-expect-error
new MessageRoute(stack, "h", { api, key: "send", integration: stocks });

// Typed values are as strict as text.
declare const fromHandshake: Mapping;
declare const fromEvent: Mapping<EventSource>;
const typed = new HttpIntegration(stack, "typed", { api, type: "HTTP", uri, mappings: [fromEvent] });
new MessageRoute(stack, "typed route", { api, key: "send", integration: typed });
const reads = new HttpIntegration(stack, "reads", { api, type: "HTTP", uri, mappings: [fromHandshake] });
// @ts-expect-error
new MessageRoute(stack, "typed wrong", { api, key: "send", integration: reads });
// @ts-expect-error
new DisconnectRoute(stack, "typed wrong too", { api, integration: reads });

// No authorizer, and `none` is not stated.
// @ts-expect-error
new ConnectRoute(stack, "i", { api, integration: context });

// An authorizer anywhere but on $connect.
// @ts-expect-error
new MessageRoute(stack, "j", { api, key: "send", integration: context, authorizer });
// An answer to a client that is gone.
// @ts-expect-error
new DisconnectRoute(stack, "k", { api, integration: context, reply: true });
// Lifecycle routes are no messages.
// @ts-expect-error
new MessageRoute(stack, "l", { api, key: "$connect", integration: context });

// The tutorial's expression without its $ is static text.
// @ts-expect-error
new WebSocketApi(stack, "m", { name: "m", routeSelectionExpression: "request.body.action" });
new WebSocketApi(stack, "n", { name: "n", routeSelectionExpression: "${request.body.action}" });

// The grammar of mappings: no $, static values in quotes, a known place.
// @ts-expect-error
export const dollar: Mappings<MappingSourceText> = { "integration.request.querystring.id": "$context.connectionId" };
// @ts-expect-error
export const unquoted: Mappings<MappingSourceText> = { "integration.request.querystring.id": "static" };
// @ts-expect-error
export const nowhere: Mappings<MappingSourceText> = { "integration.request.body.id": "context.connectionId" };

// A proxy's answer is the answer; a mapped integration has at least one response.
// @ts-expect-error
new HttpIntegration(stack, "o", { api, type: "HTTP_PROXY", uri, responses: [{ key: "$default" }] });
// @ts-expect-error
new HttpIntegration(stack, "p", { api, type: "HTTP", uri, responses: [] });
// @ts-expect-error
new HttpIntegration(stack, "q", { api, type: "HTTP", uri, responses: [{ key: "200" }] });

// A stage without both limits would answer 429 to every client.
// @ts-expect-error
new Stage(stack, "r", { api, deployment, name: "prod", throttle: { burst: 1 } });
// @ts-expect-error
new Stage(stack, "s", { api, deployment, name: "prod" });
