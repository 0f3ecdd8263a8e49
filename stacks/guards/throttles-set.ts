/**
 * Guard: wherever a stage has settings, it has both throttle limits. A missing limit is sent as 0, and everybody is
 * answered 429 (https://github.com/hashicorp/terraform-provider-aws/issues/27674).
 */
import { Apigatewayv2Stage } from "@cdktf/provider-aws/lib/apigatewayv2-stage";
import { Annotations, type IAspect } from "cdktf";
import type { IConstruct } from "constructs";
import { routeSettings } from "./route-settings";

export class ThrottlesSet implements IAspect {
  visit(node: IConstruct): void {
    if (!(node instanceof Apigatewayv2Stage)) return;
    for (const { where, settings } of routeSettings(node)) {
      if (settings.throttlingBurstLimit && settings.throttlingRateLimit) continue;
      Annotations.of(node).addError(
        `${where} lacks a throttle limit, which AWS takes for 0. Set burst and rate, both above 0.`,
      );
    }
  }
}
