/**
 * The resources of a WebSocket API, with the member names of the API Gateway V2 REST API
 * (https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/). The control plane and the Terraform
 * reader create them, a deployment is a snapshot of them, the data plane serves them.
 */
import type {
  AuthorizationType,
  AuthorizerType,
  ConnectionType,
  ContentHandling,
  HttpMethod,
  IntegrationType,
  LoggingLevel,
  PassthroughBehavior,
} from "../../aws/enumerations";

export interface Api {
  readonly apiId: string;
  name: string;
  readonly protocolType: "WEBSOCKET";
  routeSelectionExpression: string;
  apiKeySelectionExpression: string;
  /** `ws://host:port` or `wss://host:port`, without a stage. */
  readonly apiEndpoint: string;
  description?: string;
  version?: string;
  disableExecuteApiEndpoint: boolean;
  disableSchemaValidation?: boolean;
  ipAddressType?: "ipv4" | "dualstack";
  readonly createdDate: string;
  tags: Record<string, string>;
}

export interface Route {
  readonly routeId: string;
  routeKey: string;
  authorizationType: AuthorizationType;
  authorizerId?: string;
  apiKeyRequired: boolean;
  operationName?: string;
  modelSelectionExpression?: string;
  requestModels?: Record<string, string>;
  requestParameters?: Record<string, { required: boolean }>;
  routeResponseSelectionExpression?: string;
  /** `integrations/<integrationId>` */
  target?: string;
}

export interface RouteResponse {
  readonly routeResponseId: string;
  routeResponseKey: string;
  modelSelectionExpression?: string;
  responseModels?: Record<string, string>;
  responseParameters?: Record<string, { required: boolean }>;
}

export interface Integration {
  readonly integrationId: string;
  integrationType: IntegrationType;
  integrationMethod?: HttpMethod;
  integrationUri?: string;
  connectionType: ConnectionType;
  connectionId?: string;
  credentialsArn?: string;
  description?: string;
  contentHandlingStrategy?: ContentHandling;
  passthroughBehavior: PassthroughBehavior;
  payloadFormatVersion: "1.0";
  requestParameters?: Record<string, string>;
  requestTemplates?: Record<string, string>;
  templateSelectionExpression?: string;
  integrationResponseSelectionExpression?: string;
  timeoutInMillis: number;
}

export interface IntegrationResponse {
  readonly integrationResponseId: string;
  integrationResponseKey: string;
  contentHandlingStrategy?: ContentHandling;
  responseParameters?: Record<string, string>;
  responseTemplates?: Record<string, string>;
  templateSelectionExpression?: string;
}

export interface Authorizer {
  readonly authorizerId: string;
  name: string;
  authorizerType: AuthorizerType;
  /** URI by which API Gateway invokes the function. */
  authorizerUri: string;
  authorizerCredentialsArn?: string;
  identitySource: string[];
}

export interface Model {
  readonly modelId: string;
  name: string;
  contentType: string;
  description?: string;
  /** JSON Schema draft 4, as text. */
  schema: string;
}

/** A route with its route responses, by routeResponseId. */
export type RouteEntry = Route & { routeResponses: Map<string, RouteResponse> };
/** An integration with its integration responses, by integrationResponseId. */
export type IntegrationEntry = Integration & { integrationResponses: Map<string, IntegrationResponse> };

/** An API without its stages: what a deployment is a snapshot of. */
export interface Definition {
  api: Api;
  routes: Map<string, RouteEntry>;
  integrations: Map<string, IntegrationEntry>;
  authorizers: Map<string, Authorizer>;
  models: Map<string, Model>;
}

export interface Deployment {
  readonly deploymentId: string;
  readonly createdDate: string;
  description?: string;
  readonly autoDeployed: boolean;
  readonly deploymentStatus: "DEPLOYED" | "FAILED";
  readonly deploymentStatusMessage?: string;
  /** Immutable. */
  readonly definition: Definition;
}

export interface RouteSettings {
  dataTraceEnabled?: boolean;
  detailedMetricsEnabled?: boolean;
  loggingLevel?: LoggingLevel;
  throttlingBurstLimit?: number;
  throttlingRateLimit?: number;
}

export interface Stage {
  readonly stageName: string;
  deploymentId?: string;
  autoDeploy: boolean;
  description?: string;
  clientCertificateId?: string;
  accessLogSettings?: { destinationArn?: string; format?: string };
  defaultRouteSettings: RouteSettings;
  routeSettings: Record<string, RouteSettings>;
  stageVariables: Record<string, string>;
  readonly createdDate: string;
  lastUpdatedDate: string;
  tags: Record<string, string>;
}

/** One API: its current definition, which can be edited, with its deployments and stages. */
export interface ApiState {
  readonly current: Definition;
  readonly deployments: Map<string, Deployment>;
  readonly stages: Map<string, Stage>;
}
