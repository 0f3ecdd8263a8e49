/**
 * The model of a valid `gateway.yaml`, with all defaults set.
 * `config/` produces it, `stacks/` synthesizes it. One {@link Environment} becomes one stack and one state.
 */
import type { Json } from "../aws/canonical-json";
import type { HttpMethod, IpAddressType, LoggingLevel, PassthroughBehavior } from "../aws/enumerations";
import type { IdentitySource } from "../aws/identity-source";
import type { LambdaRuntimeName } from "../aws/lambda-runtimes";
import type { EventSource, Mapping, MappingSource } from "../aws/parameter-mapping";
import type { RequestParameter } from "../aws/request-parameter";
import type { ResponseKey } from "../aws/response-key";
import type { SelectionExpression } from "../aws/selection-expression";
import type { AlarmThreshold } from "../contract/names";
import type { AuthorizerSettings } from "../functions/authorizer/settings";

export interface Environment {
  /** Stack name, and the folder under `cdktf.out/stacks/`. */
  readonly name: string;
  /** The configuration's `name`, without the environment. */
  readonly project: string;
  /** Name of the API and prefix of its resources: `<project>-<environment>`. */
  readonly apiName: string;
  readonly description: string | undefined;
  readonly region: string;
  /** `plan` and `apply` fail in any other account. Empty: any account. */
  readonly allowedAccountIds: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly iam: Iam;
  /** Encrypts log groups, parameters and the function's environment. Undefined: keys of AWS do. */
  readonly kmsKeyArn: string | undefined;
  /** Undefined: unchanged, which is ipv4 for a new API. */
  readonly ipAddressType: IpAddressType | undefined;
  readonly routeSelectionExpression: SelectionExpression;
  readonly routes: readonly Route[];
  readonly authorizer: Authorizer;
  readonly stage: Stage;
  readonly originSecret: OriginSecret | undefined;
  readonly logs: Logs;
  readonly alarms: Alarms | undefined;
  readonly dashboard: boolean;
  readonly domain: Domain | undefined;
  readonly vpcLink: VpcLink | undefined;
  readonly state: StateBackend;
  /** Whether the stack has an IAM policy with which backends push to clients. */
  readonly connectionsPolicy: boolean;
  /** SSM parameters are published under `<prefix>/v1/<OUTPUT>`. Undefined: none. */
  readonly ssmPrefix: string | undefined;
  /** Undefined: Terraform creates the API. */
  readonly adopted: Adopted | undefined;
}

/**
 * An API that was created without this project. Resources are named by the path of their construct, without the stack and
 * without `Default`, such as `routes/$connect`.
 */
export interface Adopted {
  /** The ids with which Terraform imports the resources. */
  readonly ids: Readonly<Record<string, string>>;
  /** Hash of what a deployment contains, at the time of the adoption. The stage keeps its deployment until it changes. */
  readonly definition: string | undefined;
  /** What the mappings of an integration read of the handshake, at the time of the adoption. */
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  /** Whether the import was applied. */
  readonly imported: boolean;
  readonly keep: Readonly<Record<string, Kept>>;
  /** What the API had beside the adopted resources, such as `model chat`. */
  readonly unmanaged: readonly string[];
}

/** Terraform's arguments of a resource, in place of those of the stack; null: without the argument. False: no such resource. */
export type Kept = false | Readonly<Record<string, Json>>;

/** What every role and policy has. */
export interface Iam {
  /** ARN of a policy, for roles only. */
  readonly permissionsBoundary: string | undefined;
  /** Begins and ends with a slash. */
  readonly path: string;
}

export type Route = ConnectRoute | DisconnectRoute | MessageRoute;

/** The only event with a query string and headers, which its mappings may read. */
export interface ConnectRoute {
  readonly event: "CONNECT";
  readonly key: "$connect";
  readonly requestParameters: readonly RequestParameter[];
  readonly integration: Integration<MappingSource>;
}

export interface DisconnectRoute {
  readonly event: "DISCONNECT";
  readonly key: "$disconnect";
  readonly integration: Integration<EventSource>;
}

export interface MessageRoute {
  readonly event: "MESSAGE";
  /** `$default` or an action. */
  readonly key: string;
  /** Two-way: the integration's answer goes back to the client. */
  readonly reply: boolean;
  readonly integration: Integration<EventSource>;
}

export type Integration<Source extends MappingSource = MappingSource> = HttpIntegration<Source> | LambdaIntegration;

export interface HttpIntegration<Source extends MappingSource = MappingSource> {
  readonly type: "HTTP" | "HTTP_PROXY";
  readonly method: HttpMethod;
  readonly uri: string;
  /** Whether `uri` has the backend's host. Only then the VPC link is used and the origin secret is sent. */
  readonly toBackend: boolean;
  readonly timeoutMs: number;
  readonly mappings: readonly Mapping<Source>[];
  /** Template key to VTL text. */
  readonly requestTemplates: Readonly<Record<string, string>>;
  readonly templateSelectionExpression: SelectionExpression;
  readonly passthroughBehavior: PassthroughBehavior;
  /** Empty for HTTP_PROXY. */
  readonly responses: readonly IntegrationResponse[];
}

export interface IntegrationResponse {
  readonly key: ResponseKey;
  /** Template key to VTL text. */
  readonly templates: Readonly<Record<string, string>>;
  readonly templateSelectionExpression: SelectionExpression;
}

export interface LambdaIntegration {
  readonly type: "AWS_PROXY";
  readonly functionArn: string;
  readonly timeoutMs: number;
}

/**
 * `verify`: the bundled authorizer. `lambda`: an existing function. `iam`: clients sign the handshake. `none`: every client
 * may connect.
 */
export type Authorizer =
  | {
      readonly kind: "verify";
      readonly function: AuthorizerFunction;
      readonly identitySources: readonly IdentitySource[];
    }
  | { readonly kind: "lambda"; readonly functionArn: string; readonly identitySources: readonly IdentitySource[] }
  | { readonly kind: "iam" }
  | { readonly kind: "none" };

export interface AuthorizerFunction {
  readonly settings: AuthorizerSettings;
  /** JWKS documents by issuer, to package with the function. If empty, there is no file. */
  readonly jwks: Readonly<Record<string, unknown>>;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly runtime: LambdaRuntimeName;
  readonly reservedConcurrency: number | undefined;
  readonly logRetentionDays: number;
}

export interface Throttle {
  /** Maximum number of concurrent requests. */
  readonly burst: number;
  /** Requests per second. */
  readonly rate: number;
}

export interface Stage {
  readonly name: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly throttle: Throttle;
  /** Limits by route key. Both limits are always set. */
  readonly routeThrottles: Readonly<Record<string, Throttle>>;
  readonly detailedMetrics: boolean;
}

/**
 * A header with a secret value, so that the backend can reject requests from other senders. The value is a sensitive
 * Terraform variable.
 */
export interface OriginSecret {
  readonly header: string;
}

export interface Logs {
  readonly access: boolean;
  readonly execution: LoggingLevel;
  readonly retentionDays: number;
  /**
   * Whether the stack manages the account's role with which API Gateway writes logs. Only one stack per account and
   * region may.
   */
  readonly manageAccountRole: boolean;
}

export interface Alarms {
  /** SNS topics to notify. */
  readonly topicArns: readonly string[];
  readonly periodSeconds: number;
  readonly evaluationPeriods: number;
  readonly thresholds: Readonly<Record<AlarmThreshold, number>>;
}

export interface Domain {
  readonly name: string;
  /** Undefined: the domain name is managed elsewhere, and the stage is only mapped to it. */
  readonly certificateArn: string | undefined;
  /** Path under which the stage is served; empty for the root. */
  readonly basePath: string;
  /** Route 53 zone for the alias record. Undefined: no record is created. */
  readonly zoneId: string | undefined;
}

/** WebSocket APIs support only version 1 links, to a Network Load Balancer. */
export type VpcLink = { readonly id: string } | { readonly targetArn: string };

/** The default path of an environment's state file, relative to the configuration. */
export const localState = (apiName: string): string => `terraform.${apiName}.tfstate`;

export type StateBackend =
  | { readonly type: "local"; readonly path: string | undefined }
  | {
      readonly type: "s3" | "cloud" | "http" | "gcs" | "azurerm" | "pg";
      /** The backend's arguments, with Terraform's names. S3 always has `use_lockfile`. */
      readonly arguments: Readonly<Record<string, unknown>>;
    };
