/**
 * Amazon Resource Names, each kind built and read here: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
 * Formats by service: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */

/** Where a resource is. */
export interface Account {
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
}

export interface Arn extends Account {
  readonly service: string;
  /** All that follows the account, colons and slashes included. */
  readonly resource: string;
}

/**
 * @example parseArn("arn:aws:sns:eu-west-1:123456789012:alarms")
 * // { partition: "aws", service: "sns", region: "eu-west-1", accountId: "123456789012", resource: "alarms" }
 */
export function parseArn(text: string): Arn | undefined {
  const match = /^arn:([\w-]+):([a-z0-9-]+):([^:]*):([^:]*):(.+)$/s.exec(text);
  if (match === null) return undefined;
  const [, partition = "", service = "", region = "", accountId = "", resource = ""] = match;
  return { partition, service, region, accountId, resource };
}

/** The opposite of {@link parseArn}. Its parts may be references of Terraform. */
export function formatArn({ partition, service, region, accountId, resource }: Arn): string {
  return `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
}

const arnOf = (service: string, account: Account, resource: string): string =>
  formatArn({ ...account, service, resource });

// What a configuration may name. As patterns, because editors check them too.
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

export interface FunctionArn extends Account {
  readonly functionName: string;
  /** Version or alias. */
  readonly qualifier: string | undefined;
}

export const functionArn = (account: Account, name: string): string => arnOf("lambda", account, `function:${name}`);

export function parseFunctionArn(text: string): FunctionArn | undefined {
  const arn = FUNCTION_ARN.test(text) ? parseArn(text) : undefined;
  if (arn === undefined) return undefined;
  const { partition, region, accountId, resource } = arn;
  const [, functionName = "", qualifier] = resource.split(":");
  return { partition, region, accountId, functionName, qualifier };
}

/** A function's ARN without version or alias. */
export function unqualified(functionArn: string): string {
  return functionArn.split(":").slice(0, 7).join(":");
}

const INVOCATION = "lambda:path/2015-03-31/functions";

/** The URI by which API Gateway invokes a function, for an authorizer or an integration; a qualifier may follow the ARN. */
export function invocationUri({ partition, region }: Omit<Account, "accountId">, functionArn: string): string {
  return `arn:${partition}:apigateway:${region}:${INVOCATION}/${functionArn}/invocations`;
}

const INVOCATION_URI = new RegExp(`^arn:[\\w-]+:apigateway:[^:]+:${INVOCATION}/(.+)/invocations$`);

/** The ARN of the function that an {@link invocationUri} invokes; it may still hold stage variables. */
export function functionOfUri(uri: string): string | undefined {
  return INVOCATION_URI.exec(uri)?.[1];
}

// API Gateway: what is managed (https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html)

/** @example apiGatewayArn(account, "apis", "abc123", "stages", "prod") */
export function apiGatewayArn({ partition, region }: Account, ...path: readonly string[]): string {
  return formatArn({ partition, service: "apigateway", region, accountId: "", resource: `/${path.join("/")}` });
}

/** The path of an {@link apiGatewayArn}: `["apis", "abc123", "stages", "prod"]`. */
export function apiGatewayPath(text: string): string[] | undefined {
  const arn = parseArn(text);
  if (arn?.service !== "apigateway" || !arn.resource.startsWith("/")) return undefined;
  return arn.resource.slice(1).split("/");
}

// API Gateway: what is executed (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-control-access-iam.html)

/** Of an API. The following three begin with it. */
export const executionArn = (account: Account, apiId: string): string => arnOf("execute-api", account, apiId);

/** What a function is invoked for as the integration of a route. `*` for any stage. */
export const routeArn = (executionArn: string, stage: string, routeKey: string): string =>
  `${executionArn}/${stage}/${routeKey}`;

/** What a function is invoked for as an authorizer. */
export const authorizerArn = (executionArn: string, authorizerId: string): string =>
  `${executionArn}/authorizers/${authorizerId}`;

/** All connections of a stage, for a policy that allows `execute-api:ManageConnections`. */
export const connectionsArn = (executionArn: string, stage: string, method: string): string =>
  `${executionArn}/${stage}/${method}/@connections/*`;

// Other services

/** `path` begins and ends with a slash. */
export const iamArn = (account: Account, kind: "role" | "policy", name: string, path = "/"): string =>
  arnOf("iam", { ...account, region: "" }, `${kind}${path}${name}`);

export const accountRootArn = (account: Account): string => arnOf("iam", { ...account, region: "" }, "root");

export const logGroupArn = (account: Account, name: string): string => arnOf("logs", account, `log-group:${name}`);

/** A parameter without a hierarchy has no slash in its name, and one in its ARN. */
export const parameterArn = (account: Account, name: string): string =>
  arnOf("ssm", account, `parameter/${name.replace(/^\//, "")}`);

export const topicArn = (account: Account, name: string): string => arnOf("sns", account, name);

/** Every KMS key of an account in a region. */
export const anyKeyArn = (account: Account): string => arnOf("kms", account, "key/*");
