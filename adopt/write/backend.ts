/** Chooses the backend's settings: those that most routes share. */
import { DEFAULTS } from "../../contract/defaults";
import { integrationOf, type Live, type LiveIntegration, type LiveRoute } from "../read/live";

export interface Backend {
  readonly url: string;
  readonly type: string;
  readonly method: string;
  readonly timeoutMs: number;
  readonly vpcLinkId: string | undefined;
}

/** The URL of an API whose routes have no HTTP backend. `gateway.yaml` requires one. */
export const NO_BACKEND = "https://backend.invalid";

export const isHttp = ({ integrationType }: LiveIntegration): boolean => /^HTTP/.test(integrationType);

/** The path of a route at the backend, if the route has no `url`. */
export const defaultPath = (routeKey: string): string => `/${encodeURIComponent(routeKey.replace(/^\$/, ""))}`;

export function chooseBackend(live: Live): Backend {
  const http = live.routes.flatMap((route): (readonly [LiveRoute, LiveIntegration])[] => {
    const integration = integrationOf(live, route);
    return integration && isHttp(integration) ? [[route, integration]] : [];
  });
  const integrations = http.map(([, integration]) => integration);
  const url = mostOften(http.flatMap(([route, integration]) => baseUrl(route, integration.integrationUri ?? "")));
  const backend = { ...fallback, url: url ?? originOf(integrations) ?? NO_BACKEND };
  const there = integrations.filter(({ integrationUri }) => integrationUri?.startsWith(backend.url));
  const links = there.map(({ connectionType, connectionId }) =>
    connectionType === "VPC_LINK" ? connectionId : undefined,
  );
  return {
    ...backend,
    type: mostOften(integrations.map(({ integrationType }) => integrationType)) ?? backend.type,
    method:
      mostOften(integrations.map(({ integrationMethod }) => integrationMethod ?? backend.method)) ?? backend.method,
    timeoutMs:
      mostOften(integrations.map(({ timeoutInMillis }) => timeoutInMillis ?? backend.timeoutMs)) ?? backend.timeoutMs,
    vpcLinkId: links.every((link) => link === links[0]) ? links[0] : undefined,
  };
}

const fallback = { type: "HTTP", method: DEFAULTS.method, timeoutMs: DEFAULTS.timeoutMs };

/** The URL in front of the path that a route has by default. */
function baseUrl({ routeKey }: LiveRoute, uri: string): string[] {
  const path = defaultPath(routeKey);
  return uri.endsWith(path) && /^https?:\/\/[^/]/.test(uri.slice(0, -path.length)) ? [uri.slice(0, -path.length)] : [];
}

const originOf = (integrations: readonly LiveIntegration[]): string | undefined =>
  mostOften(integrations.flatMap(({ integrationUri }) => /^https?:\/\/[^/?#]+/.exec(integrationUri ?? "")?.[0] ?? []));

/** Returns the most frequent value, the first of several. */
function mostOften<T>(values: readonly T[]): T | undefined {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const most = Math.max(0, ...counts.values());
  return [...counts].find(([, count]) => count === most)?.[0];
}
