/** Finds the resource on AWS for each resource of a synthesized stack, by its content and not by its name. */
import { executionArn, functionOfUri, parseFunctionArn, unqualified } from "../../aws/arn";
import { PRINCIPALS, partitionOf } from "../../aws/endpoints";
import { executionLogGroup } from "../../aws/names";
import {
  connectAuthorizer,
  integrationOf,
  type Live,
  type LiveIntegration,
  type LiveRoute,
  type LiveStage,
} from "../read/live";
import {
  apiFound,
  authorizerFound,
  deploymentFound,
  type Found,
  integrationFound,
  integrationResponseFound,
  routeFound,
  routeResponseFound,
  stageFound,
} from "./arguments";
import {
  bundledFound,
  domainFound,
  isMonitoring,
  isOfAuthorizer,
  isPublished,
  logGroupFound,
  mappingFound,
  monitoringFound,
  publishedFound,
  recordFound,
} from "./beside";
import { referenceIn, type Synthesized, type SynthesizedStack } from "./stack";

/** The resource on AWS by the address of the stack's resource. Undefined: AWS has no such resource. */
export type Matches = ReadonlyMap<string, Found | undefined>;

/** Types that AWS must have; the others belong to the stack alone, such as the record of its identity. */
const ADOPTABLE: ReadonlySet<string> = new Set([
  "aws_apigatewayv2_api",
  "aws_apigatewayv2_api_mapping",
  "aws_apigatewayv2_authorizer",
  "aws_apigatewayv2_deployment",
  "aws_apigatewayv2_domain_name",
  "aws_apigatewayv2_integration",
  "aws_apigatewayv2_integration_response",
  "aws_apigatewayv2_route",
  "aws_apigatewayv2_route_response",
  "aws_apigatewayv2_stage",
  "aws_cloudwatch_log_group",
  "aws_lambda_permission",
  "aws_route53_record",
]);

/** Whether AWS must have the resource. Of functions, roles and policies, only the stack's own are. */
export const isAdoptable = ({ type, path }: Synthesized, { published, monitoring }: Live): boolean =>
  ADOPTABLE.has(type) ||
  isOfAuthorizer(path) ||
  (published !== undefined && isPublished(type, path)) ||
  (monitoring !== undefined && isMonitoring(type));

/** Returns the resource on AWS for each address of an adoptable resource. */
export function match(stack: SynthesizedStack, live: Live, stage: LiveStage): Matches {
  const pairs = pairRoutes(stack, live);
  const adoptable = stack.resources.filter((resource) => isAdoptable(resource, live));
  return new Map(adoptable.map((resource) => [resource.address, find(resource, pairs, live, stage)]));
}

/** The stack's routes and integrations by address, each with its counterpart on AWS. */
interface Pairs {
  readonly routes: ReadonlyMap<string, LiveRoute | undefined>;
  readonly integrations: ReadonlyMap<string, LiveIntegration | undefined>;
}

/** Pairs routes by their keys, and integrations by the routes that refer to them. */
function pairRoutes(stack: SynthesizedStack, live: Live): Pairs {
  const routes = new Map<string, LiveRoute | undefined>();
  const integrations = new Map<string, LiveIntegration | undefined>();
  const claimed = new Set<LiveIntegration>();
  for (const { type, address, arguments: args } of stack.resources) {
    if (type !== "aws_apigatewayv2_route") continue;
    const route = live.routes.find(({ routeKey }) => routeKey === literalOf(args.route_key));
    routes.set(address, route);
    const integration = route && integrationOf(live, route);
    const reference = referenceIn(args.target);
    if (reference === undefined) continue;
    // A second route with the same integration refers to it by its id.
    integrations.set(reference, integration && !claimed.has(integration) ? integration : undefined);
    if (integration) claimed.add(integration);
  }
  return { routes, integrations };
}

function find(resource: Synthesized, { routes, integrations }: Pairs, live: Live, stage: LiveStage): Found | undefined {
  const { type, path, address, arguments: args } = resource;
  const { apiId } = live.api;
  if (isOfAuthorizer(path)) return bundledFound(resource, live);
  if (isPublished(type, path)) return publishedFound(resource, live);
  if (isMonitoring(type)) return monitoringFound(resource, live);
  switch (type) {
    case "aws_apigatewayv2_api":
      return apiFound(live.api, executionArnOf(live));
    case "aws_apigatewayv2_route": {
      const route = routes.get(address);
      return route && routeFound(apiId, route);
    }
    case "aws_apigatewayv2_integration": {
      const integration = integrations.get(address);
      return integration && integrationFound(apiId, integration);
    }
    case "aws_apigatewayv2_integration_response": {
      const integration = integrations.get(referenceIn(args.integration_id) ?? "");
      const key = literalOf(args.integration_response_key);
      const response = integration?.responses.find(({ integrationResponseKey }) => integrationResponseKey === key);
      return integration && response && integrationResponseFound(apiId, integration.integrationId, response);
    }
    case "aws_apigatewayv2_route_response": {
      const route = routes.get(referenceIn(args.route_id) ?? "");
      const key = literalOf(args.route_response_key);
      const response = route?.responses.find(({ routeResponseKey }) => routeResponseKey === key);
      return route && response && routeResponseFound(apiId, route.routeId, response);
    }
    case "aws_apigatewayv2_authorizer": {
      const authorizer = connectAuthorizer(live);
      return authorizer && authorizerFound(apiId, authorizer);
    }
    case "aws_apigatewayv2_deployment": {
      // Terraform's provider does not import a deployment that API Gateway has made itself.
      const deployment = live.deployments.find(({ deploymentId }) => deploymentId === stage.deploymentId);
      return deployment && !deployment.autoDeployed && !stage.autoDeploy
        ? deploymentFound(apiId, deployment)
        : undefined;
    }
    case "aws_apigatewayv2_stage":
      return stageFound(live, stage);
    case "aws_apigatewayv2_domain_name":
    case "aws_apigatewayv2_api_mapping": {
      const mapping = live.mappings.find((each) => isDomainOf(each, args, stage));
      return mapping && (type === "aws_apigatewayv2_domain_name" ? domainFound(mapping) : mappingFound(mapping));
    }
    case "aws_route53_record":
      return recordFound(args, live);
    case "aws_cloudwatch_log_group":
      return logGroup(path, live, stage);
    case "aws_lambda_permission":
      return permission(path, args, live);
    default:
      return undefined;
  }
}

const literalOf = (value: unknown): string | undefined =>
  typeof value === "string" ? value.replaceAll(/([$%])\1\{/g, "$1{") : undefined;

function isDomainOf({ mapping }: Live["mappings"][number], args: Synthesized["arguments"], stage: LiveStage): boolean {
  if (mapping.stage !== stage.stageName) return false;
  const key = args.api_mapping_key;
  return args.domain_name_configuration !== undefined || (typeof key === "string" ? key : "") === mapping.apiMappingKey;
}

function logGroup(path: string, { api, logGroups }: Live, stage: LiveStage): Found | undefined {
  const destination = stage.accessLogSettings?.destinationArn?.replace(/:\*$/, "");
  const group = logGroups.find(({ name, arn }) =>
    path === "access_log" ? arn === destination : name === executionLogGroup(api.apiId, stage.stageName),
  );
  return group && logGroupFound(group);
}

/**
 * Finds the statement by which API Gateway may invoke the function for this authorizer or route. The function is named by
 * its ARN before the import, and by its name after it.
 */
function permission(path: string, args: Synthesized["arguments"], live: Live): Found | undefined {
  const name = String(args.function_name);
  const qualifier = typeof args.qualifier === "string" ? args.qualifier : undefined;
  const fn = live.functions.find(({ arn }) => {
    const parsed = parseFunctionArn(arn);
    return parsed?.qualifier === qualifier && (unqualified(arn) === name || parsed?.functionName === name);
  });
  const wanted = wantedSource(path, args, live);
  const statements = fn?.permissions.filter(({ sourceArn }) => wanted !== undefined && covers(sourceArn, wanted)) ?? [];
  const statement = statements.find(({ statementId }) => statementId === args.statement_id) ?? statements[0];
  const functionName = parseFunctionArn(fn?.arn ?? "")?.functionName;
  if (!statement || functionName === undefined) return undefined;
  return {
    id: `${[functionName, qualifier].filter((part) => part !== undefined).join(":")}/${statement.statementId}`,
    arguments: {
      action: "lambda:InvokeFunction",
      function_name: functionName,
      principal: PRINCIPALS.apiGateway,
      qualifier,
      source_arn: statement.sourceArn,
      statement_id: statement.statementId,
      statement_id_prefix: undefined,
    },
    unexpressed: [],
  };
}

/** The part of the source ARN after the account: `<api>/authorizers/<id>` or `<api>/<stage>/<route key>`. */
function wantedSource(path: string, args: Synthesized["arguments"], { api, routes }: Live): string | undefined {
  const connect = routes.find(({ routeKey }) => routeKey === "$connect");
  if (path.startsWith("lambda_authorizer/")) return `${api.apiId}/authorizers/${connect?.authorizerId}`;
  // Kept as the policy has it, or as the stack would write it.
  const source = literalOf(args.source_arn);
  return source?.startsWith("arn:") ? resourceOf(source) : source?.replace(/^\$\{[^}]*\}/, api.apiId);
}

const resourceOf = (arn: string): string => arn.split(":").slice(5).join(":");

/** Whether a source ARN of a policy, which may have wildcards, covers the wanted source. */
export function covers(sourceArn: string, wanted: string): boolean {
  const pattern = resourceOf(sourceArn)
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${pattern}$`).test(wanted.replaceAll("*", "any"));
}

/** The account is that of the function, which is nearly always that of the API. Where there is none, it is left out. */
function executionArnOf({ region, api, authorizers, integrations, functions }: Live): string {
  const known = functions.flatMap(({ permissions }) => permissions.map(({ sourceArn }) => sourceArn.split(":")[4]))[0];
  const uri = [...authorizers.map((each) => each.authorizerUri), ...integrations.map((each) => each.integrationUri)]
    .map((each) => functionOfUri(each ?? ""))
    .find((each) => each !== undefined);
  const accountId = known ?? (uri === undefined ? "" : (unqualified(uri).split(":")[4] ?? ""));
  return executionArn({ accountId, region, partition: partitionOf(region) }, api.apiId);
}
