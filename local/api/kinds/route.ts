/** Route: https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-develop-routes.html */
import * as z from "zod";
import { AUTHORIZATION_TYPES } from "../../../aws/enumerations";
import { QUOTAS } from "../../../aws/limits";
import { parseMappingSource } from "../../../aws/parameter-mapping";
import { declarationsOf } from "../../../aws/request-parameter";
import { parseRouteKey } from "../../../aws/route-key";
import { ROUTE_RESPONSE } from "../../../aws/selection-expression";
import { badRequest, conflict, notFound } from "../error";
import type { ApiState, Definition, Integration, Route, RouteEntry } from "../types";
import { checkDeclaration, checkSelection } from "./expressions";
import {
  anything,
  declared,
  flag,
  type Kind,
  parse,
  rejectHttpApiMembers,
  required,
  text,
  textOf,
  texts,
} from "./kind";

const members = z.object({
  apiKeyRequired: flag,
  authorizationType: z.enum(AUTHORIZATION_TYPES).exactOptional(),
  authorizerId: text,
  modelSelectionExpression: text,
  operationName: textOf(64),
  requestModels: texts,
  requestParameters: declared,
  routeKey: text,
  routeResponseSelectionExpression: text,
  target: text,
  authorizationScopes: anything,
});

export const routeKind: Kind<RouteEntry, ApiState> = {
  name: "Route",
  quota: QUOTAS.routes,
  key: (route) => route.routeId,
  create(input, scope, generator) {
    const blank = { routeId: generator.id(7), routeKey: "", authorizationType: "NONE", apiKeyRequired: false } as const;
    return { ...change(blank, parse(members, input), scope), routeResponses: new Map() };
  },
  update: ({ routeResponses, ...previous }, input, scope) => ({
    ...change(previous, parse(members, input), scope),
    routeResponses,
  }),
  toResponse: ({ routeResponses, ...route }) => route,
};

function change(previous: Route, given: z.output<typeof members>, { current }: ApiState): Route {
  rejectHttpApiMembers(given, ["authorizationScopes"]);
  const { authorizationScopes, authorizationType = previous.authorizationType, requestParameters, ...own } = given;
  if (authorizationType === "JWT")
    throw badRequest("Authorization type JWT is not supported for protocol type WEBSOCKET");
  const route: Route = { ...previous, ...own, authorizationType };
  if (requestParameters) route.requestParameters = { ...previous.requestParameters, ...requestParameters };
  for (const member of [
    "authorizerId",
    "target",
    "routeResponseSelectionExpression",
    "modelSelectionExpression",
  ] as const) {
    if (route[member] === "") delete route[member];
  }
  checkKey(route, current);
  checkAuthorization(route, current);
  for (const parameter of Object.keys(route.requestParameters ?? {})) checkDeclaration(parameter);
  if (route.modelSelectionExpression) checkSelection(route.modelSelectionExpression, "model");
  if ((route.routeResponseSelectionExpression ?? ROUTE_RESPONSE) !== ROUTE_RESPONSE) {
    throw badRequest("Currently, only $default is supported as a route response selection expression.");
  }
  checkTarget(route, current);
  return route;
}

export function withoutRequestParameter(parameter: string) {
  return (route: RouteEntry, { current }: ApiState): RouteEntry => {
    const { [parameter]: removed, ...requestParameters } = route.requestParameters ?? {};
    if (!removed) throw notFound("RequestParameter", parameter);
    const left = { ...route, requestParameters };
    checkTarget(left, current);
    return left;
  };
}

function checkKey(route: Route, current: Definition): void {
  if (parseRouteKey(route.routeKey) === undefined) throw badRequest("Route key is required");
  for (const other of current.routes.values()) {
    if (other.routeKey === route.routeKey && other.routeId !== route.routeId) {
      throw conflict(`Route with key ${route.routeKey} already exists for this API`);
    }
  }
}

function checkAuthorization(route: Route, current: Definition): void {
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-control-access.html
  if (route.authorizationType !== "NONE" && route.routeKey !== "$connect") {
    throw badRequest("Currently, authorization is restricted to the $connect route only");
  }
  if (route.authorizationType !== "CUSTOM") {
    delete route.authorizerId;
  } else if (!current.authorizers.has(required(route.authorizerId, "authorizerId"))) {
    throw notFound("Authorizer", route.authorizerId ?? "");
  }
}

function checkTarget(route: Route, current: Definition): void {
  if (route.target === undefined) return;
  const id = /^integrations\/([^/]+)$/.exec(route.target)?.[1];
  if (id === undefined) {
    throw badRequest(
      "Unexpected or malformed target in route. Correct format should be integrations/<integration_id>.",
    );
  }
  const integration = current.integrations.get(id);
  if (!integration) throw notFound("Integration", id);
  checkConnection(integration, route);
}

/** A mapping may read only what its route has declared: https://github.com/hashicorp/terraform-provider-aws/issues/18387 */
export function checkConnection(integration: Integration, route: Route): void {
  for (const text of Object.values(integration.requestParameters ?? {})) {
    const source = parseMappingSource(text);
    const names = "invalid" in source ? [] : declarationsOf(source);
    if (names.length > 0 && !names.some((name) => route.requestParameters?.[name])) {
      throw badRequest(
        `Error while validating the connection between the integration ${integration.integrationId} and the route ` +
          `${route.routeId}: Invalid mapping expression parameter specified: ${text}`,
      );
    }
  }
}
