/**
 * Builds and parses Amazon Resource Names (ARNs): https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
 * Formats by service: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */

/** The account, region and partition of a resource. */
export interface Account {
  /** 12 digits. Empty in the ARNs of some services. */
  readonly accountId: string;
  /** Region name, such as `eu-west-1`. Empty for global services, such as IAM. */
  readonly region: string;
  /** `aws`, `aws-cn`, … */
  readonly partition: string;
}

/** The parts of an ARN. */
export interface Arn extends Account {
  readonly service: string;
  /** Everything after the account id, including colons and slashes. */
  readonly resource: string;
}

/**
 * Parses an ARN.
 *
 * @returns its parts, or undefined if the text is not an ARN
 * @example parseArn("arn:aws:sns:eu-west-1:123456789012:alarms")
 * // { partition: "aws", service: "sns", region: "eu-west-1", accountId: "123456789012", resource: "alarms" }
 */
export function parseArn(text: string): Arn | undefined {
  const match = /^arn:([\w-]+):([a-z0-9-]+):([^:]*):([^:]*):(.+)$/s.exec(text);
  if (match === null) return undefined;
  const [, partition = "", service = "", region = "", accountId = "", resource = ""] = match;
  return { partition, service, region, accountId, resource };
}

/** Builds an ARN from its parts. The parts may contain Terraform references. */
export function formatArn({ partition, service, region, accountId, resource }: Arn): string {
  return `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
}

const arnOf = (service: string, { partition, region, accountId }: Account, resource: string): string =>
  formatArn({ partition, service, region, accountId, resource });

// ARNs that gateway.yaml accepts. They are patterns because gateway.schema.json contains them, so that editors check them.
const PREFIX = (service: string) => `^arn:aws[a-z-]*:${service}:[a-z0-9-]+:\\d{12}:`;
export const FUNCTION_ARN = new RegExp(
  `${PREFIX("lambda")}function:[A-Za-z0-9_-]{1,64}(:(\\$LATEST|[A-Za-z0-9_-]{1,128}))?$`,
);
export const TOPIC_ARN = new RegExp(`${PREFIX("sns")}[A-Za-z0-9_-]{1,256}(\\.fifo)?$`);
export const CERTIFICATE_ARN = new RegExp(`${PREFIX("acm")}certificate/[A-Za-z0-9-]+$`);
export const KEY_ARN = new RegExp(`${PREFIX("kms")}key/[A-Za-z0-9-]+$`);
/** A policy of an account, or one of AWS's own. */
export const POLICY_ARN = /^arn:aws[a-z-]*:iam::(\d{12}|aws):policy(\/[A-Za-z0-9+=,.@_-]+)+$/;
export const NETWORK_LOAD_BALANCER_ARN = new RegExp(
  `${PREFIX("elasticloadbalancing")}loadbalancer/net/[A-Za-z0-9-]{1,32}/[a-f0-9]+$`,
);

// AWS Lambda

/** The parts of a Lambda function's ARN. */
export interface FunctionArn extends Account {
  readonly functionName: string;
  /** Version or alias, if the ARN has one. */
  readonly qualifier: string | undefined;
}

/** Builds the ARN of a function, without version or alias. */
export const functionArn = (account: Account, name: string): string => arnOf("lambda", account, `function:${name}`);

/**
 * Parses the ARN of a function.
 *
 * @returns its parts, or undefined if the text does not match {@link FUNCTION_ARN}
 */
export function parseFunctionArn(text: string): FunctionArn | undefined {
  const arn = FUNCTION_ARN.test(text) ? parseArn(text) : undefined;
  if (arn === undefined) return undefined;
  const { partition, region, accountId, resource } = arn;
  const [, functionName = "", qualifier] = resource.split(":");
  return { partition, region, accountId, functionName, qualifier };
}

/** Removes the version or alias from a function's ARN. */
export function unqualified(functionArn: string): string {
  return functionArn.split(":").slice(0, 7).join(":");
}

const INVOCATION = "lambda:path/2015-03-31/functions";

/**
 * Builds the URI of an integration or authorizer that invokes a Lambda function.
 *
 * @param functionArn may end with a version or alias
 */
export function invocationUri({ partition, region }: Omit<Account, "accountId">, functionArn: string): string {
  return `arn:${partition}:apigateway:${region}:${INVOCATION}/${functionArn}/invocations`;
}

const INVOCATION_URI = new RegExp(`^arn:[\\w-]+:apigateway:[^:]+:${INVOCATION}/(.+)/invocations$`);

/**
 * Returns the function's ARN from an {@link invocationUri}. It may contain stage variables.
 *
 * @returns undefined if the URI does not invoke a Lambda function
 */
export function functionOfUri(uri: string): string | undefined {
  return INVOCATION_URI.exec(uri)?.[1];
}

// API Gateway, management (https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html)

/**
 * Builds the ARN of an API Gateway resource from its path in the REST API.
 *
 * @example apiGatewayArn(account, "apis", "abc123", "stages", "prod")
 * // "arn:aws:apigateway:eu-west-1::/apis/abc123/stages/prod"
 */
export function apiGatewayArn({ partition, region }: Account, ...path: readonly string[]): string {
  return formatArn({ partition, service: "apigateway", region, accountId: "", resource: `/${path.join("/")}` });
}

/**
 * Returns the path of an {@link apiGatewayArn}, such as `["apis", "abc123", "stages", "prod"]`.
 *
 * @returns undefined for any other text
 */
export function apiGatewayPath(text: string): string[] | undefined {
  const arn = parseArn(text);
  if (arn?.service !== "apigateway" || !arn.resource.startsWith("/")) return undefined;
  return arn.resource.slice(1).split("/");
}

// API Gateway, execution (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-control-access-iam.html)

/**
 * Builds the ARN of an API as used in IAM policies. {@link routeArn}, {@link authorizerArn} and {@link connectionsArn}
 * extend it.
 */
export const executionArn = (account: Account, apiId: string): string => arnOf("execute-api", account, apiId);

/**
 * Builds the source ARN for the permission to invoke a function as the integration of a route.
 *
 * @param stage name of the stage, or `*` for any stage
 */
export const routeArn = (executionArn: string, stage: string, routeKey: string): string =>
  `${executionArn}/${stage}/${routeKey}`;

/** Builds the source ARN for the permission to invoke a function as an authorizer. */
export const authorizerArn = (executionArn: string, authorizerId: string): string =>
  `${executionArn}/authorizers/${authorizerId}`;

/** Builds the ARN of all connections of a stage, for a policy that allows `execute-api:ManageConnections`. */
export const connectionsArn = (executionArn: string, stage: string, method: string): string =>
  `${executionArn}/${stage}/${method}/@connections/*`;

// Other services

/**
 * Builds the ARN of an IAM role or policy.
 *
 * @param path IAM path, which begins and ends with a slash
 */
export const iamArn = (account: Account, kind: "role" | "policy", name: string, path = "/"): string =>
  arnOf("iam", { ...account, region: "" }, `${kind}${path}${name}`);

/** Builds the ARN that stands for the whole account in a policy's principal. */
export const accountRootArn = (account: Account): string => arnOf("iam", { ...account, region: "" }, "root");

/** Builds the ARN of a log group, without the `:*` for its streams. */
export const logGroupArn = (account: Account, name: string): string => arnOf("logs", account, `log-group:${name}`);

/** Builds the ARN of an SSM parameter. The ARN has a slash before the name even if the name does not begin with one. */
export const parameterArn = (account: Account, name: string): string =>
  arnOf("ssm", account, `parameter/${name.replace(/^\//, "")}`);

/** Builds the ARN of an SNS topic. */
export const topicArn = (account: Account, name: string): string => arnOf("sns", account, name);

/** Builds the ARN pattern of every KMS key of an account in a region. */
export const anyKeyArn = (account: Account): string => arnOf("kms", account, "key/*");
