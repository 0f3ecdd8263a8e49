/** Resolves `routes`: their keys, the declared parameters of the client, and their integrations. */
import { QUOTAS } from "../../aws/limits";
import { isParameterName, type MappingSource } from "../../aws/parameter-mapping";
import { parseRequestParameter, type RequestParameter } from "../../aws/request-parameter";
import { eventOf, PREDEFINED_ROUTE_KEYS, parseRouteKey } from "../../aws/route-key";
import { didYouMean } from "../../terminal/nearest";
import type { Integration, Route } from "../model";
import type { BackendInput, RouteInput } from "../schema/routes";
import { resolveIntegration } from "./integration";
import { connectSource, eventSource, type MappingScope, type SourceParser } from "./mapping-sources";
import type { Scope } from "./scope";

type RoutesInput = Readonly<Record<string, RouteInput | false | null | undefined>>;

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
  const integration = <Source extends MappingSource>(parseSource: SourceParser<Source>): Integration<Source> =>
    resolveIntegration(key, route, backend, mapping, parseSource, scope);
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
