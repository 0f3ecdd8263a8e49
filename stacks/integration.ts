/** What every integration is to the route in front of it. */
import {
  Apigatewayv2Integration,
  type Apigatewayv2IntegrationConfig,
} from "@cdktf/provider-aws/lib/apigatewayv2-integration";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { Json } from "../aws/canonical-json";
import type { MappingSourceText } from "../aws/parameter-mapping";
import type { WebSocketApi } from "./api";
import type { MappingTexts } from "./expressions";

/** An integration, by the sources that its mappings read: a route takes it only where all of them exist. */
export abstract class Integration<out Source extends MappingSourceText> extends Construct {
  abstract readonly resource: Apigatewayv2Integration;
  abstract readonly mappings: MappingTexts<Source>;
  /** What a deployment freezes of it. */
  abstract readonly definition: Json;
  /** What must be there before a deployment is taken. */
  abstract readonly dependables: readonly ITerraformDependable[];

  /** What a route's `target` points at. */
  get target(): string {
    return `integrations/${this.resource.id}`;
  }
}

/**
 * The resource itself. It is created before the one that it replaces is destroyed, and so outlives the moment in which
 * its route is pointed elsewhere: API Gateway deletes no integration that a route still uses.
 */
export function integrationResource(
  scope: Construct,
  api: WebSocketApi,
  config: Omit<Apigatewayv2IntegrationConfig, "apiId" | "lifecycle">,
): Apigatewayv2Integration {
  return new Apigatewayv2Integration(scope, "Default", {
    apiId: api.apiId,
    ...config,
    lifecycle: { createBeforeDestroy: true },
  });
}
