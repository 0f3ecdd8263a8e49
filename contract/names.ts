/** Names of a stack's outputs and Terraform variables. Other programs rely on them. */

/** Version of the outputs. Removing an output or changing its meaning increases it; adding an output does not. */
export const CONTRACT_VERSION = "1";

/** Name and Terraform description of each output. */
export const OUTPUTS = {
  endpoint: ["WS_API_ENDPOINT", "Endpoint for the API Gateway Management SDK, without /@connections"],
  url: ["WS_URL", "URL that clients connect to"],
  domainUrl: ["WS_DOMAIN_URL", "URL that clients connect to, with the custom domain"],
  domainTarget: ["WS_DOMAIN_TARGET", "Target of the custom domain's DNS record"],
  apiId: ["API_ID", "Id of the WebSocket API"],
  stage: ["STAGE", "Name of the stage"],
  region: ["REGION", "AWS region"],
  executionArn: ["EXECUTION_ARN", "ARN of the API for IAM policies; append /<stage>/<method>/@connections/*"],
  connectionsPolicyArn: ["CONNECTIONS_POLICY_ARN", "IAM policy for the backend that pushes to clients"],
  authorizerFunctionName: ["AUTHORIZER_FUNCTION_NAME", "Lambda function that decides which clients may connect"],
  invokePolicy: ["INVOKE_POLICY", "IAM policy document for clients that sign the handshake: it allows them to connect"],
  contractVersion: ["CONTRACT_VERSION", "Version of the outputs' names and meanings"],
} as const;

/** Key of an output in this project. Its name in Terraform is an {@link OutputName}. */
export type Output = keyof typeof OUTPUTS;
export type OutputName = (typeof OUTPUTS)[Output][0];

/** The end of each alarm's name, after the name of the API, by the alarm's threshold in `gateway.yaml`. */
export const ALARM_IDS = {
  integrationErrors: "integration-errors",
  clientErrors: "client-errors",
  executionErrors: "execution-errors",
  authorizerErrors: "authorizer-errors",
  authorizerThrottles: "authorizer-throttles",
} as const;
export type AlarmThreshold = keyof typeof ALARM_IDS;

export const alarmName = (apiName: string, threshold: AlarmThreshold): string => `${apiName}-${ALARM_IDS[threshold]}`;

/** Name of the IAM policy for backends. IAM's names are unique in the whole account, so it contains the region. */
export const connectionsPolicyName = (apiName: string, region: string): string => `${apiName}-${region}-connections`;

/** Name of the log group of a stage's access log. */
export const accessLogGroup = (apiName: string, stageName: string): string =>
  `/aws/apigateway/${apiName}/${stageName}/access`;

/** A dashboard's name may have letters, digits, - and _ only. */
export const dashboardName = (apiName: string): string => apiName.replaceAll(/[^A-Za-z0-9_-]/g, "-");

/** AWS credentials that the local gateway knows. It can verify signatures that are made with them. */
export const LOCAL_CREDENTIALS = { accessKeyId: "local", secretAccessKey: "local" } as const;

/** Sensitive Terraform variables of a stack. */
export const VARIABLES = {
  originSecret: "origin_secret",
  hs256Secret: "hs256_secret",
  hs256SecretPrevious: "hs256_secret_previous",
} as const;

/**
 * Returns the value of a Terraform variable that the environment sets.
 * https://developer.hashicorp.com/terraform/cli/config/environment-variables#tf_var_name
 */
export const variableIn = (env: Readonly<Record<string, string | undefined>>, name: string): string | undefined =>
  env[`TF_VAR_${name}`];
