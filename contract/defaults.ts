/**
 * The default value of each setting. `config/` and the constructs of `stacks/` use them; the schema and the manual show
 * them. A setting without an entry here is off or empty by default.
 */
import { ACCOUNT_THROTTLE, INTEGRATION_TIMEOUT_MS } from "../aws/limits";
import { VARIABLES } from "./names";

export const DEFAULTS = {
  environment: "prod",
  region: "us-east-1",
  iamPath: "/",
  routeSelectionExpression: "$request.body.action",
  throttle: ACCOUNT_THROTTLE,

  // Integrations
  integration: "http",
  method: "POST",
  timeoutMs: INTEGRATION_TIMEOUT_MS.most,
  passthroughBehavior: "WHEN_NO_MATCH",
  responseKey: "$default",
  originSecretHeader: "x-origin-secret",

  // Authorizer
  tokenParameter: "token",
  invalidToken: 403,
  clockSkewSeconds: 30,
  maxLifetimeSeconds: 86_400,
  memoryMb: 256,
  timeoutSeconds: 5,
  runtime: "nodejs22.x",
  audienceClaim: "aud",
  tokenUse: "access",
  gitlabHost: "gitlab.com",
  oktaServer: "default",
  publishedKeysAlgorithm: "RS256",
  sharedSecretAlgorithm: "HS256",
  /** Environment variables of the Lambda function. Terraform's variables have the same names in lower case. */
  secretVariables: [VARIABLES.hs256Secret.toUpperCase(), VARIABLES.hs256SecretPrevious.toUpperCase()],
  types: ["", "JWT", "at+jwt"],
  context: { userId: "sub", orgId: "org_id" },

  // Logs and alarms
  executionLog: "OFF",
  logRetentionDays: 30,
  alarmPeriodSeconds: 300,
  alarmEvaluationPeriods: 1,
  alarmThresholds: {
    integrationErrors: 5,
    clientErrors: 100,
    executionErrors: 1,
    authorizerErrors: 1,
    authorizerThrottles: 1,
  },
} as const;
