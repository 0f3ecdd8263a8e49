/** Lists the URLs for clients: every deployed stage, with the parameters that its `$connect` requires. */

import { canonicalQuery, sign } from "../../aws/sigv4";
import { LOCAL_CREDENTIALS, OUTPUTS } from "../../contract/names";
import { type Carrier, carry, type TokenPlace } from "../../contract/token";
import type { Store } from "../api/store";
import type { Definition } from "../api/types";
import { functionArnOf } from "../data-plane/services";
import type { Claims, DevelopmentAccess } from "./development-key";

export interface EntryPoint {
  readonly apiId: string;
  readonly apiName: string;
  readonly stage: string;
  /** URL for clients, such as `ws://localhost:3000/prod`. */
  readonly url: string;
  /** URL for `@connections`, which is a backend's `WS_API_ENDPOINT`. */
  readonly endpoint: string;
  /** Query-string parameters that `$connect` requires, except the token, with an example value. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Headers that `$connect` requires, except the token, with an example value. */
  readonly headers: Readonly<Record<string, string>>;
  /** Where the integrations send requests: origins of HTTP backends. */
  readonly backends: readonly string[];
  /** Whether `$connect` has an authorizer. */
  readonly isAuthorized: boolean;
  /** The token. Undefined if there is no authorizer, or it is not this project's. */
  readonly token: Pick<DevelopmentAccess, "place" | "hasOtherPlaces" | "createToken"> | undefined;
  /** The origin of a page that may connect. Undefined: every origin may. */
  readonly origin: string | undefined;
  /** Whether clients sign the handshake (IAM authorization). */
  readonly iam: boolean;
}

export type FindDevelopmentAccess = (functionArn: string) => DevelopmentAccess | undefined;

export function entryPointsOf(store: Store, developmentAccess: FindDevelopmentAccess): EntryPoint[] {
  return servedStages(store).map(({ definition, stageName, authorizer }) => {
    const { apiId, name, apiEndpoint } = definition.api;
    const url = `${apiEndpoint}/${stageName}`;
    const access = authorizer === undefined ? undefined : developmentAccess(authorizer);
    const token = access && {
      place: access.place,
      hasOtherPlaces: access.hasOtherPlaces,
      createToken: access.createToken,
    };
    return {
      apiId,
      apiName: name,
      stage: stageName,
      url,
      endpoint: url.replace(/^ws/, "http"),
      parameters: examplesOf(definition, "querystring", token?.place),
      headers: examplesOf(definition, "header", token?.place),
      backends: backendsOf(definition),
      isAuthorized: authorizer !== undefined,
      token,
      origin: access?.origin,
      iam: connectRoute(definition)?.authorizationType === "AWS_IAM",
    };
  });
}

/** Returns the ARNs of the authorizers of `$connect`. */
export function authorizersOf(store: Store): string[] {
  return [...new Set(servedStages(store).flatMap(({ authorizer }) => authorizer ?? []))];
}

function servedStages(store: Store) {
  return [...store.apis.values()].flatMap(({ current, stages }) =>
    [...stages.values()].flatMap(({ stageName, stageVariables }) => {
      const definition = store.deployedStage(current.api.apiId, stageName)?.definition;
      return definition ? [{ definition, stageName, authorizer: authorizerOf(definition, stageVariables) }] : [];
    }),
  );
}

export interface Connectable {
  readonly url: string;
  /** Headers with the token and the origin, if the authorizer needs them, or with the signature. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Returns what a client needs to connect, with a new token that has these claims, and with these parameters besides the
 * required ones.
 */
export function connectable(
  { url, parameters, headers, token, origin, iam }: EntryPoint,
  claims?: Claims,
  more: Readonly<Record<string, string>> = {},
): Connectable {
  const carrier: Carrier = token ? carry(token.createToken(claims), token.place) : { query: {}, headers: {} };
  const query = new URLSearchParams({ ...carrier.query, ...parameters, ...more });
  if (iam) {
    const signature = signed(new URL(url), query);
    return { ...signature, headers: { ...headers, ...signature.headers } };
  }
  return {
    // Commas are common in such values, and valid: https://www.rfc-editor.org/rfc/rfc3986#section-3.4
    url: query.size > 0 ? `${url}?${query.toString().replace(/%2C/g, ",")}` : url,
    headers: { ...headers, ...carrier.headers, ...(origin === undefined ? {} : { Origin: origin }) },
  };
}

/** Signs a handshake with the gateway's own credentials, for the region in which it is. */
function signed({ host, pathname, origin }: URL, parameters: URLSearchParams): Connectable {
  const query = canonicalQuery(parameters);
  const request = { method: "GET", path: pathname, query, headers: { host }, body: "" };
  const scope = { region: "us-east-1", service: "execute-api", date: new Date() };
  const { host: _, ...headers } = sign(request, LOCAL_CREDENTIALS, scope);
  return { url: `${origin}${pathname}${query && `?${query}`}`, headers };
}

/**
 * Environment variables for a backend: the endpoint by the name of this project's output and by the SDKs' own, the region
 * (Python's SDK reads only the second name), and keys that are not real, because SDKs sign every request.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function backendEnvironment({ endpoint }: EntryPoint, region: string) {
  return {
    [OUTPUTS.endpoint[0]]: endpoint,
    AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI: endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
  };
}

function backendsOf({ integrations }: Definition): string[] {
  const origins = [...integrations.values()].flatMap(({ integrationUri = "" }) => {
    return /^https?:\/\/[^/?]+/.exec(integrationUri)?.[0] ?? [];
  });
  return [...new Set(origins)];
}

function connectRoute(definition: Definition) {
  return [...definition.routes.values()].find(({ routeKey }) => routeKey === "$connect");
}

function authorizerOf(definition: Definition, stageVariables: Readonly<Record<string, string>>): string | undefined {
  const authorizer = definition.authorizers.get(connectRoute(definition)?.authorizerId ?? "");
  return authorizer && functionArnOf(authorizer.authorizerUri, stageVariables);
}

const EXAMPLES: Readonly<Record<string, string>> = { stocks: "aapl,goog" };

/** Returns an example value for each parameter of a kind that `$connect` requires. */
function examplesOf(definition: Definition, kind: "querystring" | "header", place: TokenPlace | undefined) {
  const prefix = `route.request.${kind}.`;
  const carrier: Carrier = place ? carry("", place) : { query: {}, headers: {} };
  const ofToken = Object.keys({ ...carrier.query, ...carrier.headers }).map((name) => name.toLowerCase());
  const declared = Object.entries(connectRoute(definition)?.requestParameters ?? {});
  const names = declared.flatMap(([key, { required }]) =>
    required && key.startsWith(prefix) ? [key.slice(prefix.length)] : [],
  );
  return Object.fromEntries(
    names.filter((name) => !ofToken.includes(name.toLowerCase())).map((name) => [name, EXAMPLES[name] ?? "example"]),
  );
}
