/**
 * Integration responses: one is selected by the backend's status or the function's error message; its template and
 * response parameters are applied.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-integration-responses.html
 */

import { compileJsonPath } from "../../../aws/json-path";
import { parseResponseKey, responsePattern } from "../../../aws/response-key";
import { parseResponseParameter, type ResponseSource } from "../../../aws/response-parameter";
import type { IntegrationEntry, IntegrationResponse } from "../../api/types";
import { asText, parseJson } from "../expressions/json-text";
import { headerValue } from "../expressions/parameter-mapping";
import {
  headerValues,
  type IntegrationAnswer,
  type Select,
  selectionExpression,
} from "../expressions/selection-expression";
import { TEXT } from "../limits";
import type { RouteEvent } from "../route-event";
import type { Services } from "../services";
import { render, selectTemplate } from "./request-template";
import { failure, type IntegrationResult } from "./result";

export interface Selected {
  readonly key: string;
  readonly result: IntegrationResult;
}

/** `selector`: the result of the integration's fixed selection expression, a status or an error message. */
export type Respond = (event: RouteEvent, answer: IntegrationAnswer, selector: string) => Selected;

export function compileResponses(integration: IntegrationEntry, services: Services): Respond {
  const responses = [...integration.integrationResponses.values()].map((response) => compile(response, services));
  const fallback = responses.find(({ key }) => key === "$default");
  return (event, answer, selector) => {
    const selected = responses.find(({ matches }) => matches?.test(selector)) ?? fallback;
    if (selected !== undefined) return { key: selected.key, result: selected.respond(event, answer) };
    const keys = responses.map(({ key }) => key).join(", ") || "none";
    const detail = `no integration response matches "${selector}" and there is no $default (keys: ${keys})`;
    return { key: "", result: failure(500, TEXT.internal, "configuration", detail) };
  };
}

function compile(response: IntegrationResponse, services: Services) {
  const templates = response.responseTemplates ?? {};
  const select: Select = response.templateSelectionExpression
    ? selectionExpression(response.templateSelectionExpression, "response template")
    : () => "$default";
  const parameters = Object.entries(response.responseParameters ?? {}).flatMap(([target, source]) => {
    const parameter = parseResponseParameter(target, source);
    return parameter === undefined ? [] : [{ name: parameter.header, read: readResponse(parameter.source) }];
  });
  const key = parseResponseKey(response.integrationResponseKey);
  return {
    key: response.integrationResponseKey,
    matches: key && responsePattern(key),
    respond(event: RouteEvent, answer: IntegrationAnswer): IntegrationResult {
      const template = selectTemplate(templates, select(event, answer));
      const body = template === undefined ? answer.body : render(template, event, answer.body, services);
      if (typeof body !== "string") return body;
      const headers = parameters.flatMap(({ name, read }) => {
        const value = read(answer);
        return value === undefined ? [] : [[name, headerValue(value)] as const];
      });
      return { kind: "response", status: 200, headers, body: Buffer.from(body) };
    },
  };
}

function readResponse(source: ResponseSource): (answer: IntegrationAnswer) => string | undefined {
  switch (source.kind) {
    case "static":
      return () => source.value;
    case "header":
      return (answer) => headerValues(answer, source.name).at(-1);
    case "body": {
      const find = compileJsonPath(source.path);
      return (answer) => asText(find(parseJson(answer.body)));
    }
  }
}
