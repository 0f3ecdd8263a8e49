/**
 * The limits and texts of API Gateway for WebSocket APIs, each with its source, and a few limits of this
 * gateway's own. "Observed" means reported by several users, not documented. QUOTA: aws/limits.ts.
 */
import { INTEGRATION_TIMEOUT_MS, QUOTAS } from "../../aws/limits";

export interface Limits {
  /** Seconds without a message in either direction before a connection is closed. QUOTA. */
  readonly idleSeconds: number;
  /** Seconds after which a connection is closed in any case. QUOTA. */
  readonly durationSeconds: number;
  /** Payload bytes of one frame. QUOTA. */
  readonly frameBytes: number;
  /** Payload bytes of one message, received or pushed. QUOTA. */
  readonly messageBytes: number;
  /** Bytes of path and query string. QUOTA. */
  readonly urlBytes: number;
  /** Bytes of an authorizer's result. QUOTA. */
  readonly authorizerResultBytes: number;
  /** Milliseconds after which an authorizer or an integration times out. QUOTA. */
  readonly integrationTimeoutMs: number;

  /** Own limit: bytes that wait for a slow client before a push gets 429. The limit of AWS is not documented. */
  readonly clientBufferBytes: number;
  /** Own limit: messages of one connection with a running integration. At the limit, the socket is not read. */
  readonly messagesInFlight: number;
  /** Own limit: fragments of one message. 128 KB in frames of 32 KB need four. */
  readonly messageFragments: number;
  /** Own limit: connections to one backend. */
  readonly backendConnections: number;
  /** Own limit: milliseconds to wait for the client's close frame before the socket is destroyed. */
  readonly closeTimeoutMs: number;
  /** Own limit: milliseconds to wait for clients and `$disconnect` when the gateway closes. */
  readonly shutdownTimeoutMs: number;
}

export const LIMITS: Limits = {
  idleSeconds: QUOTAS.idleSeconds,
  durationSeconds: QUOTAS.durationSeconds,
  frameBytes: QUOTAS.frameBytes,
  messageBytes: QUOTAS.messageBytes,
  urlBytes: QUOTAS.urlBytes,
  authorizerResultBytes: QUOTAS.authorizerResultBytes,
  integrationTimeoutMs: INTEGRATION_TIMEOUT_MS.most,
  clientBufferBytes: 1024 * 1024,
  messagesInFlight: 64,
  messageFragments: 4096,
  backendConnections: 1024,
  closeTimeoutMs: 2_000,
  shutdownTimeoutMs: 5_000,
};

/** How a connection ends: what the client sees in the close frame and `$disconnect` in its context. */
export interface Ending {
  readonly code: number;
  readonly reason: string;
}

export const ENDINGS = {
  /** Observed: `$disconnect` 603.9 s after the last message, with this code and reason. */
  idle: { code: 1001, reason: "Going away" },
  /** Assumed to be the idle one; that the connection is closed is QUOTA. */
  duration: { code: 1001, reason: "Going away" },
  /** This gateway's own, when it stops. */
  shutdown: { code: 1001, reason: "Going away" },
  /** Observed: https://github.com/boto/boto3/issues/3789 */
  management: { code: 1000, reason: "Connection Closed Normally" },
  /** https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-develop-binary-media-types.html */
  binary: { code: 1003, reason: "Binary is not supported" },
  /** This gateway's own: the client sends pings, and does not read the pongs. */
  unread: { code: 1008, reason: "Pongs are not read" },
  /** Observed: the client's close frame had no code (RFC 6455 section 7.1.5 calls that 1005). */
  noStatus: { code: 1005, reason: "Client-side close frame status not set" },
  /** The TCP connection was lost (RFC 6455 section 7.1.5); the reason is an assumption. */
  lost: { code: 1006, reason: "" },
} satisfies Record<string, Ending>;

/** Close reasons of protocol errors, by code. 1009 is QUOTA, its text observed. */
export const FAILURE_REASONS: Readonly<Record<number, string>> = { 1009: "Message too big" };

/** Messages of refusals and of error frames. They cannot be customised (https://repost.aws/questions/QUaWyP198zQpSVDDd_YlNE8g). */
export const TEXT = {
  unauthorized: "Unauthorized",
  forbidden: "Forbidden",
  missingToken: "Missing Authentication Token",
  /** The same text as for every other service of AWS. */
  wrongSignature:
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
  expiredSignature: "Signature expired",
  internal: "Internal server error",
  timeout: "Endpoint request timed out",
  throttled: "Too Many Requests",
  badRequest: "Bad Request",
  unsupportedMediaType: "Unsupported Media Type",
  badBody: "Bad request body",
  uriTooLong: "Request-URI Too Long",
} as const;

/**
 * Sent to the client when its message fails. The spaces are AWS's.
 * Observed: https://github.com/aws-samples/simple-websockets-chat-app/issues/24
 */
export function errorFrame(message: string, connectionId: string, requestId: string): string {
  return `{"message": ${JSON.stringify(message)}, "connectionId":"${connectionId}", "requestId":"${requestId}"}`;
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-request-validation.html */
export function validationFrame(connectionId: string, messageId: string): string {
  return `{"message" : "${TEXT.badBody}", "connectionId": "${connectionId}", "messageId": "${messageId}"}`;
}
