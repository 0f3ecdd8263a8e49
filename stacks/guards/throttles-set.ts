/**
 * Guard: every settings block of a stage has both throttle limits. Terraform sends a missing limit as 0, and API Gateway
 * then answers every request with 429 (https://github.com/hashicorp/terraform-provider-aws/issues/27674).
 */
import { Apigatewayv2Stage } from "@cdktf/provider-aws/lib/apigatewayv2-stage";
import { Annotations, type IAspect } from "cdktf";
import type { IConstruct } from "constructs";
import { routeSettings } from "./route-settings";

/**
 * Reports an error for a stage's settings block without both throttle limits.
 *
 * @example
 * Aspects.of(this).add(new ThrottlesSet());
 */
export class ThrottlesSet implements IAspect {
  visit(node: IConstruct): void {
    if (!(node instanceof Apigatewayv2Stage)) return;
    for (const { where, settings } of routeSettings(node)) {
      if (settings.throttlingBurstLimit && settings.throttlingRateLimit) continue;
      Annotations.of(node).addError(
        `${where} has no throttle limit, so Terraform sends 0. Set burst and rate, both above 0.`,
      );
    }
  }
}
