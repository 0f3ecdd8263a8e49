/** Guard: access logs never hold the query string, where browsers have to put the token. */
import { Apigatewayv2Stage } from "@cdktf/provider-aws/lib/apigatewayv2-stage";
import { Annotations, type IAspect } from "cdktf";
import type { IConstruct } from "constructs";

/** Variables that hold the query string or a part of it. */
const QUERY_STRING = /\$(context\.(requestOverride\.)?(path|querystring|rawQueryString)\b|input\b)|querystring/i;

export class NoQueryStringInAccessLogs implements IAspect {
  visit(node: IConstruct): void {
    if (!(node instanceof Apigatewayv2Stage)) return;
    const format = node.accessLogSettingsInput?.format;
    if (format === undefined || !QUERY_STRING.test(format)) return;
    Annotations.of(node).addError(
      "The access log's format writes down the query string, and with it the token. Leave it out.",
    );
  }
}
