/** From a route of the configuration to its integration, with what the whole environment adds to each. */
import type { Construct } from "constructs";
import type { HttpIntegration as HttpModel, Route as RouteModel } from "../config/model";
import type { WebSocketApi } from "./api";
import { StackError } from "./errors";
import { HttpIntegration } from "./http-integration";
import type { Integration } from "./integration";
import { type IntegrationResponseProps, isIntegrationResponseKey } from "./integration-response";
import { lambdaFunction } from "./lambda-function";
import { LambdaIntegration } from "./lambda-integration";
import {
  type EventSource,
  isEventSource,
  isMappingSource,
  type MappingSource,
  type Mappings,
  parseMappings,
} from "./mapping";
import { originSecret } from "./secrets";

export interface IntegrationContext {
  readonly api: WebSocketApi;
  readonly stageName: string;
  readonly vpcLinkId: string | undefined;
  readonly originSecretHeader: string | undefined;
}

/** The integration of `$connect`, which may read what the client sent. */
export function connectIntegration(
  scope: Construct,
  id: string,
  context: IntegrationContext,
  route: RouteModel,
): Integration<MappingSource> {
  return integration(scope, id, context, route, isMappingSource);
}

/** The integration of any other route. */
export function eventIntegration(
  scope: Construct,
  id: string,
  context: IntegrationContext,
  route: RouteModel,
): Integration<EventSource> {
  return integration(scope, id, context, route, isEventSource);
}

function integration<Source extends MappingSource>(
  scope: Construct,
  id: string,
  context: IntegrationContext,
  route: RouteModel,
  accepts: (text: string) => text is Source,
): Integration<Source | EventSource> {
  const { api, stageName } = context;
  const model = route.integration;
  if (model.type === "AWS_PROXY") {
    return new LambdaIntegration(scope, id, {
      api,
      stageName,
      function: lambdaFunction(model.functionArn),
      routeKey: route.key,
      timeoutMs: model.timeoutMs,
    });
  }
  const common = {
    api,
    uri: model.uri,
    method: model.method,
    timeoutMs: model.timeoutMs,
    templates: model.requestTemplates,
    templateSelectionExpression: model.templateSelectionExpression,
    passthroughBehavior: model.passthroughBehavior,
    vpcLinkId: model.toBackend ? context.vpcLinkId : undefined,
    mappings: {
      ...(model.type === "HTTP_PROXY" && route.key === "$connect" ? plainRequest(model) : {}),
      ...parseMappings(model.requestParameters, accepts),
      ...originSecretMapping(scope, model.toBackend ? context.originSecretHeader : undefined),
    } satisfies Mappings<Source | EventSource>,
  };
  return model.type === "HTTP"
    ? new HttpIntegration<Source | EventSource>(scope, id, {
        type: model.type,
        ...common,
        responses: responses(route.key, model),
      })
    : new HttpIntegration<Source | EventSource>(scope, id, { type: model.type, ...common });
}

/**
 * `HTTP_PROXY` passes the client's `Sec-WebSocket-*` headers on, by which some frameworks take the POST for a broken
 * handshake and answer 400; a version that no protocol has makes them let it be (https://stackoverflow.com/q/67640010).
 */
function plainRequest({ requestParameters }: HttpModel): Mappings<EventSource> {
  const header = "integration.request.header.Sec-WebSocket-Version";
  const isSet = Object.keys(requestParameters).some((name) => name.toLowerCase() === header.toLowerCase());
  return isSet ? {} : { [header]: "'0'" };
}

function originSecretMapping(scope: Construct, header: string | undefined): Mappings<EventSource> {
  if (header === undefined) return {};
  return { [`integration.request.header.${header}` as const]: `'${originSecret(scope).stringValue}'` as const };
}

function responses(key: string, model: HttpModel): [IntegrationResponseProps, ...IntegrationResponseProps[]] {
  const [first, ...others] = model.responses.map((response) => {
    if (isIntegrationResponseKey(response.key)) return { ...response, key: response.key };
    throw new StackError(
      "invalid-response-key",
      `\`${response.key}\` selects no answer.`,
      "Write $default or /pattern/.",
    );
  });
  if (first === undefined) {
    throw new StackError(
      "missing-response",
      `\`${key}\` has no integration response.`,
      "Configure `$default` at least.",
    );
  }
  return [first, ...others];
}
