/**
 * Headers that API Gateway drops, sets or renames, grouped by their owner.
 *
 * | owner | set by a mapping | sent by a client, with `HTTP_PROXY` | returned by the backend of `$connect` |
 * |---|---|---|---|
 * | connection | dropped | dropped | dropped |
 * | gateway | replaces API Gateway's value | dropped | passes |
 * | remapped | may arrive as `x-amzn-Remapped-…` | may arrive as `x-amzn-Remapped-…` | passes |
 * | handshake | passes | passes | dropped |
 *
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
export type HeaderOwner = "connection" | "gateway" | "remapped" | "handshake";

const OWNERS: readonly (readonly [HeaderOwner, readonly string[]])[] = [
  /** They belong to one connection, not to the request (RFC 9110 section 7.6.1). The sender sets `expect` and `content-length`. */
  [
    "connection",
    [
      "connection",
      "content-length",
      "expect",
      "keep-alive",
      "proxy-connection",
      "te",
      "trailer",
      "transfer-encoding",
      "upgrade",
    ],
  ],
  /** API Gateway sets them. Observed in an execution log: https://stackoverflow.com/questions/67640010 */
  [
    "gateway",
    [
      "host",
      "user-agent",
      "x-amzn-apigateway-api-id",
      "x-amzn-trace-id",
      "x-forwarded-for",
      "x-forwarded-port",
      "x-forwarded-proto",
    ],
  ],
  /**
   * Documented for REST APIs, which use the same integrations. AWS's list also has headers that do reach backends, such
   * as `Authorization` and `Content-Type`. They are left out here.
   */
  [
    "remapped",
    ["max-forwards", "proxy-authenticate", "proxy-authorization", "server", "via", "warn", "www-authenticate"],
  ],
  /** API Gateway sets them in its 101 response: RFC 6455 section 4.2.2 */
  ["handshake", ["date", "sec-websocket-accept", "sec-websocket-extensions", "x-amz-apigw-id"]],
];

const OWNER_OF: ReadonlyMap<string, HeaderOwner> = new Map(
  OWNERS.flatMap(([owner, names]) => names.map((name) => [name, owner] as const)),
);

/**
 * Returns the owner of a header, or undefined if API Gateway passes it unchanged. Names are case-insensitive.
 *
 * @example
 * headerOwner("Transfer-Encoding"); // "connection"
 * headerOwner("X-Tenant"); // undefined
 */
export function headerOwner(name: string): HeaderOwner | undefined {
  return OWNER_OF.get(name.toLowerCase());
}

/** The name of a header: RFC 9110 section 5.6.2. */
export const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
