/** An integration response: the templates that render the backend's answer, for one status or several. */

import type { Apigatewayv2Integration } from "@cdktf/provider-aws/lib/apigatewayv2-integration";
import { Apigatewayv2IntegrationResponse } from "@cdktf/provider-aws/lib/apigatewayv2-integration-response";
import { Construct } from "constructs";
import type { Json } from "../aws/canonical-json";
import type { ResponseKey, ResponseKeyText } from "../aws/response-key";
import { SELECT_DEFAULT, type SelectionExpression } from "../aws/selection-expression";
import type { WebSocketApi } from "./api";
import { responseKeyText, selectionText } from "./expressions";
import { literal, literals } from "./text";

export interface IntegrationResponseProps {
  /** `$default`, or a pattern for the status, such as `/2\d\d/`. */
  readonly key: ResponseKeyText | ResponseKey;
  /** VTL texts by template key. */
  readonly templates?: Readonly<Record<string, string>>;
  /** @default `\$default`: always the template `$default` */
  readonly templateSelectionExpression?: string | SelectionExpression;
}

export class IntegrationResponse extends Construct {
  readonly resource: Apigatewayv2IntegrationResponse;
  readonly definition: Json;

  constructor(
    scope: Construct,
    id: string,
    props: IntegrationResponseProps & { readonly api: WebSocketApi; readonly integration: Apigatewayv2Integration },
  ) {
    super(scope, id);
    const templates = props.templates ?? {};
    const selection = selectionText(props.templateSelectionExpression ?? SELECT_DEFAULT, "response template");
    const key = responseKeyText(props.key);
    this.resource = new Apigatewayv2IntegrationResponse(this, "Default", {
      apiId: props.api.apiId,
      integrationId: props.integration.id,
      integrationResponseKey: literal(key),
      responseTemplates: literals(templates),
      templateSelectionExpression: literal(selection),
    });
    this.definition = { key, templates, selection };
  }
}
