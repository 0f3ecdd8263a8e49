/** Writes the routes of `gateway.yaml`: settings that differ from the defaults. What has no option is kept otherwise. */
import { functionOfUri, parseFunctionArn } from "../../aws/arn";
import { parseMappingTarget } from "../../aws/parameter-mapping";
import { eventOf } from "../../aws/route-key";
import { ROUTE_RESPONSE, SELECT_DEFAULT } from "../../aws/selection-expression";
import { DEFAULTS } from "../../contract/defaults";
import { integrationOf, type Live, type LiveIntegration, type LiveRoute, type LiveStage } from "../read/live";
import { type Backend, defaultPath, isHttp } from "./backend";
import type { TemplateFiles } from "./templates";
import { filled, type Tree, withoutUndefined } from "./tree";

export interface RouteContext {
  readonly live: Live;
  readonly stage: LiveStage;
  readonly backend: Backend;
  readonly originSecret: string | undefined;
  readonly templates: TemplateFiles;
}

/** Returns the routes by key. A route with the defaults of `$connect` or `$disconnect` is left out. */
export function routesOf(context: RouteContext): Tree {
  const routes: Record<string, Tree | false | null> = {};
  for (const route of [...context.live.routes].sort(inOrder)) {
    const settings = routeOf(route, context);
    const isEmpty = Object.keys(settings).length === 0;
    if (!isEmpty) routes[route.routeKey] = settings;
    else if (eventOf(route.routeKey) === "MESSAGE") routes[route.routeKey] = null;
  }
  const has = (key: string) => context.live.routes.some(({ routeKey }) => routeKey === key);
  if (!has("$disconnect")) routes.$disconnect = false;
  return routes;
}

const ORDER = ["$connect", "$disconnect", "$default"];
const inOrder = (a: LiveRoute, b: LiveRoute): number => place(a) - place(b) || (a.routeKey < b.routeKey ? -1 : 1);
const place = ({ routeKey }: LiveRoute): number => (ORDER.includes(routeKey) ? ORDER.indexOf(routeKey) : ORDER.length);

function routeOf(route: LiveRoute, context: RouteContext): Tree {
  const integration = integrationOf(context.live, route);
  return withoutUndefined({
    requestParameters: route.routeKey === "$connect" ? requestParameters(route) : undefined,
    ...(integration?.integrationType === "AWS_PROXY" ? lambda(integration, context.backend) : {}),
    // Other types have the same settings as HTTP. Their type and target are kept beside them.
    ...(integration && integration.integrationType !== "AWS_PROXY" ? http(route, integration, context) : {}),
    reply: isTwoWay(route) || undefined,
    throttle: throttleOf(route, context.stage),
  });
}

const isTwoWay = ({ routeKey, routeResponseSelectionExpression, responses }: LiveRoute): boolean =>
  eventOf(routeKey) === "MESSAGE" &&
  routeResponseSelectionExpression === ROUTE_RESPONSE &&
  responses.some(({ routeResponseKey }) => routeResponseKey === ROUTE_RESPONSE);

function requestParameters({ requestParameters }: LiveRoute): Tree | undefined {
  const entries = Object.entries(requestParameters);
  if (entries.length === 0) return undefined;
  return Object.fromEntries(entries.map(([key, { required }]) => [key, required ? "required" : "optional"]));
}

function lambda({ integrationUri, timeoutInMillis }: LiveIntegration, backend: Backend): Tree {
  const arn = functionOfUri(integrationUri ?? "");
  if (arn === undefined || parseFunctionArn(arn) === undefined) return {};
  return { lambda: arn, timeoutMs: timeoutInMillis === backend.timeoutMs ? undefined : timeoutInMillis };
}

function http({ routeKey }: LiveRoute, integration: LiveIntegration, context: RouteContext): Tree {
  const { backend, templates } = context;
  const { integrationUri = "", integrationType } = integration;
  const type = integrationType === "HTTP_PROXY" ? integrationType : "HTTP";
  const isCalled = isHttp(integration);
  const from = (part: string, texts: Readonly<Record<string, string>>) =>
    Object.keys(texts).length === 0 ? undefined : templates.of(routeKey, part, texts);
  return {
    url: isCalled ? urlOf(integrationUri, routeKey, backend) : undefined,
    integration: type === backend.type ? undefined : type === "HTTP_PROXY" ? "http-proxy" : "http",
    method: integration.integrationMethod === backend.method || !isCalled ? undefined : integration.integrationMethod,
    timeoutMs: integration.timeoutInMillis === backend.timeoutMs ? undefined : integration.timeoutInMillis,
    ...mappings(routeKey, integration, context),
    requestTemplates: from("request", integration.requestTemplates),
    templateSelectionExpression: unlessDefault(integration.templateSelectionExpression),
    passthroughBehavior:
      integration.passthroughBehavior === DEFAULTS.passthroughBehavior ? undefined : integration.passthroughBehavior,
    responses: type === "HTTP" ? responses(routeKey, integration, templates) : undefined,
  };
}

const unlessDefault = (expression: string | undefined) => (expression === SELECT_DEFAULT.text ? undefined : expression);

function urlOf(uri: string, routeKey: string, { url }: Backend): string | undefined {
  const base = url.replace(/\/+$/, "");
  if (uri === `${base}${defaultPath(routeKey)}`) return undefined;
  return uri.startsWith(`${base}/`) ? uri.slice(base.length) : uri;
}

/** Returns `query`, `headers` and `path`. The stack adds two headers itself, which are left out. */
function mappings(routeKey: string, integration: LiveIntegration, { originSecret, live }: RouteContext): Tree {
  const found: Record<"querystring" | "header" | "path", Record<string, string>> = {
    querystring: {},
    header: {},
    path: {},
  };
  for (const [text, source] of Object.entries(integration.requestParameters)) {
    const target = parseMappingTarget(text);
    if (target === undefined) continue;
    const isOrigin = target.location === "header" && target.name === originSecret;
    const isPlain = isPlainRequest(routeKey, integration, text, source);
    if (!isOrigin && !isPlain) found[target.location][target.name] = source;
  }
  return {
    query: sameTexts(found.querystring, defaultQuery(routeKey, live)) ? undefined : found.querystring,
    headers: filled(found.header),
    path: filled(found.path),
  };
}

/** The header that stacks/route-integration.ts adds. */
const isPlainRequest = (
  routeKey: string,
  { integrationType }: LiveIntegration,
  target: string,
  source: string,
): boolean =>
  routeKey === "$connect" &&
  integrationType === "HTTP_PROXY" &&
  target === "integration.request.header.Sec-WebSocket-Version" &&
  source === "'0'";

/** The query of config/resolve/mappings.ts. */
function defaultQuery(routeKey: string, { routes }: Live): Record<string, string> {
  const connectionId = { connectionId: "context.connectionId" };
  const connect = routes.find((route) => route.routeKey === "$connect");
  if (routeKey !== "$connect") return connectionId;
  if (connect?.authorizationType === "AWS_IAM") return { ...connectionId, userId: "context.identity.userArn" };
  if (connect?.authorizationType !== "CUSTOM") return connectionId;
  return { ...connectionId, userId: "context.authorizer.userId", orgId: "context.authorizer.orgId" };
}

const sameTexts = (a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([key, value]) => b[key] === value);

function responses(routeKey: string, { responses }: LiveIntegration, templates: TemplateFiles): Tree | undefined {
  const entries = responses.map(({ integrationResponseKey: key, responseTemplates, templateSelectionExpression }) => {
    const settings = withoutUndefined({
      templates:
        Object.keys(responseTemplates).length === 0
          ? undefined
          : templates.of(routeKey, `response ${key}`, responseTemplates),
      templateSelectionExpression: unlessDefault(templateSelectionExpression),
    });
    return [key, settings] as const;
  });
  const [first, ...others] = entries;
  const isDefault =
    first === undefined ||
    (others.length === 0 && first[0] === DEFAULTS.responseKey && Object.keys(first[1]).length === 0);
  return isDefault ? undefined : Object.fromEntries(entries);
}

/** Returns the limits of a route, if both are set. */
function throttleOf({ routeKey }: LiveRoute, { routeSettings }: LiveStage): Tree | undefined {
  return limitsOf(routeSettings[routeKey]);
}

export function limitsOf(settings: LiveStage["defaultRouteSettings"] | undefined): Tree | undefined {
  const { throttlingBurstLimit: burst, throttlingRateLimit: rate } = settings ?? {};
  return burst && rate ? { burst, rate } : undefined;
}
