/** Guard: no stage traces whole requests. Execution logs would hold messages, and the token in the query string. */
import { Apigatewayv2Stage } from "@cdktf/provider-aws/lib/apigatewayv2-stage";
import { Annotations, type IAspect } from "cdktf";
import type { IConstruct } from "constructs";
import { routeSettings } from "./route-settings";

export class DataTraceOff implements IAspect {
  visit(node: IConstruct): void {
    if (!(node instanceof Apigatewayv2Stage)) return;
    for (const { where, settings } of routeSettings(node)) {
      if ((settings.dataTraceEnabled ?? false) === false) continue;
      Annotations.of(node).addError(`${where} turns data trace on, which writes tokens to the logs. Leave it off.`);
    }
  }
}
