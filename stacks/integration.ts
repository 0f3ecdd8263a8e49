/** The base class of integrations. */
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

/**
 * An integration. Its type parameter lists the sources that its mappings read: it compiles only on routes that have all
 * of them.
 *
 * @example
 * const target: string = connectIntegration.target; // integrations/<id>
 */
export abstract class Integration<out Source extends MappingSourceText> extends Construct {
  abstract readonly resource: Apigatewayv2Integration;
  abstract readonly mappings: MappingTexts<Source>;
  /** The part of a deployment's definition that comes from the integration. */
  abstract readonly definition: Json;
  /** Resources that must exist before a deployment is created. */
  abstract readonly dependables: readonly ITerraformDependable[];

  /** The value for a route's `target`. */
  get target(): string {
    return `integrations/${this.resource.id}`;
  }
}

/**
 * The resource of an integration. Terraform creates a replacement before it destroys the old integration, because API
 * Gateway does not delete an integration that a route still uses.
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
