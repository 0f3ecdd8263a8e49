/** Routes. There is one class for each kind, because AWS allows different settings for each. */
import { Apigatewayv2Route, type Apigatewayv2RouteConfig } from "@cdktf/provider-aws/lib/apigatewayv2-route";
import { Apigatewayv2RouteResponse } from "@cdktf/provider-aws/lib/apigatewayv2-route-response";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { Json } from "../aws/canonical-json";
import type { EventSourceText, MappingSourceText, RequestSourceText } from "../aws/parameter-mapping";
import type { WebSocketApi } from "./api";
import type { Authorizer } from "./authorizer";
import { StackError } from "./errors";
import { parameterTexts, type RequestParameters, readsHandshake } from "./expressions";
import type { Integration } from "./integration";
import { literal } from "./text";

/**
 * The base class of routes.
 *
 * @example
 * const routes: [Route, ...Route[]] = [connect];
 * new Deployment(this, "deployment", { api, routes });
 */
export abstract class Route extends Construct {
  readonly resource: Apigatewayv2Route;

  constructor(
    scope: Construct,
    id: string,
    api: WebSocketApi,
    readonly key: string,
    protected readonly integration: Integration<MappingSourceText>,
    config: Omit<Apigatewayv2RouteConfig, "apiId" | "routeKey" | "target">,
  ) {
    super(scope, id);
    this.resource = new Apigatewayv2Route(this, "Default", {
      apiId: api.apiId,
      routeKey: literal(key),
      target: integration.target,
      ...config,
    });
  }

  /** The part of a deployment's definition that comes from the route and its integration. */
  abstract readonly definition: Json;

  /** Resources that must exist before a deployment is created. */
  get dependables(): readonly ITerraformDependable[] {
    return [this.resource, ...this.integration.dependables];
  }
}

/** `AWS_IAM`: clients sign the handshake (Signature Version 4). `NONE`: every client may connect. */
export type ConnectAuthorization = Authorizer | "AWS_IAM" | "NONE";

export interface ConnectRouteProps<Parameter extends RequestSourceText> {
  readonly api: WebSocketApi;
  /** Integration, whose mappings may read only the parameters in `requestParameters`. */
  readonly integration: Integration<NoInfer<Parameter> | EventSourceText>;
  /** Parameters of the client, and whether each is required. */
  readonly requestParameters?: RequestParameters<Parameter>;
  /** There is no default. */
  readonly authorizer: ConnectAuthorization;
}

/**
 * The `$connect` route. Only this route can have an authorizer, and read the client's query string and headers.
 *
 * @example
 * const connect = new ConnectRoute(this, "connect", {
 *   api,
 *   authorizer,
 *   requestParameters: { "route.request.querystring.stocks": true },
 *   integration: new HttpIntegration(this, "connect_integration", {
 *     api,
 *     type: "HTTP",
 *     uri: "https://api.example.com/connect",
 *     mappings: { "integration.request.querystring.stocks": "route.request.querystring.stocks" },
 *   }),
 * });
 */
export class ConnectRoute<Parameter extends RequestSourceText = never> extends Route {
  readonly definition: Json;
  private readonly authorizer: ConnectAuthorization;

  constructor(scope: Construct, id: string, props: ConnectRouteProps<Parameter>) {
    const parameters = parameterTexts(props.requestParameters ?? []);
    super(scope, id, props.api, "$connect", props.integration, {
      ...(typeof props.authorizer === "string"
        ? { authorizationType: props.authorizer }
        : { authorizationType: "CUSTOM", authorizerId: props.authorizer.resource.id }),
      requestParameter: parameters.map(([text, required]) => ({
        requestParameterKey: literal(text),
        required,
      })),
    });
    this.definition = {
      key: this.key,
      parameters: Object.fromEntries(parameters),
      authorizer: definitionOf(props.authorizer),
      integration: props.integration.definition,
    };
    this.authorizer = props.authorizer;
  }

  override get dependables(): readonly ITerraformDependable[] {
    return typeof this.authorizer === "string"
      ? super.dependables
      : [...super.dependables, ...this.authorizer.dependables];
  }
}

function definitionOf(authorizer: ConnectAuthorization): Json {
  if (authorizer === "NONE") return null;
  return authorizer === "AWS_IAM" ? authorizer : authorizer.definition;
}

export interface DisconnectRouteProps {
  readonly api: WebSocketApi;
  /** Integration, whose mappings may read the context, stage variables and static values. There is no client request. */
  readonly integration: Integration<EventSourceText>;
}

/**
 * The `$disconnect` route. API Gateway calls it on a best-effort basis, after the connection is closed.
 *
 * @example
 * new DisconnectRoute(this, "disconnect", {
 *   api,
 *   integration: new HttpIntegration(this, "disconnect_integration", {
 *     api,
 *     type: "HTTP",
 *     uri: "https://api.example.com/disconnect",
 *     mappings: { "integration.request.querystring.connectionId": "context.connectionId" },
 *   }),
 * });
 */
export class DisconnectRoute extends Route {
  readonly definition: Json;

  constructor(scope: Construct, id: string, props: DisconnectRouteProps) {
    requireEventSources("$disconnect", props.integration);
    super(scope, id, props.api, "$disconnect", props.integration, {});
    this.definition = { key: this.key, integration: props.integration.definition };
  }
}

export interface MessageRouteProps<Key extends string> {
  readonly api: WebSocketApi;
  /** Route key: an action, or `$default` for messages that select no other route. */
  readonly key: Key extends "$connect" | "$disconnect" ? never : Key;
  readonly integration: Integration<EventSourceText>;
  /** Whether the integration's answer is sent to the client (two-way communication). @default false */
  readonly reply?: boolean;
}

/**
 * A route for messages of connected clients.
 *
 * @throws {StackError} `reserved-route-key` if the key is `$connect` or `$disconnect`
 * @example
 * new MessageRoute(this, "subscribe", {
 *   api,
 *   key: "subscribe",
 *   reply: true,
 *   integration: new HttpIntegration(this, "subscribe_integration", {
 *     api,
 *     type: "HTTP",
 *     uri: "https://api.example.com/subscribe",
 *     mappings: { "integration.request.querystring.stock": "route.request.body.stock" },
 *   }),
 * });
 */
export class MessageRoute<const Key extends string = string> extends Route {
  readonly definition: Json;
  private readonly response: Apigatewayv2RouteResponse | undefined;

  constructor(scope: Construct, id: string, props: MessageRouteProps<Key>) {
    if (props.key === "$connect" || props.key === "$disconnect") {
      throw new StackError(
        "reserved-route-key",
        `\`${props.key}\` is not a message route.`,
        "Use ConnectRoute or DisconnectRoute.",
      );
    }
    requireEventSources(props.key, props.integration);
    const reply = props.reply ?? false;
    // A reply needs this expression and a response with the only possible key. The expression has no backslash
    // (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-response.html).
    super(
      scope,
      id,
      props.api,
      props.key,
      props.integration,
      reply ? { routeResponseSelectionExpression: "$default" } : {},
    );
    this.response = reply
      ? new Apigatewayv2RouteResponse(this, "response", {
          apiId: props.api.apiId,
          routeId: this.resource.id,
          routeResponseKey: "$default",
        })
      : undefined;
    this.definition = { key: this.key, reply, integration: props.integration.definition };
  }

  override get dependables(): readonly ITerraformDependable[] {
    return this.response === undefined ? super.dependables : [...super.dependables, this.response];
  }
}

/** Rejects mappings that read the handshake. The compiler checks the same, but not in JavaScript. */
function requireEventSources(key: string, { mappings }: Integration<EventSourceText>): void {
  const source = Object.values<string>(mappings).find(readsHandshake);
  if (source === undefined) return;
  throw new StackError(
    "invalid-mapping",
    `\`${key}\` has no \`${source}\`.`,
    "Only $connect has a query string and headers: map context.<name>, stageVariables.<name> or a static value.",
  );
}
