/** The setting of `gateway.yaml` that an argument of Terraform comes from, for messages about drift. */

/** Keys that lead to a setting. */
export type SettingPath = readonly string[];

const API: Readonly<Record<string, SettingPath>> = {
  description: ["description"],
  ip_address_type: ["ipAddressType"],
  name: ["name"],
  route_selection_expression: ["routeSelectionExpression"],
  tags: ["tags"],
};
const AUTHORIZER: Readonly<Record<string, SettingPath>> = {
  authorizer_uri: ["authorizer", "lambda"],
  identity_sources: ["authorizer", "identitySources"],
};
/** Arguments of the bundled authorizer's function, and members of its settings. */
const FUNCTION: Readonly<Record<string, SettingPath>> = {
  allowedOrigins: ["authorizer", "allowedOrigins"],
  clockSkew: ["authorizer", "clockSkewSeconds"],
  invalidToken: ["authorizer", "invalidToken"],
  issuers: ["authorizer", "issuers"],
  jwks: ["authorizer", "jwks"],
  kms_key_arn: ["kmsKeyArn"],
  maxLifetime: ["authorizer", "maxLifetimeSeconds"],
  memory_size: ["authorizer", "memoryMb"],
  path: ["iam", "path"],
  permissions_boundary: ["iam", "permissionsBoundary"],
  reserved_concurrent_executions: ["authorizer", "reservedConcurrency"],
  retention_in_days: ["authorizer", "logRetentionDays"],
  runtime: ["authorizer", "runtime"],
  timeout: ["authorizer", "timeoutSeconds"],
  tokenParameter: ["authorizer", "tokenParameter"],
  tokenPlaces: ["authorizer", "token"],
};
const STAGE: Readonly<Record<string, SettingPath>> = {
  access_log_settings: ["logs", "access"],
  default_route_settings: ["stage", "throttle"],
  name: ["stage", "name"],
  route_settings: ["routes"],
  stage_variables: ["stage", "variables"],
  tags: ["tags"],
};
const DOMAIN: Readonly<Record<string, SettingPath>> = {
  api_mapping_key: ["domain", "basePath"],
  domain_name: ["domain", "name"],
  domain_name_configuration: ["domain", "certificateArn"],
};
/** Below `routes.<key>`. */
const INTEGRATION: Readonly<Record<string, SettingPath>> = {
  integration_method: ["method"],
  integration_type: ["integration"],
  integration_uri: ["url"],
  passthrough_behavior: ["passthroughBehavior"],
  request_parameters: ["query"],
  request_templates: ["requestTemplates"],
  template_selection_expression: ["templateSelectionExpression"],
  timeout_milliseconds: ["timeoutMs"],
};
const ROUTE: Readonly<Record<string, SettingPath>> = {
  request_parameter: ["requestParameters"],
  route_response_selection_expression: ["reply"],
};

/**
 * Returns the setting of an argument, or the nearest one above it.
 *
 * @param path construct path, such as `routes/$connect integration`
 * @example settingOf("routes/$connect integration", "integration_uri") // ["routes", "$connect", "url"]
 */
export function settingOf(path: string, argument: string | undefined): SettingPath {
  const [head = "", ...rest] = path.split("/");
  const of = (table: Readonly<Record<string, SettingPath>>) => table[argument ?? ""] ?? [];
  switch (head) {
    case "api":
      return of(API);
    case "authorizer":
    case "lambda_authorizer":
      return argument !== undefined && AUTHORIZER[argument] ? of(AUTHORIZER) : ["authorizer"];
    case "authorizer_function":
      return argument !== undefined && FUNCTION[argument] ? of(FUNCTION) : ["authorizer"];
    case "stage":
      return argument !== undefined && STAGE[argument] ? of(STAGE) : ["stage"];
    case "domain":
      if (rest[0] === "A" || rest[0] === "AAAA") return ["domain", "zoneId"];
      return argument !== undefined && DOMAIN[argument] ? of(DOMAIN) : ["domain"];
    case "alarms":
    case "dashboard":
      return [head];
    case "access_log":
    case "execution_log":
      return ["logs"];
    case "routes": {
      const [id = "", part] = rest;
      const isIntegration = id.endsWith(" integration");
      const key = decodeURIComponent(id.replace(/ integration$/, "").replace(/^%(?![0-9A-F]{2})/, ""));
      if (argument === "authorization_type" || argument === "authorizer_id") return ["authorizer"];
      if (part !== undefined) return ["routes", key, isIntegration ? "responses" : "reply"];
      return ["routes", key, ...of(isIntegration ? INTEGRATION : ROUTE)];
    }
    default:
      return [];
  }
}
