/** Lists the URLs for clients: every deployed stage, with the parameters that its `$connect` requires. */

import type { Store } from "../api/store";
import type { Definition } from "../api/types";
import { functionArnOf } from "../data-plane/services";
import type { DevelopmentAccess } from "./development-key";

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
  /** The token. Undefined if there is no authorizer, or it is not this project's. */
  readonly token: { readonly parameter: string; createToken(): string } | undefined;
}

export type FindDevelopmentAccess = (functionArn: string) => DevelopmentAccess | undefined;

export function entryPointsOf(store: Store, developmentAccess: FindDevelopmentAccess): EntryPoint[] {
  return servedStages(store).map(({ definition, stageName, authorizer }) => {
    const { apiId, name, apiEndpoint } = definition.api;
    const url = `${apiEndpoint}/${stageName}`;
    const access = authorizer === undefined ? undefined : developmentAccess(authorizer);
    const token = access && { parameter: access.tokenParameter, createToken: () => access.createToken() };
    const parameters = parametersOf(definition, token?.parameter);
    return { apiId, apiName: name, stage: stageName, url, endpoint: url.replace(/^ws/, "http"), parameters, token };
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

/** Returns the URL for a client, with a new token. */
export function connectableUrl({ url, parameters, token }: EntryPoint): string {
  const query = new URLSearchParams({ ...(token && { [token.parameter]: token.createToken() }), ...parameters });
  // Commas are common in such values, and valid: https://www.rfc-editor.org/rfc/rfc3986#section-3.4
  return query.size > 0 ? `${url}?${query.toString().replace(/%2C/g, ",")}` : url;
}

function connectRoute(definition: Definition) {
  return [...definition.routes.values()].find(({ routeKey }) => routeKey === "$connect");
}

function authorizerOf(definition: Definition, stageVariables: Readonly<Record<string, string>>): string | undefined {
  const authorizer = definition.authorizers.get(connectRoute(definition)?.authorizerId ?? "");
  return authorizer && functionArnOf(authorizer.authorizerUri, stageVariables);
}

const QUERY_PARAMETER = /^route\.request\.querystring\.(.+)$/;
const EXAMPLES: Readonly<Record<string, string>> = { stocks: "aapl,goog" };

function parametersOf(definition: Definition, tokenParameter: string | undefined): Record<string, string> {
  const declared = Object.entries(connectRoute(definition)?.requestParameters ?? {});
  const names = declared.flatMap(([key, { required }]) => (required ? (QUERY_PARAMETER.exec(key)?.[1] ?? []) : []));
  return Object.fromEntries(
    names.filter((name) => name !== tokenParameter).map((name) => [name, EXAMPLES[name] ?? "example"]),
  );
}
