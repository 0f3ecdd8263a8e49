/** Creates the integration of a configured route, with the environment's VPC link and origin secret. */
import type { Construct } from "constructs";
import {
  type Mapping,
  type MappingSource,
  parseMappingTarget,
  type StaticSource,
  staticSource,
} from "../aws/parameter-mapping";
import type { HttpIntegration as HttpModel, Integration as Model } from "../config/model";
import type { WebSocketApi } from "./api";
import { StackError } from "./errors";
import { HttpIntegration } from "./http-integration";
import type { Integration } from "./integration";
import type { IntegrationResponseProps } from "./integration-response";
import { lambdaFunction } from "./lambda-function";
import { LambdaIntegration } from "./lambda-integration";
import { originSecret } from "./secrets";

export interface IntegrationContext {
  readonly api: WebSocketApi;
  readonly vpcLinkId: string | undefined;
  readonly originSecretHeader: string | undefined;
}

/** Creates the integration. `Source` is the type of the sources that the route's mappings may read. */
export function routeIntegration<Source extends MappingSource>(
  scope: Construct,
  id: string,
  context: IntegrationContext,
  routeKey: string,
  model: Model<Source>,
): Integration<Source["text"] | StaticSource["text"]> {
  const { api } = context;
  if (model.type === "AWS_PROXY") {
    return new LambdaIntegration(scope, id, {
      api,
      function: lambdaFunction(model.functionArn),
      routeKey,
      timeoutMs: model.timeoutMs,
    });
  }
  const mappings: Mapping<Source | StaticSource>[] = [
    ...(model.type === "HTTP_PROXY" && routeKey === "$connect" ? plainRequest(model) : []),
    ...model.mappings,
    ...originSecretMapping(scope, model.toBackend ? context.originSecretHeader : undefined),
  ];
  const common = {
    api,
    uri: model.uri,
    method: model.method,
    timeoutMs: model.timeoutMs,
    templates: model.requestTemplates,
    templateSelectionExpression: model.templateSelectionExpression,
    passthroughBehavior: model.passthroughBehavior,
    vpcLinkId: model.toBackend ? context.vpcLinkId : undefined,
    mappings,
  };
  return model.type === "HTTP"
    ? new HttpIntegration(scope, id, { type: model.type, ...common, responses: responses(routeKey, model) })
    : new HttpIntegration(scope, id, { type: model.type, ...common });
}

/**
 * `HTTP_PROXY` passes the client's `Sec-WebSocket-*` headers on. Some frameworks then treat the POST as an invalid
 * handshake and answer 400. With a version that does not exist they do not (https://stackoverflow.com/q/67640010).
 */
function plainRequest({ mappings }: HttpModel): Mapping<StaticSource>[] {
  const header = "Sec-WebSocket-Version";
  const isSet = mappings.some(({ target }) => target.location === "header" && isSame(target.name, header));
  return isSet ? [] : headerMapping(header, "0");
}

const isSame = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

function originSecretMapping(scope: Construct, header: string | undefined): Mapping<StaticSource>[] {
  return header === undefined ? [] : headerMapping(header, originSecret(scope).stringValue);
}

function headerMapping(name: string, value: string): Mapping<StaticSource>[] {
  const target = parseMappingTarget(`integration.request.header.${name}`);
  return target === undefined ? [] : [{ target, source: staticSource(value) }];
}

function responses(key: string, { responses }: HttpModel): [IntegrationResponseProps, ...IntegrationResponseProps[]] {
  const [first, ...others] = responses;
  if (first !== undefined) return [first, ...others];
  throw new StackError("missing-response", `\`${key}\` has no integration response.`, "Configure at least `$default`.");
}
