/** RouteResponse: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-response.html */
import * as z from "zod";
import { ROUTE_RESPONSE } from "../../../aws/selection-expression";
import { badRequest, conflict } from "../error";
import type { RouteEntry, RouteResponse } from "../types";
import { declared, type Kind, parse, required, text, texts } from "./kind";

const members = z.object({
  modelSelectionExpression: text,
  responseModels: texts,
  responseParameters: declared,
  routeResponseKey: text,
});

export const routeResponseKind: Kind<RouteResponse, RouteEntry> = {
  name: "RouteResponse",
  key: (response) => response.routeResponseId,
  create(input, scope, generator) {
    return change({ routeResponseId: generator.id(7), routeResponseKey: "" }, parse(members, input), scope);
  },
  update: (previous, input, scope) => change(previous, parse(members, input), scope),
  toResponse: (response) => response,
};

function change(
  previous: RouteResponse,
  given: z.output<typeof members>,
  { routeResponses }: RouteEntry,
): RouteResponse {
  const response = { ...previous, ...given };
  if (required(response.routeResponseKey, "routeResponseKey") !== ROUTE_RESPONSE) {
    throw badRequest("Currently, only $default is supported as a RouteResponseKey.");
  }
  for (const other of routeResponses.values()) {
    if (other.routeResponseId !== response.routeResponseId) {
      throw conflict(`Route response with key ${response.routeResponseKey} already exists for this route`);
    }
  }
  return response;
}
