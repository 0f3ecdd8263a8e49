/** The WebSocket API, to which routes, authorizers and stages belong. */
import { Apigatewayv2Api } from "@cdktf/provider-aws/lib/apigatewayv2-api";
import { Construct } from "constructs";
import type { Json } from "../aws/canonical-json";
import type { IpAddressType } from "../aws/enumerations";
import type { SelectionExpression } from "../aws/selection-expression";
import { routeSelectionText } from "./expressions";
import { literal } from "./text";

/**
 * Selects the part of a message that names its route. Without the `$`, `request.body.action` is static text: the same
 * route for every message (https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-develop-routes.html).
 */
export type RouteSelectionExpression =
  | `$request.body.${string}`
  | `${string}\${request.body.${string}}${string}`
  | `\\$${string}`;

export interface WebSocketApiProps {
  readonly name: string;
  readonly description?: string | undefined;
  readonly routeSelectionExpression: RouteSelectionExpression | SelectionExpression;
  /** @default unchanged, which is `ipv4` for a new API */
  readonly ipAddressType?: IpAddressType | undefined;
}

/**
 * A WebSocket API.
 *
 * @example
 * const api = new WebSocketApi(this, "api", { name: "quotes", routeSelectionExpression: "$request.body.action" });
 */
export class WebSocketApi extends Construct {
  readonly resource: Apigatewayv2Api;
  /** The part of a deployment's definition that comes from the API. */
  readonly definition: Json;

  constructor(scope: Construct, id: string, props: WebSocketApiProps) {
    super(scope, id);
    const routeSelectionExpression = routeSelectionText(props.routeSelectionExpression);
    this.resource = new Apigatewayv2Api(this, "Default", {
      name: literal(props.name),
      ...(props.description === undefined ? {} : { description: literal(props.description) }),
      protocolType: "WEBSOCKET",
      ...(props.ipAddressType === undefined ? {} : { ipAddressType: props.ipAddressType }),
      routeSelectionExpression: literal(routeSelectionExpression),
    });
    this.definition = { routeSelectionExpression };
  }

  get apiId(): string {
    return this.resource.id;
  }

  /** `arn:aws:execute-api:<region>:<account>:<api id>` */
  get executionArn(): string {
    return this.resource.executionArn;
  }

  /** `wss://…`, without a stage. */
  get endpoint(): string {
    return this.resource.apiEndpoint;
  }
}
