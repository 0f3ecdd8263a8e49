/** Guard: access logs never contain the query string, in which browsers must send the token. */
import { Apigatewayv2Stage } from "@cdktf/provider-aws/lib/apigatewayv2-stage";
import { Annotations, type IAspect } from "cdktf";
import type { IConstruct } from "constructs";
import { logsQueryString } from "../../contract/access-log";

/**
 * Reports an error for an access log whose format contains the query string.
 *
 * @example
 * Aspects.of(this).add(new NoQueryStringInAccessLogs());
 */
export class NoQueryStringInAccessLogs implements IAspect {
  visit(node: IConstruct): void {
    if (!(node instanceof Apigatewayv2Stage)) return;
    const format = node.accessLogSettingsInput?.format;
    if (format === undefined || !logsQueryString(format)) return;
    Annotations.of(node).addError(
      "The access log's format contains the query string, and with it the token. Remove it.",
    );
  }
}
