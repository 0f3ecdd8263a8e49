/** Routes: one class for each kind, because AWS allows each kind different things. */
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

  /** What a deployment freezes of it, its integration included. */
  abstract readonly definition: Json;

  /** What must be there before a deployment is taken. */
  get dependables(): readonly ITerraformDependable[] {
    return [this.resource, ...this.integration.dependables];
  }
}

export interface ConnectRouteProps<Parameter extends RequestSourceText> {
  readonly api: WebSocketApi;
  /** Its mappings read declared parameters only. */
  readonly integration: Integration<NoInfer<Parameter> | EventSourceText>;
  /** What the client sends, to whether it must. */
  readonly requestParameters?: RequestParameters<Parameter>;
  /** `"NONE"` lets everybody in, and has to be said. */
  readonly authorizer: Authorizer | "NONE";
}

/** The handshake: the only route that can be authorized and that sees what the client sent. */
export class ConnectRoute<Parameter extends RequestSourceText = never> extends Route {
  readonly definition: Json;
  private readonly authorizer: Authorizer | "NONE";

  constructor(scope: Construct, id: string, props: ConnectRouteProps<Parameter>) {
    const parameters = parameterTexts(props.requestParameters ?? []);
    super(scope, id, props.api, "$connect", props.integration, {
      ...(props.authorizer === "NONE"
        ? { authorizationType: "NONE" }
        : { authorizationType: "CUSTOM", authorizerId: props.authorizer.resource.id }),
      requestParameter: parameters.map(([text, required]) => ({
        requestParameterKey: literal(text),
        required,
      })),
    });
    this.definition = {
      key: this.key,
      parameters: Object.fromEntries(parameters),
      authorizer: props.authorizer === "NONE" ? null : props.authorizer.definition,
      integration: props.integration.definition,
    };
    this.authorizer = props.authorizer;
  }

  override get dependables(): readonly ITerraformDependable[] {
    return this.authorizer === "NONE" ? super.dependables : [...super.dependables, ...this.authorizer.dependables];
  }
}

export interface DisconnectRouteProps {
  readonly api: WebSocketApi;
  /** There is no client any more: its mappings read the context, stage variables and static values. */
  readonly integration: Integration<EventSourceText>;
}

/** The end of a connection, told to the backend as far as possible; nobody is left to hear an answer. */
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
  /** An action, or `$default` for messages that select no other route. */
  readonly key: Key extends "$connect" | "$disconnect" ? never : Key;
  readonly integration: Integration<EventSourceText>;
  /** Two-way: the integration's answer goes back to the client. @default false */
  readonly reply?: boolean;
}

/** A message from a connected client. */
export class MessageRoute<const Key extends string = string> extends Route {
  readonly definition: Json;
  private readonly response: Apigatewayv2RouteResponse | undefined;

  constructor(scope: Construct, id: string, props: MessageRouteProps<Key>) {
    if (props.key === "$connect" || props.key === "$disconnect") {
      throw new StackError(
        "reserved-route-key",
        `\`${props.key}\` is not a message.`,
        "Use ConnectRoute or DisconnectRoute.",
      );
    }
    requireEventSources(props.key, props.integration);
    const reply = props.reply ?? false;
    // Two-way takes both, the expression and a response with the only key there is; the expression stands without a
    // backslash (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-response.html).
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

/** Checked by the compiler too, for those who use it. */
function requireEventSources(key: string, { mappings }: Integration<EventSourceText>): void {
  const source = Object.values<string>(mappings).find(readsHandshake);
  if (source === undefined) return;
  throw new StackError(
    "invalid-mapping",
    `\`${key}\` has no \`${source}\`.`,
    "Only $connect has a query string and headers: map context.<name>, stageVariables.<name> or a static value.",
  );
}
