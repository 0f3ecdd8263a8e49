/** What becomes of a backend's answer: chosen by its status, rendered by a template. */

import type { Apigatewayv2Integration } from "@cdktf/provider-aws/lib/apigatewayv2-integration";
import { Apigatewayv2IntegrationResponse } from "@cdktf/provider-aws/lib/apigatewayv2-integration-response";
import { Construct } from "constructs";
import type { WebSocketApi } from "./api";
import type { Json } from "./canonical";
import { literal, literals } from "./text";

/** `$default`, or a pattern for the status such as `/2\d\d/`. */
export type IntegrationResponseKey = "$default" | `/${string}/`;

export interface IntegrationResponseProps {
  readonly key: IntegrationResponseKey;
  /** Template key to VTL text. */
  readonly templates?: Readonly<Record<string, string>>;
  /** @default `\$default`: always the template `$default` */
  readonly templateSelectionExpression?: string;
}

export function isIntegrationResponseKey(text: string): text is IntegrationResponseKey {
  return text === "$default" || /^\/.+\/$/.test(text);
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
    const selection = props.templateSelectionExpression ?? "\\$default";
    this.resource = new Apigatewayv2IntegrationResponse(this, "Default", {
      apiId: props.api.apiId,
      integrationId: props.integration.id,
      integrationResponseKey: literal(props.key),
      responseTemplates: literals(templates),
      templateSelectionExpression: literal(selection),
    });
    this.definition = { key: props.key, templates, selection };
  }
}
