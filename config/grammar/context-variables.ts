/**
 * `context.*` of a WebSocket API, and the events in which each has a value.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html
 */

export type EventType = "CONNECT" | "MESSAGE" | "DISCONNECT";

export const eventOf = (routeKey: string): EventType =>
  routeKey === "$connect" ? "CONNECT" : routeKey === "$disconnect" ? "DISCONNECT" : "MESSAGE";

const ALWAYS = [
  "apiId",
  "connectedAt",
  "connectionId",
  "domainName",
  "eventType",
  "extendedRequestId",
  "messageDirection",
  "requestId",
  "requestTime",
  "requestTimeEpoch",
  "routeKey",
  "stage",
  "identity.sourceIp",
] as const;

/** Set only by what the client, IAM or an error brings about. */
const SOMETIMES = [
  "status",
  "error.messageString",
  "error.validationErrorString",
  "identity.accountId",
  "identity.apiKey",
  "identity.apiKeyId",
  "identity.caller",
  "identity.cognitoAuthenticationProvider",
  "identity.cognitoAuthenticationType",
  "identity.cognitoIdentityId",
  "identity.cognitoIdentityPoolId",
  "identity.user",
  "identity.userAgent",
  "identity.userArn",
] as const;

/** Not in AWS's list, but in what `$context` prints on `$disconnect`: https://stackoverflow.com/questions/70742479 */
const ON_DISCONNECT = ["disconnectStatusCode", "disconnectReason"] as const;

export const CONTEXT_VARIABLES: readonly string[] = [...ALWAYS, ...SOMETIMES, ...ON_DISCONNECT, "messageId"];

/** Why a known variable has no value in this event, or undefined if it may have one. */
export function neverSet(name: string, event: EventType): string | undefined {
  if (name === "messageId" && event !== "MESSAGE") return "only messages have a `messageId`";
  if (ON_DISCONNECT.some((own) => own === name) && event !== "DISCONNECT")
    return "only `$disconnect` knows how it ended";
  return undefined;
}

/** Variables that every client's handshake has before the authorizer runs. */
export const AT_HANDSHAKE: readonly string[] = [...ALWAYS, "identity.userAgent"];
