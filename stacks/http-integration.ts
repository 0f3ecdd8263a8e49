/** An HTTP backend: API Gateway sends a mapped request (`HTTP`) or passes the client's request on (`HTTP_PROXY`). */

import type { Apigatewayv2Integration } from "@cdktf/provider-aws/lib/apigatewayv2-integration";
import { type ITerraformDependable, TerraformResource } from "cdktf";
import type { Construct } from "constructs";
import type { Json } from "../aws/canonical-json";
import type { HttpMethod, PassthroughBehavior } from "../aws/enumerations";
import type { MappingSourceText } from "../aws/parameter-mapping";
import { SELECT_DEFAULT, type SelectionExpression } from "../aws/selection-expression";
import { DEFAULTS } from "../contract/defaults";
import type { WebSocketApi } from "./api";
import {
  type Mappings,
  type MappingTexts,
  mappingTexts,
  readsHandshake,
  responseKeyText,
  selectionText,
} from "./expressions";
import { addresses } from "./hcl";
import { Integration, integrationResource } from "./integration";
import { IntegrationResponse, type IntegrationResponseProps } from "./integration-response";
import { literal, literals } from "./text";

interface CommonProps<Source extends MappingSourceText> {
  readonly api: WebSocketApi;
  readonly uri: string;
  /** @default {@link DEFAULTS.method} */
  readonly method?: HttpMethod;
  /** Timeout in milliseconds, within `INTEGRATION_TIMEOUT_MS` of aws/limits.ts. @default {@link DEFAULTS.timeoutMs} */
  readonly timeoutMs?: number;
  readonly mappings?: Mappings<Source>;
  /** VTL texts by template key. */
  readonly templates?: Readonly<Record<string, string>>;
  /** @default `\$default`: always the template `$default` */
  readonly templateSelectionExpression?: string | SelectionExpression;
  /** @default {@link DEFAULTS.passthroughBehavior} */
  readonly passthroughBehavior?: PassthroughBehavior;
  /** Id of a version 1 VPC link, the only version that WebSocket APIs support. */
  readonly vpcLinkId?: string | undefined;
}

export interface MappedHttpProps<Source extends MappingSourceText> extends CommonProps<Source> {
  readonly type: "HTTP";
  /** Responses, at least one. If none matches, API Gateway answers 500. @default {@link DEFAULTS.responseKey} */
  readonly responses?: readonly [IntegrationResponseProps, ...IntegrationResponseProps[]];
}

export interface ProxyHttpProps<Source extends MappingSourceText> extends CommonProps<Source> {
  readonly type: "HTTP_PROXY";
  /** API Gateway passes the backend's answer on unchanged. */
  readonly responses?: never;
}

export type HttpIntegrationProps<Source extends MappingSourceText> = MappedHttpProps<Source> | ProxyHttpProps<Source>;

const DEFAULT_RESPONSES: readonly IntegrationResponseProps[] = [{ key: DEFAULTS.responseKey }];

/**
 * An HTTP integration. A mapping may read a client's parameter only if the route declares it.
 *
 * @example
 * const integration = new HttpIntegration(this, "integration", {
 *   api,
 *   type: "HTTP",
 *   uri: "https://api.example.com/connect",
 *   mappings: {
 *     "integration.request.querystring.connectionId": "context.connectionId",
 *     "integration.request.querystring.userId": "context.authorizer.userId",
 *   },
 * });
 */
export class HttpIntegration<const Source extends MappingSourceText = never> extends Integration<Source> {
  readonly resource: Apigatewayv2Integration;
  readonly mappings: MappingTexts<Source>;
  readonly definition: Json;
  readonly dependables: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: HttpIntegrationProps<Source>) {
    super(scope, id);
    this.mappings = mappingTexts(props.mappings ?? {});
    const method = props.method ?? DEFAULTS.method;
    const timeoutMs = props.timeoutMs ?? DEFAULTS.timeoutMs;
    const templates = props.templates ?? {};
    const selection = selectionText(props.templateSelectionExpression ?? SELECT_DEFAULT, "request template");
    const passthrough = props.passthroughBehavior ?? DEFAULTS.passthroughBehavior;
    const responses = props.type === "HTTP" ? [...(props.responses ?? DEFAULT_RESPONSES)] : [];
    responses.sort((a, b) => (responseKeyText(a.key) < responseKeyText(b.key) ? -1 : 1));

    this.resource = integrationResource(this, props.api, {
      integrationType: props.type,
      integrationMethod: method,
      integrationUri: literal(props.uri),
      timeoutMilliseconds: timeoutMs,
      requestParameters: literals(this.mappings),
      requestTemplates: literals(templates),
      templateSelectionExpression: literal(selection),
      passthroughBehavior: passthrough,
      ...(props.vpcLinkId === undefined ? {} : { connectionType: "VPC_LINK", connectionId: props.vpcLinkId }),
    });
    this.replaceIfChanged({
      parameters: [...new Set(Object.values<string>(this.mappings).filter(readsHandshake))],
      responses: responses.map(({ key }) => responseKeyText(key)),
    });
    const made = responses.map(
      (response) =>
        new IntegrationResponse(this, `response ${responseKeyText(response.key)}`, {
          ...response,
          api: props.api,
          integration: this.resource,
        }),
    );
    this.dependables = [this.resource, ...made.map((response) => response.resource)];
    this.definition = {
      type: props.type,
      method,
      uri: props.uri,
      timeoutMs,
      mappings: this.mappings,
      templates,
      selection,
      passthrough,
      vpcLinkId: props.vpcLinkId,
      responses: made.map((response) => response.definition),
    };
  }

  /**
   * Lets Terraform replace the integration if these lists change, because an update in place would fail. Terraform creates
   * the new one before it destroys the old one.
   * - Mapped parameters of the client: the route depends on the integration, so Terraform would update the mapping before
   *   the route declares the parameter, and API Gateway would reject it
   *   (https://github.com/hashicorp/terraform-provider-aws/issues/18387). API Gateway checks a new integration when the
   *   route is updated to use it, and the same request declares the parameter.
   * - Responses: Terraform destroys what the old deployment depended on only after it has created the new one, so a removed
   *   response would be in the new deployment.
   */
  private replaceIfChanged(shape: Readonly<Record<string, readonly string[]>>): void {
    const trigger = new TerraformResource(this, "shape", {
      terraformResourceType: "terraform_data",
      terraformGeneratorMetadata: { providerName: "terraform" },
    });
    for (const [name, list] of Object.entries(shape)) {
      trigger.addOverride(`input.${name}`, [...list].sort().map(literal));
    }
    const address = `${trigger.terraformResourceType}.${trigger.friendlyUniqueId}`;
    this.resource.addOverride("lifecycle.replace_triggered_by", addresses([address]));
  }
}
