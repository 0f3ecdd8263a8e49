/**
 * Headers in which API Gateway has a say, each with whose it is.
 *
 * | owner | in a mapping | a client's own, through `HTTP_PROXY` | a backend's, in the answer to a handshake |
 * |---|---|---|---|
 * | connection | dropped | dropped | dropped |
 * | gateway | replaces API Gateway's | dropped | passes |
 * | remapped | may arrive as `x-amzn-Remapped-…` | may arrive as `x-amzn-Remapped-…` | passes |
 * | handshake | passes | passes | dropped |
 *
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
export type HeaderOwner = "connection" | "gateway" | "remapped" | "handshake";

const OWNERS: readonly (readonly [HeaderOwner, readonly string[]])[] = [
  /** They belong to one connection, not to the request: RFC 9110 section 7.6.1; `expect` and `content-length` are the sender's. */
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
  /** API Gateway sets them: observed in an execution log, https://stackoverflow.com/questions/67640010 */
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
   * Documented for REST APIs, which use the same integrations. The list of AWS also has headers that backends do
   * receive, such as `Authorization` and `Content-Type`; those are not in here.
   */
  [
    "remapped",
    ["max-forwards", "proxy-authenticate", "proxy-authorization", "server", "via", "warn", "www-authenticate"],
  ],
  /** Of the 101 that API Gateway makes itself: RFC 6455 section 4.2.2 */
  ["handshake", ["date", "sec-websocket-accept", "sec-websocket-extensions", "x-amz-apigw-id"]],
];

const OWNER_OF: ReadonlyMap<string, HeaderOwner> = new Map(
  OWNERS.flatMap(([owner, names]) => names.map((name) => [name, owner] as const)),
);

/**
 * Whose header it is, whatever its case; undefined: the API's own.
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
