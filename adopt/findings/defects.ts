/** Defects that this project would not create: what each does to clients, and the option that fixes it. */
import { functionOfUri } from "../../aws/arn";
import type { Json } from "../../aws/canonical-json";
import { parseSelectionExpression } from "../../aws/selection-expression";
import { ACCESS_LOG_FORMAT, logsQueryString } from "../../contract/access-log";
import { DEFAULTS } from "../../contract/defaults";
import { covers } from "../compare/match";
import type { Draft } from "../project";
import { connectAuthorizer, integrationOf, type Live, type LiveStage } from "../read/live";

/** Name of each defect, as in `--fix`. */
export const DEFECTS = [
  "route-selection",
  "missing-response",
  "throttle",
  "data-trace",
  "access-log",
  "permission",
  "auto-deploy",
] as const;
export type DefectName = (typeof DEFECTS)[number];

export interface Defect {
  readonly name: DefectName;
  /** Where it is, such as `routes/$disconnect`. */
  readonly where: string;
  /** What it is, and what clients or the log notice. */
  readonly effect: string;
}

/** Finds the defects of an API and its stage. */
export function findDefects(live: Live, stage: LiveStage): readonly Defect[] {
  return [
    ...routeSelection(live),
    ...missingResponses(live),
    ...throttles(stage),
    ...dataTraces(stage),
    ...accessLog(stage),
    ...permissions(live),
    ...autoDeploy(stage),
  ];
}

function routeSelection({ api }: Live): Defect[] {
  const expression = api.routeSelectionExpression;
  const parsed = parseSelectionExpression(expression, "route");
  const isStatic = "parts" in parsed && parsed.parts.every((part) => typeof part === "string");
  if (!isStatic || expression.startsWith("\\$")) return [];
  const effect = `\`${expression}\` has no \`$\`, so it is a fixed text: every message selects the route of that name, or \`$default\`. No message can select a route by its content.`;
  return [{ name: "route-selection", where: "api", effect }];
}

function missingResponses(live: Live): Defect[] {
  return live.routes.flatMap((route) => {
    const integration = integrationOf(live, route);
    if (integration === undefined || /_PROXY$/.test(integration.integrationType) || integration.responses.length > 0)
      return [];
    const effect =
      route.routeKey === "$connect"
        ? "The integration has no response: API Gateway answers 500, and no client can connect."
        : route.routeKey === "$disconnect"
          ? "The integration has no response: API Gateway logs a configuration error at every disconnect. Clients do not notice."
          : "The integration has no response: every message is answered with `Internal server error`.";
    return [{ name: "missing-response", where: `routes/${route.routeKey}`, effect }];
  });
}

function throttles({ defaultRouteSettings, routeSettings }: LiveStage): Defect[] {
  const all = [["stage", defaultRouteSettings] as const, ...named(routeSettings)];
  return all
    .filter(([, settings]) => settings.throttlingBurstLimit === 0 || settings.throttlingRateLimit === 0)
    .map(([where]) => ({
      name: "throttle",
      where,
      effect: "A limit is 0: API Gateway rejects every connection and message with 429.",
    }));
}

function dataTraces({ defaultRouteSettings, routeSettings }: LiveStage): Defect[] {
  const all = [["stage", defaultRouteSettings] as const, ...named(routeSettings)];
  return all
    .filter(([, settings]) => settings.dataTraceEnabled === true)
    .map(([where]) => ({
      name: "data-trace",
      where,
      effect: "Data trace is on: the execution log has every message, and the tokens in the query string.",
    }));
}

const named = (routeSettings: LiveStage["routeSettings"]) =>
  Object.entries(routeSettings).map(([key, settings]) => [`stage, ${key}`, settings] as const);

function accessLog({ accessLogSettings }: LiveStage): Defect[] {
  if (!logsQueryString(accessLogSettings?.format ?? "")) return [];
  const effect = "The access log's format has the query string, and with it the tokens of clients.";
  return [{ name: "access-log", where: "stage", effect }];
}

function permissions(live: Live): Defect[] {
  const authorizer = connectAuthorizer(live);
  const arn = functionOfUri(authorizer?.authorizerUri ?? "");
  const fn = live.functions.find((each) => each.arn === arn);
  if (!authorizer || authorizer.authorizerCredentialsArn || fn === undefined) return [];
  const wanted = `${live.api.apiId}/authorizers/${authorizer.authorizerId}`;
  if (fn.exists && fn.permissions.some(({ sourceArn }) => covers(sourceArn, wanted))) return [];
  const effect = fn.exists
    ? `API Gateway may not invoke the authorizer ${arn}: every client gets 500.`
    : `The authorizer's function ${arn} does not exist: every client gets 500.`;
  return [{ name: "permission", where: `authorizer ${authorizer.name}`, effect }];
}

function autoDeploy({ autoDeploy, stageName }: LiveStage): Defect[] {
  if (!autoDeploy) return [];
  const effect = `The stage ${stageName} deploys every change at once: clients get it before it is tested, and may get a part of a change that has several parts.`;
  return [{ name: "auto-deploy", where: "stage", effect }];
}

/** Removes what keeps a defect, so that the next apply fixes it. */
export function fix(name: DefectName, draft: Draft): Draft {
  switch (name) {
    case "route-selection": {
      const kept = of(draft, "api").route_selection_expression;
      const { routeSelectionExpression: _, ...settings } = draft.settings;
      const expression = typeof kept === "string" ? `$${kept}` : undefined;
      const isDefault = expression === undefined || expression === DEFAULTS.routeSelectionExpression;
      const isBody = expression?.startsWith("$request.body.");
      return {
        settings: isDefault || !isBody ? settings : { ...settings, routeSelectionExpression: expression },
        keep: without(draft, "api", "route_selection_expression"),
      };
    }
    case "missing-response":
      return { ...draft, keep: withoutPaths(draft, (path) => path.includes(" integration/response ")) };
    case "permission":
      return { ...draft, keep: withoutPaths(draft, (path) => path.startsWith("lambda_authorizer/permission")) };
    case "throttle":
      return stageSettings(draft, ({ throttling_burst_limit: burst, throttling_rate_limit: rate, ...rest }) => ({
        ...rest,
        throttling_burst_limit: burst || DEFAULTS.throttle.burst,
        throttling_rate_limit: rate || DEFAULTS.throttle.rate,
      }));
    case "data-trace":
      // With a changed block, Terraform's provider sends 0 for limits that it does not have:
      // https://github.com/hashicorp/terraform-provider-aws/issues/27674
      return stageSettings(draft, ({ throttling_burst_limit: burst, throttling_rate_limit: rate, ...rest }) => ({
        ...rest,
        data_trace_enabled: false,
        throttling_burst_limit: burst ?? DEFAULTS.throttle.burst,
        throttling_rate_limit: rate ?? DEFAULTS.throttle.rate,
      }));
    case "access-log": {
      const log = of(draft, "stage").access_log_settings;
      return withStage(draft, { access_log_settings: { ...treeOf(log), format: ACCESS_LOG_FORMAT } });
    }
    case "auto-deploy": {
      const { stage: _, deployment: __, ...keep } = draft.keep;
      const { auto_deploy: ___, deployment_id: ____, ...rest } = of(draft, "stage");
      return { ...draft, keep: Object.keys(rest).length === 0 ? keep : { ...keep, stage: rest } };
    }
  }
}

type Kept = Readonly<Record<string, Json>>;

const of = ({ keep }: Draft, path: string): Kept => keep[path] || {};

function without(draft: Draft, path: string, argument: string): Draft["keep"] {
  const { [argument]: _, ...rest } = of(draft, path);
  const { [path]: __, ...others } = draft.keep;
  return Object.keys(rest).length === 0 ? others : { ...others, [path]: rest };
}

const withoutPaths = ({ keep }: Draft, matches: (path: string) => boolean): Draft["keep"] =>
  Object.fromEntries(Object.entries(keep).filter(([path, kept]) => kept !== false || !matches(path)));

/** Changes the settings of the stage and of its routes, where they are kept. */
function stageSettings(draft: Draft, change: (settings: Kept) => Kept): Draft {
  const { default_route_settings: defaults, route_settings: routes } = of(draft, "stage");
  return withStage(draft, {
    ...(defaults === undefined ? {} : { default_route_settings: change(treeOf(defaults)) }),
    ...(Array.isArray(routes) ? { route_settings: routes.map((each: Json) => change(treeOf(each))) } : {}),
  });
}

const withStage = (draft: Draft, changed: Kept): Draft => ({
  ...draft,
  keep: { ...draft.keep, stage: { ...of(draft, "stage"), ...changed } },
});

function treeOf(value: Json | undefined): Kept {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, item ?? null]));
}
