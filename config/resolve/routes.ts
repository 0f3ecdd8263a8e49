/** Resolves `backend` and `routes` to routes with their integrations. */
import { BlockList, isIPv4 } from "node:net";
import { QUOTAS } from "../../aws/limits";
import { isParameterName, type MappingSource } from "../../aws/parameter-mapping";
import { parseRequestParameter, type RequestParameter } from "../../aws/request-parameter";
import { parseResponseKey } from "../../aws/response-key";
import { eventOf, PREDEFINED_ROUTE_KEYS, parseRouteKey } from "../../aws/route-key";
import { SELECT_DEFAULT, type SelectionExpression } from "../../aws/selection-expression";
import { readTemplate } from "../../aws/template";
import { DEFAULTS } from "../../contract/defaults";
import { didYouMean } from "../../terminal/nearest";
import type { Path } from "../document/tree";
import { readTemplateSelection } from "../expressions/selection";
import type { HttpIntegration, Integration, IntegrationResponse, LambdaIntegration, Route } from "../model";
import type { BackendInput, RouteInput, TemplatesInput } from "../schema/routes";
import { type Accepts, connectSource, eventSource, type MappingScope, resolveMappings } from "./mappings";
import { readReferenced, type Scope } from "./scope";

export type RoutesInput = Readonly<Record<string, RouteInput | false | null | undefined>>;

export function resolveRoutes(input: RoutesInput, backend: BackendInput, mapping: MappingScope, scope: Scope): Route[] {
  const keys = new Set(["$connect", "$disconnect", ...Object.keys(input)]);
  if (keys.size > QUOTAS.routes)
    scope.report.key(["routes"], `an API has at most ${QUOTAS.routes} routes, not ${keys.size}.`);
  return [...keys].flatMap((key) => {
    checkRouteKey(key, scope);
    const route = input[key] ?? {};
    return route === false ? [] : [resolveRoute(key, route, backend, mapping, scope)];
  });
}

/**
 * Checks a route key, more strictly than AWS: other keys are probably mistakes, or no selection expression can match
 * them.
 */
function checkRouteKey(key: string, { report }: Scope): void {
  const path = ["routes", key];
  if (parseRouteKey(key)?.reserved) {
    report.key(
      path,
      "only `$connect`, `$disconnect` and `$default` begin with `$`.",
      didYouMean(key, PREDEFINED_ROUTE_KEYS),
    );
  } else if (eventOf(key) === "MESSAGE" && key !== "$default" && !/^[^\p{Cc}${}]{1,128}$/u.test(key)) {
    report.key(path, "expected an action of at most 128 characters, without `$`, braces or line breaks.");
  }
}

function resolveRoute(
  key: string,
  route: RouteInput,
  backend: BackendInput,
  mapping: MappingScope,
  scope: Scope,
): Route {
  const event = eventOf(key);
  const requestParameters = declared(key, route, scope);
  if (route.reply && event !== "MESSAGE") {
    const hint = "Only messages can have a reply.";
    scope.report.key(["routes", key, "reply"], `the backend's answer on \`${key}\` is never sent to the client.`, hint);
  }
  const integration = <Source extends MappingSource>(accepts: Accepts<Source>): Integration<Source> =>
    route.lambda === undefined
      ? httpIntegration(key, route, backend, mapping, accepts, scope)
      : lambdaIntegration(route.lambda, route, backend, ["routes", key], scope);
  switch (event) {
    case "CONNECT":
      return {
        event,
        key: "$connect",
        requestParameters,
        integration: integration(connectSource(route, scope)),
      };
    case "DISCONNECT":
      return { event, key: "$disconnect", integration: integration(eventSource(key)) };
    case "MESSAGE":
      return { event, key, reply: route.reply ?? false, integration: integration(eventSource(key)) };
  }
}

/** Returns the declared parameters of the handshake. No other event has a query string or headers. */
function declared(key: string, { requestParameters = {} }: RouteInput, { report }: Scope): RequestParameter[] {
  const path = ["routes", key, "requestParameters"];
  if (key !== "$connect" && Object.keys(requestParameters).length > 0) {
    report.key(path, "only `$connect` has a query string and headers to declare.");
  }
  return Object.entries(requestParameters).flatMap(([text, need]) => {
    const source = parseRequestParameter(text);
    // AWS uses one declaration for a single value and for a list of values, so the single form is enough.
    if (source && !source.location.startsWith("multivalue")) return [{ source, required: need === "required" }];
    const bare = text.replace(
      /^\$?((route|method|integration)\.)?(request\.)?(multivalue)?(query|querystring|headers?)\./,
      "",
    );
    const place = /header/.test(text) ? "header" : "querystring";
    const hint = isParameterName(bare) ? `Did you mean \`route.request.${place}.${bare}\`?` : undefined;
    report.key([...path, text], "expected `route.request.querystring.NAME` or `route.request.header.NAME`.", hint);
    return [];
  });
}

/** Settings of HTTP integrations only: a Lambda function receives the whole event. */
const HTTP_ONLY = [
  "url",
  "method",
  "integration",
  "query",
  "headers",
  "path",
  "requestTemplates",
  "templateSelectionExpression",
  "passthroughBehavior",
  "responses",
] as const;

function lambdaIntegration(
  functionArn: string,
  route: RouteInput,
  backend: BackendInput,
  path: Path,
  scope: Scope,
): LambdaIntegration {
  for (const key of HTTP_ONLY) {
    if (route[key] === undefined) continue;
    scope.report.key([...path, key], "has no effect with `lambda`: the function receives the whole event.");
  }
  return { type: "AWS_PROXY", functionArn, timeoutMs: route.timeoutMs ?? backend.timeoutMs ?? DEFAULTS.timeoutMs };
}

function httpIntegration<Source extends MappingSource>(
  key: string,
  route: RouteInput,
  backend: BackendInput,
  mapping: MappingScope,
  accepts: Accepts<Source>,
  scope: Scope,
): HttpIntegration<Source> {
  const path = ["routes", key];
  const type = (route.integration ?? backend.integration) === "http-proxy" ? "HTTP_PROXY" : "HTTP";
  const uri = joinUrl(backend.url, route.url ?? `/${encodeURIComponent(key.replace(/^\$/, ""))}`);
  if (route.url !== undefined) checkReachable(uri, false, [...path, "url"], scope);
  const templates = route.requestTemplates ?? (hasJsonBody(key, type, backend) ? EMPTY_OBJECT : undefined);
  const requestTemplates = resolveTemplates(templates, [...path, "requestTemplates"], scope);
  const selection = resolveSelection(route.templateSelectionExpression, "request", path, scope);
  if (type === "HTTP_PROXY" && route.responses) {
    scope.report.key(
      [...path, "responses"],
      "has no effect with `http-proxy`: API Gateway passes the backend's answer on unchanged.",
    );
  }
  return {
    type,
    method: route.method ?? backend.method ?? DEFAULTS.method,
    uri,
    toBackend: hostOf(uri) === hostOf(backend.url),
    timeoutMs: route.timeoutMs ?? backend.timeoutMs ?? DEFAULTS.timeoutMs,
    mappings: resolveMappings(key, route, uri, mapping, accepts, scope),
    requestTemplates,
    templateSelectionExpression: selection,
    passthroughBehavior: route.passthroughBehavior ?? DEFAULTS.passthroughBehavior,
    responses: type === "HTTP" ? resolveResponses(route, path, scope) : [],
  };
}

const EMPTY_OBJECT: TemplatesInput = { $default: "{}" };

/** With HTTP_PROXY there is neither a template nor a Content-Type. */
function hasJsonBody(key: string, type: HttpIntegration["type"], { jsonBody }: BackendInput): boolean {
  return jsonBody === true && type === "HTTP" && eventOf(key) !== "MESSAGE";
}

/** Returns the URL of an integration. `url` is a path under the backend's URL, or a full URL. */
function joinUrl(base: string, url: string): string {
  return /^https?:/.test(url) ? url : `${base.replace(/\/+$/, "")}${url}`;
}

/** Addresses that are valid on one machine or in one network only: https://www.iana.org/assignments/iana-ipv4-special-registry */
const PRIVATE = new BlockList();
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
] as const)
  PRIVATE.addSubnet(network, prefix);

/** Reports a URL that API Gateway cannot reach. It calls backends over the internet or through a VPC link. */
export function checkReachable(url: string, vpcLink: boolean, path: Path, { report, local }: Scope): void {
  const host = hostOf(url) ?? "";
  const isPrivate = /^(.+\.)?localhost$/i.test(host) || (isIPv4(host) && !vpcLink && PRIVATE.check(host));
  if (!isPrivate || local) return;
  report(
    path,
    `API Gateway cannot reach \`${host}\`.`,
    "Use a public host, or a VPC link. The local gateway accepts this address.",
  );
}

const hostOf = (url: string) => /^https?:\/\/([^/:]*)/.exec(url)?.[1];

function resolveResponses(route: RouteInput, path: Path, scope: Scope): IntegrationResponse[] {
  const responses = Object.entries(route.responses ?? { [DEFAULTS.responseKey]: {} });
  if (responses.length === 0) {
    scope.report.key(
      [...path, "responses"],
      "expected at least `$default`: API Gateway answers 500 if no response matches.",
    );
  }
  return responses.flatMap(([text, response]) => {
    const at = [...path, "responses", text];
    const templateSelectionExpression = resolveSelection(response.templateSelectionExpression, "response", at, scope);
    const templates = resolveTemplates(response.templates, [...at, "templates"], scope);
    const key = parseResponseKey(text);
    if (key) return [{ key, templates, templateSelectionExpression }];
    const hint = /^\d{3}$/.test(text) ? `Did you mean \`/${text}/\`?` : undefined;
    scope.report.key(at, "expected `$default` or a pattern of the status between slashes, such as `/5\\d\\d/`.", hint);
    return [];
  });
}

function resolveSelection(
  text: string | undefined,
  of: "request" | "response",
  path: Path,
  { report }: Scope,
): SelectionExpression {
  if (text === undefined) return SELECT_DEFAULT;
  const found = readTemplateSelection(text, of);
  if (!("mistake" in found)) return found;
  report([...path, "templateSelectionExpression"], `${found.mistake}.`, found.hint);
  return SELECT_DEFAULT;
}

function resolveTemplates(templates: TemplatesInput | undefined, path: Path, scope: Scope): Record<string, string> {
  const resolve = ([key, template]: [string, TemplatesInput[string]]): [string, string] => {
    const text =
      typeof template === "string" ? template : (readReferenced(scope, template.file, [...path, key, "file"]) ?? "");
    const bytes = Buffer.byteLength(text);
    if (bytes > QUOTAS.mappingTemplateBytes)
      scope.report.key(
        [...path, key],
        `is ${bytes} bytes long; a template may have at most ${QUOTAS.mappingTemplateBytes}.`,
      );
    else checkTemplate(text, typeof template === "string" ? undefined : template.file, [...path, key], scope);
    return [key, text];
  };
  return Object.fromEntries(Object.entries(templates ?? {}).map(resolve));
}

/** Reports a template that cannot be rendered. API Gateway accepts it, but then every event of the route fails. */
function checkTemplate(text: string, file: string | undefined, path: Path, { report }: Scope): void {
  const found = readTemplate(text);
  if (!("mistake" in found)) return;
  if (file === undefined) report(path, `line ${found.line} of the template: ${found.mistake}.`);
  else report([...path, "file"], `${file}:${found.line}: ${found.mistake}.`);
}
