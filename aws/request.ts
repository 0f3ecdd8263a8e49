/** Builds signed requests to AWS's services. */
import { endpointIn, globalEndpoint, serviceHost, type Variables } from "./endpoints";
import { type Credentials, canonicalQuery, sign } from "./sigv4";

/** A service's name in signatures and host names, to its id in the environment variables for endpoints. */
const IDS = {
  apigateway: "APIGATEWAYV2",
  iam: "IAM",
  lambda: "LAMBDA",
  logs: "CLOUDWATCH_LOGS",
  monitoring: "CLOUDWATCH",
  route53: "ROUTE_53",
  ssm: "SSM",
  sts: "STS",
} as const;
export type Service = keyof typeof IDS;

export interface Access {
  readonly credentials: Credentials;
  readonly region: string;
  readonly env: Variables;
}

export interface AwsRequest {
  readonly service: Service;
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Percent-encoded, with the query string. */
  readonly path: string;
  readonly body?: string;
  readonly contentType?: string;
  /** The operation, for services with one path for all of them. */
  readonly target?: string;
}

/** The arguments of `fetch`. */
export interface SignedRequest {
  readonly url: URL;
  readonly init: {
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string | null;
  };
}

/**
 * Builds and signs a request for the service's endpoint, or for the one that the environment sets.
 *
 * @example
 * const { url, init } = signedRequest({ service: "apigateway", method: "GET", path: "/v2/apis" }, access);
 * await fetch(url, init);
 */
export function signedRequest(
  { service, method, path, body = "", contentType, target }: AwsRequest,
  { credentials, region, env }: Access,
): SignedRequest {
  const global = globalEndpoint(service, region);
  const base = new URL(endpointIn(env, IDS[service]) ?? `https://${global?.host ?? serviceHost(service, region)}`);
  const url = new URL(`${base.pathname.replace(/\/$/, "")}${path}`, base);
  url.search = canonicalQuery(url.searchParams);
  const { host: _, ...headers } = sign(
    {
      method,
      path: url.pathname,
      query: url.search.slice(1),
      headers: {
        host: url.host,
        ...(contentType ? { "content-type": contentType } : {}),
        ...(target ? { "x-amz-target": target } : {}),
      },
      body,
    },
    credentials,
    { region: global?.region ?? region, service, date: new Date() },
  );
  // `fetch` sets the header `host` from the URL.
  return { url, init: { method, headers, body: body || null } };
}
