/** Resolves a typed configuration to one {@link Environment}: sets defaults and reports contradictions. */
import { MAX_TAGS, tagKeyProblem } from "../../aws/names";
import { SELECT_DEFAULT } from "../../aws/selection-expression";
import { DEFAULTS } from "../../contract/defaults";
import { VARIABLES } from "../../contract/names";
import { looksSecret } from "../../terminal/secret-look";
import type { Read } from "../check/read";
import type { Report } from "../check/reporter";
import { readRouteSelection } from "../expressions/selection";
import type { Domain, Environment, OriginSecret } from "../model";
import type { Configuration } from "../schema";
import { resolveAdopted } from "./adopted";
import { contextKeys, resolveAuthorizer } from "./authorizer";
import { resolveAlarms, resolveLogs, resolveStage } from "./operations";
import { checkOriginSecret, checkReachable } from "./reachable";
import { resolveRoutes } from "./routes";
import { checkRegion, type Scope } from "./scope";
import { resolveState } from "./state";
import { checkTexts } from "./texts";
import { warnOfTokenInUrl } from "./token-privacy";

export interface EnvironmentPlace {
  readonly environment: string;
  readonly report: Report;
  readonly readFile: (path: string) => string;
  readonly local: boolean;
  readonly today: Date | undefined;
}

export function resolveEnvironment({ value, intact }: Read, place: EnvironmentPlace): Environment {
  const { environment, report, readFile, local, today } = place;
  const region = value.region ?? DEFAULTS.region;
  const scope: Scope = { project: value.name, environment, region, report, intact, local, today, readFile };
  checkTexts(value, scope);

  if (value.kmsKeyArn !== undefined) checkRegion(value.kmsKeyArn, "key", ["kmsKeyArn"], scope);

  const backend = typeof value.backend === "string" ? { url: value.backend } : value.backend;
  const stage = resolveStage(value, scope);
  const stageVariables = new Set(Object.keys(stage.variables));
  const authorizer = resolveAuthorizer(value.authorizer, stageVariables, scope);
  checkReachable(backend.url, backend.vpcLink !== undefined, ["backend"], scope);
  checkOriginSecret(backend.url, backend, ["backend"], scope);
  const originSecret = resolveOriginSecret(backend.originSecret, scope);
  const mapping = {
    authorizer: authorizer.kind,
    contextKeys: contextKeys(authorizer),
    stageVariables,
    originSecret: originSecret?.header,
  };

  const routes = resolveRoutes(value.routes ?? {}, backend, mapping, scope);
  warnOfTokenInUrl(authorizer, routes, scope);

  const selection = readRouteSelection(value.routeSelectionExpression ?? DEFAULTS.routeSelectionExpression);
  if ("mistake" in selection) report(["routeSelectionExpression"], `${selection.mistake}.`, selection.hint);

  return {
    name: environment,
    project: value.name,
    apiName: `${value.name}-${environment}`,
    description: value.description,
    region,
    allowedAccountIds: value.allowedAccountIds ?? [],
    tags: resolveTags(value.tags, scope),
    iam: { permissionsBoundary: value.iam?.permissionsBoundary, path: value.iam?.path ?? DEFAULTS.iamPath },
    kmsKeyArn: value.kmsKeyArn,
    ipAddressType: value.ipAddressType,
    routeSelectionExpression: "mistake" in selection ? SELECT_DEFAULT : selection,
    routes,
    authorizer,
    stage,
    originSecret,
    logs: resolveLogs(value.logs),
    alarms: resolveAlarms(value.alarms, scope),
    dashboard: value.dashboard ?? false,
    domain: resolveDomain(value.domain, scope),
    vpcLink: resolveVpcLink(backend.vpcLink, scope),
    state: resolveState(value.state, scope),
    connectionsPolicy: value.connectionsPolicy ?? true,
    ssmPrefix: resolveSsmPrefix(value.ssm, scope),
    adopted: resolveAdopted(value, scope),
  };
}

function resolveTags(tags: Configuration["tags"] = {}, { report }: Scope): Environment["tags"] {
  const keys = Object.keys(tags);
  if (keys.length > MAX_TAGS) report.key(["tags"], `expected at most ${MAX_TAGS} tags.`);
  for (const key of keys) {
    const problem = tagKeyProblem(key);
    if (problem === "length") report.key(["tags", key], "expected a key of at most 128 characters.");
    if (problem === "characters")
      report.key(["tags", key], "expected a key of letters, digits, spaces and `_.:/=+-@`.");
    if (problem === "reserved") report.key(["tags", key], "keys that begin with `aws:` are reserved by AWS.");
  }
  return tags;
}

function resolveOriginSecret(given: boolean | string | undefined, { report }: Scope): OriginSecret | undefined {
  if (!given) return undefined;
  if (given !== true && looksSecret(given)) {
    report(
      ["backend", "originSecret"],
      "is the name of the header, but its value looks like the secret itself.",
      `Write \`true\` or the header's name. Pass a new secret in \`TF_VAR_${VARIABLES.originSecret}\`, or in the action's input \`origin-secret\`.`,
    );
  }
  return { header: given === true ? DEFAULTS.originSecretHeader : given };
}

function resolveDomain(given: Configuration["domain"], scope: Scope): Domain | undefined {
  if (!given) return undefined;
  const { report, intact } = scope;
  if (given.existing) {
    for (const key of ["certificateArn", "zoneId"] as const) {
      if (key in given) report.key(["domain", key], "belongs to the owner of the domain, and this one is `existing`.");
    }
  } else if (given.certificateArn === undefined) {
    if (intact("domain")) {
      report.key(
        ["domain"],
        "`certificateArn` is missing.",
        "For a domain that is managed elsewhere, set `existing: true`.",
      );
    }
  } else if (intact("domain")) {
    checkRegion(given.certificateArn, "certificate", ["domain", "certificateArn"], scope);
  }
  return {
    name: given.name,
    certificateArn: given.certificateArn,
    basePath: given.basePath ?? "",
    zoneId: given.zoneId,
  };
}

function resolveVpcLink(given: { id?: string | undefined; targetArn?: string | undefined } | undefined, scope: Scope) {
  if (!given) return undefined;
  if (given.id !== undefined && given.targetArn === undefined) return { id: given.id };
  if (given.targetArn !== undefined && given.id === undefined) {
    checkRegion(given.targetArn, "load balancer", ["backend", "vpcLink", "targetArn"], scope);
    return { targetArn: given.targetArn };
  }
  if (scope.intact("backend", "vpcLink"))
    scope.report.key(["backend", "vpcLink"], "expected either `id` or `targetArn`.");
  return undefined;
}

function resolveSsmPrefix(
  given: boolean | string | undefined,
  { project, environment, report, intact }: Scope,
): string | undefined {
  if (given === false) return undefined;
  if (typeof given === "string") return given;
  // https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html
  if (/^(aws|ssm)/.test(project) && intact("name")) {
    report(
      ["name"],
      "SSM rejects parameters that begin with `/aws` or `/ssm`, and the parameters of this project would.",
      "Set `ssm` to another path, or to false.",
    );
  }
  return `/${project}/${environment}`;
}
