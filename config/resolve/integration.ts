/** Resolves a route's settings to its integration: the backend's URL, the mappings, templates and responses. */
import { QUOTAS } from "../../aws/limits";
import type { MappingSource } from "../../aws/parameter-mapping";
import { parseResponseKey } from "../../aws/response-key";
import { eventOf } from "../../aws/route-key";
import { SELECT_DEFAULT, type SelectionExpression } from "../../aws/selection-expression";
import { readTemplate } from "../../aws/template";
import { DEFAULTS } from "../../contract/defaults";
import type { Path } from "../document/tree";
import { readTemplateSelection } from "../expressions/selection";
import type { HttpIntegration, Integration, IntegrationResponse, LambdaIntegration } from "../model";
import type { BackendInput, RouteInput, TemplatesInput } from "../schema/routes";
import type { MappingScope, SourceParser } from "./mapping-sources";
import { resolveMappings } from "./mappings";
import { checkOriginSecret, checkReachable, hostOf } from "./reachable";
import { readReferenced, type Scope } from "./scope";

/** Returns the integration of a route. `parseSource` parses the sources that its mappings may read. */
export function resolveIntegration<Source extends MappingSource>(
  key: string,
  route: RouteInput,
  backend: BackendInput,
  mapping: MappingScope,
  parseSource: SourceParser<Source>,
  scope: Scope,
): Integration<Source> {
  return route.lambda === undefined
    ? httpIntegration(key, route, backend, mapping, parseSource, scope)
    : lambdaIntegration(route.lambda, route, backend, ["routes", key], scope);
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
  parseSource: SourceParser<Source>,
  scope: Scope,
): HttpIntegration<Source> {
  const path = ["routes", key];
  const type = (route.integration ?? backend.integration) === "http-proxy" ? "HTTP_PROXY" : "HTTP";
  const uri = joinUrl(backend.url, route.url ?? `/${encodeURIComponent(key.replace(/^\$/, ""))}`);
  const toBackend = hostOf(uri) === hostOf(backend.url);
  if (route.url !== undefined) {
    checkReachable(uri, false, [...path, "url"], scope);
    if (toBackend) checkOriginSecret(uri, backend, [...path, "url"], scope);
  }
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
    toBackend,
    timeoutMs: route.timeoutMs ?? backend.timeoutMs ?? DEFAULTS.timeoutMs,
    mappings: resolveMappings(key, route, uri, mapping, parseSource, scope),
    requestTemplates,
    templateSelectionExpression: selection,
    passthroughBehavior: route.passthroughBehavior ?? DEFAULTS.passthroughBehavior,
    responses: type === "HTTP" ? resolveResponses(route, path, scope) : [],
  };
}

const EMPTY_OBJECT: TemplatesInput = { $default: "{}" };

/** Returns whether `jsonBody` applies to the route. With HTTP_PROXY there is neither a template nor a Content-Type. */
function hasJsonBody(key: string, type: HttpIntegration["type"], { jsonBody }: BackendInput): boolean {
  return jsonBody === true && type === "HTTP" && eventOf(key) !== "MESSAGE";
}

/** Returns the URL of an integration. `url` is a path under the backend's URL, or a full URL. */
function joinUrl(base: string, url: string): string {
  return /^https?:/.test(url) ? url : `${base.replace(/\/+$/, "")}${url}`;
}

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
