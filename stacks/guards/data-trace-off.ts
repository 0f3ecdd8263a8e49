/** Guard: no stage has data trace, which writes messages and the token in the query string to the execution log. */
import { Apigatewayv2Stage } from "@cdktf/provider-aws/lib/apigatewayv2-stage";
import { Annotations, type IAspect } from "cdktf";
import type { IConstruct } from "constructs";
import { routeSettings } from "./route-settings";

/**
 * Reports an error for a stage with data trace.
 *
 * @example
 * Aspects.of(this).add(new DataTraceOff());
 */
export class DataTraceOff implements IAspect {
  visit(node: IConstruct): void {
    if (!(node instanceof Apigatewayv2Stage)) return;
    for (const { where, settings } of routeSettings(node)) {
      if ((settings.dataTraceEnabled ?? false) === false) continue;
      Annotations.of(node).addError(`${where} turns data trace on, which writes tokens to the logs. Turn it off.`);
    }
  }
}
