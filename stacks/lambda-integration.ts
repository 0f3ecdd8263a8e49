/** Integration with a Lambda function. */

import type { Apigatewayv2Integration } from "@cdktf/provider-aws/lib/apigatewayv2-integration";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { routeArn } from "../aws/arn";
import type { Json } from "../aws/canonical-json";
import { DEFAULTS } from "../contract/defaults";
import type { WebSocketApi } from "./api";
import type { MappingTexts } from "./expressions";
import { Integration, integrationResource } from "./integration";
import type { LambdaFunctionRef } from "./lambda-function";
import { lambdaPermission } from "./lambda-permission";
import { literal } from "./text";

export interface LambdaIntegrationProps {
  readonly api: WebSocketApi;
  readonly function: LambdaFunctionRef;
  /** Key of the route that uses this integration. Only this route may invoke the function. */
  readonly routeKey: string;
  /** @default every stage */
  readonly stageName?: string;
  /** Timeout in milliseconds, within `INTEGRATION_TIMEOUT_MS` of aws/limits.ts. @default {@link DEFAULTS.timeoutMs} */
  readonly timeoutMs?: number;
}

/**
 * A Lambda integration (`AWS_PROXY`): the function receives the whole event.
 *
 * @example
 * const chat = new LambdaIntegration(this, "chat_integration", {
 *   api,
 *   function: lambdaFunction("arn:aws:lambda:us-east-1:123456789012:function:chat"),
 *   routeKey: "chat",
 * });
 * new MessageRoute(this, "chat", { api, key: "chat", integration: chat });
 */
export class LambdaIntegration extends Integration<never> {
  readonly resource: Apigatewayv2Integration;
  readonly mappings: MappingTexts<never> = {};
  readonly definition: Json;
  readonly dependables: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: LambdaIntegrationProps) {
    super(scope, id);
    const timeoutMs = props.timeoutMs ?? DEFAULTS.timeoutMs;
    this.resource = integrationResource(this, props.api, {
      integrationType: "AWS_PROXY",
      integrationMethod: "POST",
      integrationUri: props.function.invokeArn,
      timeoutMilliseconds: timeoutMs,
    });
    const permission = lambdaPermission(this, props.function, {
      statementIdPrefix: "websocket-route-",
      sourceArn: routeArn(props.api.executionArn, props.stageName ?? "*", literal(props.routeKey)),
    });
    this.dependables = [this.resource, ...(permission ? [permission] : [])];
    this.definition = { type: "AWS_PROXY", uri: props.function.invokeArn, timeoutMs };
  }
}
