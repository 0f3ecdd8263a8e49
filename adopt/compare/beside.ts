/** What a stack manages beside the API, on AWS: the bundled authorizer, log groups, and the domain with its records. */
import { connectAuthorizer, type Live, type LiveBundled, type LiveLogGroup, type LiveMapping } from "../read/live";
import { type Found, ownTags } from "./arguments";
import type { Synthesized } from "./stack";

/** Whether a construct belongs to the bundled authorizer's function. */
export const isOfAuthorizer = (path: string): boolean => path.split("/")[0] === "authorizer_function";

/** Returns the function, its log group, or one of its roles with their policies. */
export function bundledFound({ type, path, arguments: args }: Synthesized, live: Live): Found | undefined {
  const { bundled } = live;
  if (bundled === undefined) return undefined;
  const role = path.includes("/invoke_") ? bundled.invokeRole : bundled.role;
  switch (type) {
    case "aws_lambda_function":
      return functionFound(bundled, connectAuthorizer(live)?.authorizerUri ?? "");
    case "aws_cloudwatch_log_group":
      return bundled.logGroup && logGroupFound(bundled.logGroup);
    case "aws_iam_role":
      return {
        id: role.name,
        arguments: {
          name: role.name,
          path: role.path,
          permissions_boundary: role.permissionsBoundary,
          tags: ownTags(role.tags),
        },
        unexpressed: [],
        attributes: { arn: role.arn, name: role.name },
      };
    case "aws_iam_role_policy":
      return typeof args.name === "string" && role.policies.includes(args.name)
        ? { id: `${role.name}:${args.name}`, arguments: { name: args.name, role: role.name }, unexpressed: [] }
        : undefined;
    default:
      return undefined;
  }
}

/** Terraform cannot read the code. Values of environment variables are secrets, so they are not compared. */
function functionFound(bundled: LiveBundled, authorizerUri: string): Found {
  const { functionName, arn, configuration, reservedConcurrency } = bundled;
  return {
    id: functionName,
    arguments: {
      architectures: configuration.Architectures,
      function_name: functionName,
      handler: configuration.Handler,
      kms_key_arn: configuration.KMSKeyArn,
      memory_size: configuration.MemorySize,
      reserved_concurrent_executions: reservedConcurrency,
      role: configuration.Role,
      runtime: configuration.Runtime,
      tags: ownTags(bundled.tags),
      timeout: configuration.Timeout,
    },
    unexpressed: [],
    attributes: {
      arn,
      function_name: functionName,
      ...(bundled.isNewest ? { qualified_invoke_arn: authorizerUri } : {}),
    },
  };
}

/** Whether a construct publishes something for backends. */
export const isPublished = (type: string, path: string): boolean =>
  path === "connections_policy" || (type === "aws_ssm_parameter" && path.startsWith("outputs/"));

/** Returns the policy for backends, or a parameter. Terraform compares the policy's document and the parameter's value. */
export function publishedFound({ type, arguments: args }: Synthesized, { published }: Live): Found | undefined {
  if (type === "aws_ssm_parameter") {
    const found = published?.parameters.find(({ name }) => name === args.name);
    return found && { id: found.name, arguments: { ...found }, unexpressed: [] };
  }
  const policy = published?.connectionsPolicy;
  if (policy === undefined) return undefined;
  const { arn, ...given } = policy;
  return { id: arn, arguments: given, unexpressed: [], attributes: { arn } };
}

/** Whether a construct is an alarm or the dashboard. */
export const isMonitoring = (type: string): boolean =>
  type === "aws_cloudwatch_metric_alarm" || type === "aws_cloudwatch_dashboard";

/** Returns an alarm or the dashboard. Terraform compares the dashboard's graphs, and what no option changes. */
export function monitoringFound({ type, arguments: args }: Synthesized, { monitoring }: Live): Found | undefined {
  if (type === "aws_cloudwatch_dashboard") {
    const name = monitoring?.dashboard;
    return name === undefined ? undefined : { id: name, arguments: { dashboard_name: name }, unexpressed: [] };
  }
  const alarm = monitoring?.alarms.find(({ arguments: { alarm_name: name } }) => name === args.alarm_name);
  return alarm && { id: alarm.arguments.alarm_name, arguments: { ...alarm.arguments }, unexpressed: [] };
}

/** Returns the alias record of a custom domain. */
export function recordFound(args: Synthesized["arguments"], { records }: Live): Found | undefined {
  const { zone_id: zoneId, name, type } = args;
  const record = records.find((each) => each.zoneId === zoneId && each.name === name && each.type === type);
  return (
    record && {
      id: `${record.zoneId}_${record.name}_${record.type}`,
      arguments: {
        alias: {
          evaluate_target_health: record.evaluatesHealth,
          name: record.target,
          zone_id: record.targetZoneId,
        },
        name: record.name,
        type: record.type,
        zone_id: record.zoneId,
      },
      unexpressed: [],
    }
  );
}

export const mappingFound = ({ mapping, domain }: LiveMapping): Found => ({
  id: `${mapping.apiMappingId}/${domain.domainName}`,
  arguments: {
    api_id: mapping.apiId,
    api_mapping_key: mapping.apiMappingKey,
    domain_name: domain.domainName,
    stage: mapping.stage,
  },
  unexpressed: [],
});

export function domainFound({ domain }: LiveMapping): Found {
  const [configuration] = domain.domainNameConfigurations;
  const tls = domain.mutualTlsAuthentication;
  return {
    id: domain.domainName,
    arguments: {
      domain_name: domain.domainName,
      domain_name_configuration: configuration && {
        certificate_arn: configuration.certificateArn,
        endpoint_type: configuration.endpointType,
        ip_address_type: configuration.ipAddressType,
        ownership_verification_certificate_arn: configuration.ownershipVerificationCertificateArn,
        security_policy: configuration.securityPolicy,
      },
      mutual_tls_authentication: tls && {
        truststore_uri: tls.truststoreUri,
        truststore_version: tls.truststoreVersion,
      },
      tags: ownTags(domain.tags),
    },
    unexpressed: [],
    attributes: {
      "domain_name_configuration[0].hosted_zone_id": configuration?.hostedZoneId ?? "",
      "domain_name_configuration[0].target_domain_name": configuration?.apiGatewayDomainName ?? "",
    },
  };
}

export const logGroupFound = (group: LiveLogGroup): Found => ({
  id: group.name,
  arguments: {
    name: group.name,
    retention_in_days: group.retentionInDays,
    kms_key_id: group.kmsKeyId,
    tags: ownTags(group.tags),
  },
  unexpressed: [],
  attributes: { arn: group.arn },
});
