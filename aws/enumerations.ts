/**
 * Enumerations of the API Gateway V2 API: https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/
 * `JWT` is valid for HTTP APIs only. API Gateway rejects it for a WebSocket API with a message of its own.
 */

export const INTEGRATION_TYPES = ["AWS", "HTTP", "MOCK", "HTTP_PROXY", "AWS_PROXY"] as const;
export type IntegrationType = (typeof INTEGRATION_TYPES)[number];

export const HTTP_METHODS = ["POST", "PUT", "PATCH", "GET", "DELETE", "HEAD", "OPTIONS", "ANY"] as const;
export type HttpMethod = (typeof HTTP_METHODS)[number];

export const CONNECTION_TYPES = ["INTERNET", "VPC_LINK"] as const;
export type ConnectionType = (typeof CONNECTION_TYPES)[number];

export const CONTENT_HANDLING = ["CONVERT_TO_BINARY", "CONVERT_TO_TEXT"] as const;
export type ContentHandling = (typeof CONTENT_HANDLING)[number];

export const PASSTHROUGH_BEHAVIORS = ["WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"] as const;
export type PassthroughBehavior = (typeof PASSTHROUGH_BEHAVIORS)[number];

export const AUTHORIZATION_TYPES = ["NONE", "AWS_IAM", "CUSTOM", "JWT"] as const;
export type AuthorizationType = Exclude<(typeof AUTHORIZATION_TYPES)[number], "JWT">;

export const AUTHORIZER_TYPES = ["REQUEST", "JWT"] as const;
export type AuthorizerType = Exclude<(typeof AUTHORIZER_TYPES)[number], "JWT">;

export const LOGGING_LEVELS = ["OFF", "ERROR", "INFO"] as const;
export type LoggingLevel = (typeof LOGGING_LEVELS)[number];

export const IP_ADDRESS_TYPES = ["ipv4", "dualstack"] as const;
export type IpAddressType = (typeof IP_ADDRESS_TYPES)[number];

/** HTTP methods of `@connections`: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-control-access-iam.html */
export const CONNECTIONS_METHODS = ["POST", "GET", "DELETE"] as const;
