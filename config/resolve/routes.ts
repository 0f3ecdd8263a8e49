/** Resolves `backend` and `routes` to routes with their integrations. */
import { INTEGRATION_TIMEOUT_MS, QUOTAS } from "../../aws/limits";
import { didYouMean } from "../../terminal/nearest";
import type { Path } from "../document/tree";
import { eventOf } from "../grammar/context-variables";
import { checkTemplateSelection } from "../grammar/selection";
import type { HttpIntegration, IntegrationResponse, LambdaIntegration, Route } from "../model";
import type { BackendInput, RouteInput, TemplatesInput } from "../schema/routes";
import { type MappingScope, resolveMappings } from "./mappings";
import { readReferenced, type Scope } from "./scope";

const DEFAULT_TIMEOUT_MS = INTEGRATION_TIMEOUT_MS.most;
const DEFAULT_TEMPLATE = "\\$default";

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

function checkRouteKey(key: string, { report }: Scope): void {
  const path = ["routes", key];
  if (["$connect", "$disconnect", "$default"].includes(key)) return;
  if (key.startsWith("$")) {
    report.key(
      path,
      "only `$connect`, `$disconnect` and `$default` begin with `$`.",
      didYouMean(key, ["$connect", "$disconnect", "$default"]),
    );
  } else if (!/^[^\p{Cc}${}]{1,128}$/u.test(key)) {
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
  const path = ["routes", key];
  const requestParameters = declared(key, route, scope);
  if (route.reply && eventOf(key) !== "MESSAGE") {
    const hint = "Only messages can have a reply.";
    scope.report.key([...path, "reply"], `the backend's answer on \`${key}\` is never sent to the client.`, hint);
  }
  const integration =
    route.lambda === undefined
      ? httpIntegration(key, route, backend, mapping, scope)
      : lambdaIntegration(route.lambda, route, backend, path, scope);
  return { key, requestParameters, reply: route.reply ?? false, integration };
}

/** The declared parameters of the handshake; no other event has a query string or headers. */
function declared(key: string, { requestParameters = {} }: RouteInput, { report }: Scope): Record<string, boolean> {
  const path = ["routes", key, "requestParameters"];
  if (key !== "$connect" && Object.keys(requestParameters).length > 0) {
    report.key(path, "only `$connect` has a query string and headers to declare.");
  }
  for (const name of Object.keys(requestParameters)) {
    if (/^route\.request\.(querystring|header)\.[a-zA-Z0-9._$-]+$/.test(name)) continue;
    const bare = name.replace(
      /^\$?((route|method|integration)\.)?(request\.)?(multivalue)?(query|querystring|headers?)\./,
      "",
    );
    const place = /header/.test(name) ? "header" : "querystring";
    const hint = /^[a-zA-Z0-9._$-]+$/.test(bare) ? `Did you mean \`route.request.${place}.${bare}\`?` : undefined;
    report.key([...path, name], "expected `route.request.querystring.NAME` or `route.request.header.NAME`.", hint);
  }
  return Object.fromEntries(Object.entries(requestParameters).map(([name, need]) => [name, need === "required"]));
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
  return { type: "AWS_PROXY", functionArn, timeoutMs: route.timeoutMs ?? backend.timeoutMs ?? DEFAULT_TIMEOUT_MS };
}

function httpIntegration(
  key: string,
  route: RouteInput,
  backend: BackendInput,
  mapping: MappingScope,
  scope: Scope,
): HttpIntegration {
  const path = ["routes", key];
  const type = (route.integration ?? backend.integration) === "http-proxy" ? "HTTP_PROXY" : "HTTP";
  const uri = joinUrl(backend.url, route.url ?? `/${encodeURIComponent(key.replace(/^\$/, ""))}`);
  const requestTemplates = resolveTemplates(route.requestTemplates, [...path, "requestTemplates"], scope);
  checkSelection(route.templateSelectionExpression, "request", [...path, "templateSelectionExpression"], scope);
  if (type === "HTTP_PROXY" && route.responses) {
    scope.report.key(
      [...path, "responses"],
      "has no effect with `http-proxy`: API Gateway passes the backend's answer on unchanged.",
    );
  }
  return {
    type,
    method: route.method ?? backend.method ?? "POST",
    uri,
    toBackend: hostOf(uri) === hostOf(backend.url),
    timeoutMs: route.timeoutMs ?? backend.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    requestParameters: resolveMappings(key, route, uri, mapping, scope),
    requestTemplates,
    templateSelectionExpression: route.templateSelectionExpression ?? DEFAULT_TEMPLATE,
    passthroughBehavior: route.passthroughBehavior ?? "WHEN_NO_MATCH",
    responses: type === "HTTP" ? resolveResponses(route, path, scope) : [],
  };
}

/** `url` is a path under the backend's URL, or a full URL. */
function joinUrl(base: string, url: string): string {
  return /^https?:/.test(url) ? url : `${base.replace(/\/+$/, "")}${url}`;
}

const hostOf = (url: string) => /^https?:\/\/([^/:]*)/.exec(url)?.[1];

function resolveResponses(route: RouteInput, path: Path, scope: Scope): IntegrationResponse[] {
  const responses = Object.entries(route.responses ?? { $default: {} });
  if (responses.length === 0) {
    scope.report.key(
      [...path, "responses"],
      "expected at least `$default`: API Gateway answers 500 if no response matches.",
    );
  }
  return responses.map(([key, response]) => {
    const at = [...path, "responses", key];
    if (key !== "$default" && !isPattern(key)) {
      const hint = /^\d{3}$/.test(key) ? `Did you mean \`/${key}/\`?` : undefined;
      scope.report.key(
        at,
        "expected `$default` or a pattern of the status between slashes, such as `/5\\d\\d/`.",
        hint,
      );
    }
    checkSelection(response.templateSelectionExpression, "response", [...at, "templateSelectionExpression"], scope);
    return {
      key,
      templates: resolveTemplates(response.templates, [...at, "templates"], scope),
      templateSelectionExpression: response.templateSelectionExpression ?? DEFAULT_TEMPLATE,
    };
  });
}

function isPattern(key: string): boolean {
  const source = /^\/(.{1,128})\/$/.exec(key)?.[1];
  if (source === undefined) return false;
  try {
    return new RegExp(source) instanceof RegExp;
  } catch {
    return false;
  }
}

function checkSelection(text: string | undefined, of: "request" | "response", path: Path, { report }: Scope): void {
  const found = text === undefined ? undefined : checkTemplateSelection(text, of);
  if (found) report(path, `${found.mistake}.`, found.hint);
}

function resolveTemplates(templates: TemplatesInput | undefined, path: Path, scope: Scope): Record<string, string> {
  const resolved = Object.entries(templates ?? {}).map(([key, template]) => {
    const text =
      typeof template === "string" ? template : (readReferenced(scope, template.file, [...path, key, "file"]) ?? "");
    const bytes = Buffer.byteLength(text);
    if (bytes > QUOTAS.mappingTemplateBytes)
      scope.report.key(
        [...path, key],
        `is ${bytes} bytes long; a template may have at most ${QUOTAS.mappingTemplateBytes}.`,
      );
    return [key, text];
  });
  return Object.fromEntries(resolved);
}
