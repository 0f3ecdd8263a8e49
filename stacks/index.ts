/**
 * The constructs, for use in your own cdktf app. `WebSocketStack` creates a whole stack from one environment of
 * `gateway.yaml`. You can also use each construct alone.
 */

export type { IdentitySource, IdentitySourceText } from "../aws/identity-source";
export type {
  EventSource,
  EventSourceText,
  Mapping,
  MappingSource,
  MappingSourceText,
  MappingTargetText,
  RequestSourceText,
} from "../aws/parameter-mapping";
export type { RequestParameter } from "../aws/request-parameter";
export type { ResponseKey, ResponseKeyText } from "../aws/response-key";
export type { SelectionExpression } from "../aws/selection-expression";
export { ACCESS_LOG_FORMAT } from "../contract/access-log";
export { CONTRACT_VERSION, type OutputName } from "../contract/names";
export { AccessLog, type AccessLogProps } from "./access-log";
export { AccountRole, type AccountRoleProps } from "./account-role";
export { Alarms, type AlarmsProps, type AlarmThresholds } from "./alarms";
export { type RouteSelectionExpression, WebSocketApi, type WebSocketApiProps } from "./api";
export { Authorizer, type AuthorizerProps } from "./authorizer";
export { AuthorizerFunction, type AuthorizerFunctionProps } from "./authorizer-function";
export { ConnectionsPolicy, type ConnectionsPolicyProps } from "./connections-policy";
export { Dashboard, type DashboardProps } from "./dashboard";
export { Deployment, type DeploymentProps } from "./deployment";
export { CustomDomain, type CustomDomainProps } from "./domain";
export { StackError, type StackErrorCode } from "./errors";
export { ExecutionLog, type ExecutionLogProps } from "./execution-log";
export type { Mappings, MappingTexts, RequestParameters } from "./expressions";
export { AuthorizerOnConnect, addGuards, DataTraceOff, NoQueryStringInAccessLogs, ThrottlesSet } from "./guards";
export { HttpIntegration, type HttpIntegrationProps } from "./http-integration";
export { Identity, type IdentityProps } from "./identity";
export { Integration } from "./integration";
export type { IntegrationResponseProps } from "./integration-response";
export { connectPolicy } from "./invoke-policy";
export { type LambdaFunctionRef, lambdaFunction } from "./lambda-function";
export { LambdaIntegration, type LambdaIntegrationProps } from "./lambda-integration";
export { Outputs, type OutputsProps } from "./outputs";
export { AWS_PROVIDER_VERSIONS, type AwsProps, awsProvider } from "./provider";
export {
  type ConnectAuthorization,
  ConnectRoute,
  type ConnectRouteProps,
  DisconnectRoute,
  type DisconnectRouteProps,
  MessageRoute,
  type MessageRouteProps,
  Route,
} from "./route";
export { Stage, type StageProps, type ThrottleLimits } from "./stage";
export { State } from "./state";
export { VpcLink, type VpcLinkProps } from "./vpc-link";
export { WebSocketStack, type WebSocketStackOptions } from "./websocket-stack";
