/** A deployment compiled once: expressions, mappings, templates and authorizers as functions. */

import { parseIdentitySource } from "../../aws/identity-source";
import { parseRequestParameter } from "../../aws/request-parameter";
import { ROUTE_RESPONSE } from "../../aws/selection-expression";
import type { Api, Definition, RouteEntry } from "../api/types";
import { type Authorize, compileAuthorizer } from "./authorizer/index";
import { type ReadSource, readSource } from "./expressions/parameter-mapping";
import { type Select, selectionExpression } from "./expressions/selection-expression";
import { refusal } from "./handshake/refusal";
import { compileIntegration } from "./integration/index";
import type { Integrate } from "./integration/result";
import { TEXT } from "./limits";
import { compileModels, type ValidateMessage } from "./messages/request-validation";
import type { Services } from "./services";

export interface CompiledRoute {
  readonly route: RouteEntry;
  /** Undefined: no authorizer. */
  readonly authorize: Authorize | undefined;
  readonly required: readonly { readonly name: string; readonly read: ReadSource }[];
  readonly validate: ValidateMessage | undefined;
  /** Undefined: the route has no integration. */
  readonly integrate: Integrate | undefined;
  /** Whether the integration's response is sent to the client. */
  readonly twoWay: boolean;
}

export interface CompiledApi {
  readonly api: Api;
  /** The API's endpoint without its scheme: the host, and the path before the stage. */
  readonly domainName: string;
  readonly selectRoute: Select;
  readonly routes: ReadonlyMap<string, CompiledRoute>;
  /** Names, in lower case, of the parameters and headers that authorizers read. The trace masks their values. */
  readonly secrets: ReadonlySet<string>;
}

/** The compiled APIs of the deployments in use; garbage collection removes one together with its definition. */
export class CompiledApis {
  readonly #compiledApis = new WeakMap<Definition, CompiledApi>();

  constructor(private readonly services: Services) {}

  of(definition: Definition): CompiledApi {
    const known = this.#compiledApis.get(definition);
    if (known !== undefined) return known;
    const compiled = compile(definition, this.services);
    this.#compiledApis.set(definition, compiled);
    return compiled;
  }
}

function compile(definition: Definition, services: Services): CompiledApi {
  const secrets = identityNames(definition);
  const routes = [...definition.routes.values()].map((route) => [route.routeKey, compileRoute(route)] as const);

  function compileRoute(route: RouteEntry): CompiledRoute {
    const integration = definition.integrations.get(route.target?.replace(/^integrations\//, "") ?? "");
    return {
      route,
      authorize: compileAuthorization(route),
      required: requiredParameters(route),
      validate: compileModels(route, definition),
      integrate: integration && compileIntegration(integration, services, secrets),
      twoWay: isTwoWay(route),
    };
  }

  function compileAuthorization(route: RouteEntry): Authorize | undefined {
    if (route.authorizationType !== "CUSTOM") return undefined;
    const authorizer = definition.authorizers.get(route.authorizerId ?? "");
    if (authorizer !== undefined) return compileAuthorizer(authorizer, services);
    const detail = `route ${route.routeKey} refers to an authorizer that does not exist`;
    return async () => refusal(500, TEXT.internal, "authorizer", detail);
  }

  return {
    api: definition.api,
    domainName: definition.api.apiEndpoint.replace(/^\w+:\/\//, ""),
    selectRoute: selectionExpression(definition.api.routeSelectionExpression, "route"),
    routes: new Map(routes),
    secrets,
  };
}

/**
 * A two-way route has both a selection expression and a route response with the key it selects, which can only be `$default`.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-response.html
 */
function isTwoWay(route: RouteEntry): boolean {
  const { routeResponseSelectionExpression: expression, routeResponses } = route;
  return (
    expression === ROUTE_RESPONSE &&
    [...routeResponses.values()].some(({ routeResponseKey }) => routeResponseKey === expression)
  );
}

function requiredParameters(route: RouteEntry): CompiledRoute["required"] {
  return Object.entries(route.requestParameters ?? {})
    .filter(([, { required }]) => required)
    .flatMap(([text]) => parseRequestParameter(text) ?? [])
    .map((source) => ({ name: source.name, read: readSource(source) }));
}

function identityNames({ authorizers }: Definition): ReadonlySet<string> {
  const texts = [...authorizers.values()].flatMap(({ identitySource }) => identitySource);
  const sources = texts.map(parseIdentitySource);
  return new Set(
    sources.flatMap((source) => ("kind" in source && source.kind === "request" ? source.name.toLowerCase() : [])),
  );
}
