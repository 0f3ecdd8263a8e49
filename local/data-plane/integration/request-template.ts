/**
 * Selects and renders request templates, and determines the body if there is none.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-data-transformations.html
 */

import { messageOf } from "../../../terminal/error";
import type { Integration } from "../../api/types";
import type { TemplateScope } from "../../templates/index";
import { contextTree } from "../expressions/context-variables";
import { type Select, selectionExpression } from "../expressions/selection-expression";
import { TEXT } from "../limits";
import type { RouteEvent } from "../route-event";
import type { Services } from "../services";

import { failure, type IntegrationFailure } from "./result";

export type RequestBody = (event: RouteEvent) => string | IntegrationFailure;

const NO_EXPRESSION = "application/json";

export function compileRequestBody(integration: Integration, services: Services): RequestBody {
  const templates = integration.requestTemplates ?? {};
  const { passthroughBehavior, templateSelectionExpression } = integration;
  const select: Select = templateSelectionExpression
    ? selectionExpression(templateSelectionExpression, "request template")
    : () => NO_EXPRESSION;
  const passes =
    passthroughBehavior === "WHEN_NO_MATCH" ||
    (passthroughBehavior === "WHEN_NO_TEMPLATES" && Object.keys(templates).length === 0);
  return (event) => {
    const key = select(event);
    const template = selectTemplate(templates, key);
    if (template !== undefined) return render(template, event, event.body, services);
    if (passes) return event.body;
    const detail = `no request template has the key "${key}", and passthroughBehavior is ${passthroughBehavior}`;
    return failure(415, TEXT.unsupportedMediaType, "configuration", detail);
  };
}

export function selectTemplate(templates: Readonly<Record<string, string>>, key: string): string | undefined {
  if (Object.hasOwn(templates, key)) return templates[key];
  return Object.hasOwn(templates, "$default") ? templates.$default : undefined;
}

/** Renders a template. An error in it makes the integration fail. */
export function render(
  template: string,
  event: RouteEvent,
  body: string,
  services: Services,
): string | IntegrationFailure {
  try {
    return services.renderTemplate(template, scopeOf(event, body, services));
  } catch (error) {
    return failure(500, TEXT.internal, "configuration", `the template cannot be rendered: ${messageOf(error)}`);
  }
}

function scopeOf(event: RouteEvent, body: string, { switches }: Services): TemplateScope {
  const { request } = event;
  const { stageVariables } = event.stage;
  const context = contextTree(event);
  if (request === undefined || switches.inputParams === "empty") return { context, input: { body }, stageVariables };
  const { headers } = request.headerMaps("integration");
  return { context, input: { body, querystring: request.query.single, header: headers, path: {} }, stageVariables };
}
