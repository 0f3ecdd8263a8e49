/**
 * Parsers for the answers of AWS, with its member names. Members that a parser does not name are kept, so that the comparison
 * finds everything that gateway.yaml cannot express.
 * https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/
 */
import * as z from "zod/mini";

const text = z.optional(z.string());
const texts = z._default(z.record(z.string(), z.string()), {});
const flag = z.optional(z.boolean());
const settings = z.looseObject({
  dataTraceEnabled: flag,
  detailedMetricsEnabled: flag,
  loggingLevel: text,
  throttlingBurstLimit: z.optional(z.number()),
  throttlingRateLimit: z.optional(z.number()),
});

export const apiSchema = z.looseObject({
  apiId: z.string(),
  name: z.string(),
  protocolType: z.string(),
  routeSelectionExpression: z.string(),
  apiEndpoint: text,
  description: text,
  ipAddressType: text,
  tags: texts,
});
export const routeResponseSchema = z.looseObject({ routeResponseId: z.string(), routeResponseKey: z.string() });
export const routeSchema = z.looseObject({
  routeId: z.string(),
  routeKey: z.string(),
  target: text,
  authorizationType: text,
  authorizerId: text,
  requestParameters: z._default(z.record(z.string(), z.looseObject({ required: z._default(z.boolean(), false) })), {}),
  routeResponseSelectionExpression: text,
});
export const integrationResponseSchema = z.looseObject({
  integrationResponseId: z.string(),
  integrationResponseKey: z.string(),
  responseTemplates: texts,
  templateSelectionExpression: text,
});
export const integrationSchema = z.looseObject({
  integrationId: z.string(),
  integrationType: z.string(),
  integrationMethod: text,
  integrationUri: text,
  connectionType: text,
  connectionId: text,
  passthroughBehavior: text,
  requestParameters: texts,
  requestTemplates: texts,
  templateSelectionExpression: text,
  timeoutInMillis: z.optional(z.number()),
});
export const authorizerSchema = z.looseObject({
  authorizerId: z.string(),
  name: z.string(),
  authorizerType: z.string(),
  authorizerUri: text,
  authorizerCredentialsArn: text,
  identitySource: z._default(z.array(z.string()), []),
});
export const modelSchema = z.looseObject({ modelId: z.string(), name: z.string() });
export const deploymentSchema = z.looseObject({
  deploymentId: z.string(),
  createdDate: text,
  description: text,
  autoDeployed: flag,
  deploymentStatus: text,
});
export const stageSchema = z.looseObject({
  stageName: z.string(),
  deploymentId: text,
  autoDeploy: flag,
  description: text,
  accessLogSettings: z.optional(z.looseObject({ destinationArn: text, format: text })),
  defaultRouteSettings: z._default(settings, {}),
  routeSettings: z._default(z.record(z.string(), settings), {}),
  stageVariables: texts,
  tags: texts,
});
/** A function's configuration, with Lambda's names: https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html */
export const functionSchema = z.object({
  CodeSha256: z.string(),
  Runtime: z.string(),
  Role: z.string(),
  Handler: z.string(),
  MemorySize: z.number(),
  Timeout: z.number(),
  Architectures: z.optional(z.array(z.string())),
  KMSKeyArn: text,
  /** Environment variables, some of which are secrets. */
  Environment: z.optional(z.object({ Variables: texts })),
});
/** The bundled authorizer's settings: functions/authorizer/settings.ts. */
export const settingsSchema = z.looseObject({
  issuers: z.array(
    z.looseObject({
      kind: z.enum(["jwks", "secret"]),
      issuer: z.string(),
      audiences: z.array(z.string()),
      audienceClaim: z.string(),
      requiredClaims: z.record(z.string(), z.array(z.union([z.string(), z.number(), z.boolean()]))),
      types: z.array(z.string()),
      context: z.record(z.string(), z.string()),
      algorithms: z.array(z.string()),
      jwksUri: text,
      secrets: z.optional(z.object({ from: z.enum(["env", "ssm"]), names: z.array(z.string()) })),
    }),
  ),
  tokenParameter: text,
  tokenPlaces: z.optional(z.array(z.record(z.string(), z.string()))),
  allowedOrigins: z.optional(z.array(z.string())),
  invalidToken: z.number(),
  clockSkew: z.number(),
  maxLifetime: z.number(),
});
export const domainSchema = z.looseObject({
  domainName: z.string(),
  domainNameConfigurations: z._default(
    z.array(
      z.looseObject({
        apiGatewayDomainName: text,
        certificateArn: text,
        hostedZoneId: text,
        endpointType: text,
        ipAddressType: text,
        ownershipVerificationCertificateArn: text,
        securityPolicy: text,
      }),
    ),
    [],
  ),
  mutualTlsAuthentication: z.optional(z.looseObject({ truststoreUri: text, truststoreVersion: text })),
  tags: texts,
});
export const mappingSchema = z.looseObject({
  apiMappingId: z.string(),
  apiId: z.string(),
  apiMappingKey: z._default(z.string(), ""),
  stage: z.string(),
});
