/** Writes the settings of `gateway.yaml` for an API: the shortest that its options allow. */
import { canonicalJson, type Json } from "../../aws/canonical-json";
import { executionLogGroup } from "../../aws/names";
import { DEFAULTS } from "../../contract/defaults";
import { accessLogGroup } from "../../contract/names";
import { ownTags } from "../compare/arguments";
import { type Named, namesOf } from "../names";
import type { Live, LiveBundled, LiveStage } from "../read/live";
import { originSecretOf } from "../read/origin-secret";
import { authorizerOf } from "./authorizer";
import { type Backend, chooseBackend } from "./backend";
import { monitoringOf } from "./monitoring";
import { limitsOf, routesOf } from "./routes";
import type { TemplateFiles } from "./templates";
import { filled, type Tree, withoutUndefined } from "./tree";

export interface Configured {
  readonly names: Named;
  readonly settings: Tree;
  readonly backendUrl: string;
  /** The bundled authorizer, if the settings describe it. */
  readonly bundled: LiveBundled | undefined;
}

/** Returns the settings, without `adopted`. */
export function configurationOf(
  live: Live,
  stage: LiveStage,
  templates: TemplateFiles,
  { accessLogFormat, local }: { readonly accessLogFormat: string; readonly local: boolean },
): Configured {
  const names = namesOf(live.api.name, stage.stageName);
  const backend = chooseBackend(live);
  const originSecret = originSecretOf(live, backend.url)?.header;
  const { api } = live;
  const authorizer = authorizerOf({ live, stage, files: templates, local });
  const bundled =
    typeof authorizer === "object" && !Object.hasOwn(Object(authorizer), "lambda") ? live.bundled : undefined;
  const settings = withoutUndefined({
    name: names.project,
    description: api.description || undefined,
    region: live.region === DEFAULTS.region ? undefined : live.region,
    tags: tagsOf(live, stage),
    ipAddressType: api.ipAddressType === "dualstack" ? "dualstack" : undefined,
    iam: bundled && iamOf(bundled),
    kmsKeyArn: bundled?.configuration.KMSKeyArn,
    backend: backendOf(backend, originSecret),
    authorizer,
    routeSelectionExpression:
      api.routeSelectionExpression === DEFAULTS.routeSelectionExpression ? undefined : api.routeSelectionExpression,
    routes: filled(routesOf({ live, stage, backend, originSecret, templates })),
    stage: stageOf(stage, names.environment),
    logs: logsOf(live, stage, names, accessLogFormat),
    domain: domainOf(live, stage),
    connectionsPolicy: bundled && live.published?.connectionsPolicy ? undefined : false,
    ...(bundled && live.monitoring && monitoringOf(live.monitoring)),
    ssm: bundled && live.published && live.published.parameters.length > 0 ? undefined : false,
  });
  return { names, settings, backendUrl: backend.url, bundled };
}

function backendOf({ url, type, method, timeoutMs, vpcLinkId }: Backend, originSecret: string | undefined): Json {
  const rest = withoutUndefined({
    integration: type === "HTTP_PROXY" ? "http-proxy" : undefined,
    method: method === DEFAULTS.method ? undefined : method,
    timeoutMs: timeoutMs === DEFAULTS.timeoutMs ? undefined : timeoutMs,
    originSecret: originSecret === DEFAULTS.originSecretHeader ? true : originSecret,
    vpcLink: vpcLinkId === undefined ? undefined : { id: vpcLinkId },
  });
  return Object.keys(rest).length === 0 ? url : { url, ...rest };
}

/** The path and the permissions boundary of the bundled authorizer's roles. */
function iamOf({ role: { path, permissionsBoundary } }: LiveBundled): Json | undefined {
  return filled(withoutUndefined({ path: path === DEFAULTS.iamPath ? undefined : path, permissionsBoundary }));
}

function stageOf(stage: LiveStage, environment: string): Json | undefined {
  const { stageName, stageVariables, defaultRouteSettings } = stage;
  const limits = limitsOf(defaultRouteSettings);
  const isDefault = limits?.burst === DEFAULTS.throttle.burst && limits?.rate === DEFAULTS.throttle.rate;
  const rest = withoutUndefined({
    variables: filled(stageVariables),
    throttle: isDefault ? undefined : limits,
    detailedMetrics: (limits && defaultRouteSettings.detailedMetricsEnabled) || undefined,
  });
  const name = stageName === environment ? undefined : stageName;
  if (Object.keys(rest).length === 0) return name;
  return withoutUndefined({ name, ...rest });
}

function logsOf({ api, logGroups }: Live, stage: LiveStage, names: Named, format: string): Json | undefined {
  const { defaultRouteSettings, accessLogSettings } = stage;
  const { loggingLevel = "OFF" } = defaultRouteSettings;
  const own = accessLogGroup(`${names.project}-${names.environment}`, stage.stageName);
  const hasAccess =
    accessLogSettings?.format === format && accessLogSettings.destinationArn?.replace(/:\*$/, "").endsWith(`:${own}`);
  // Without both limits, the stage's settings are kept as a whole.
  const hasExecution = loggingLevel !== "OFF" && limitsOf(defaultRouteSettings) !== undefined;
  const group = logGroups.find(({ name }) => name === own || name === executionLogGroup(api.apiId, stage.stageName));
  const days = group?.retentionInDays;
  return filled(
    withoutUndefined({
      access: hasAccess || undefined,
      execution: hasExecution ? loggingLevel : undefined,
      retentionDays: (hasAccess || hasExecution) && days !== DEFAULTS.logRetentionDays ? days : undefined,
    }),
  );
}

/** A domain name that only this API uses is managed; of a shared one, only the mapping. */
function domainOf({ mappings, records }: Live, { stageName }: LiveStage): Json | undefined {
  const found = mappings.find(({ mapping }) => mapping.stage === stageName);
  if (!found) return undefined;
  const { domain, mapping, isShared } = found;
  const [configuration] = domain.domainNameConfigurations;
  const basePath = mapping.apiMappingKey || undefined;
  const isPlain =
    configuration?.endpointType === "REGIONAL" &&
    configuration.securityPolicy === "TLS_1_2" &&
    !domain.mutualTlsAuthentication;
  const record = records.find(
    ({ name, target }) => name === domain.domainName && target === configuration?.apiGatewayDomainName,
  );
  const owner =
    isShared || !isPlain || configuration.certificateArn === undefined
      ? { existing: true }
      : { certificateArn: configuration.certificateArn, ...(record ? { zoneId: record.zoneId } : {}) };
  return withoutUndefined({ name: domain.domainName, ...owner, basePath });
}

/** Tags that all resources have, which the stack can set once for all. */
function tagsOf({ api, logGroups, mappings }: Live, stage: LiveStage): Json | undefined {
  const own = (tags: Readonly<Record<string, string>>) => canonicalJson(ownTags(tags));
  const others = [stage.tags, ...logGroups.map(({ tags }) => tags), ...mappings.map(({ domain }) => domain.tags)];
  if (others.some((tags) => own(tags) !== own(api.tags))) return undefined;
  return filled(ownTags(api.tags));
}
