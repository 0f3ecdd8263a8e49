/**
 * Validates messages by a route's models (JSON Schema draft 4).
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-request-validation.html
 */

import type { ValidateFunction } from "ajv";
import { messageOf } from "../../../terminal/error";
import type { Definition, Route } from "../../api/types";
import { selectionExpression } from "../expressions/selection-expression";
import type { RouteEvent } from "../route-event";

/** Returns why a message is invalid, or undefined if it is valid. */
export type ValidateMessage = (event: RouteEvent) => Promise<string | undefined>;

/** Compiles the models of a route. Returns undefined if it has none. */
export function compileModels(route: Route, definition: Definition): ValidateMessage | undefined {
  const { requestModels = {}, modelSelectionExpression } = route;
  if (Object.keys(requestModels).length === 0 || definition.api.disableSchemaValidation) return undefined;
  const select = modelSelectionExpression ? selectionExpression(modelSelectionExpression, "model") : () => "$default";
  const schemas = new Map([...definition.models.values()].map(({ name, schema }) => [name, schema]));
  const compiled = new Map<string, Promise<ValidateFunction | string>>();

  return async (event) => {
    const key = select(event);
    const name = Object.hasOwn(requestModels, key) ? requestModels[key] : requestModels.$default;
    if (name === undefined) return `the route has no model for "${key}" and no $default model`;
    const schema = schemas.get(name);
    if (schema === undefined) return `the model "${name}" does not exist`;
    if (event.json === undefined) return "the message is not JSON";
    const known = compiled.get(name) ?? compileSchema(schema);
    compiled.set(name, known);
    const validate = await known;
    if (typeof validate === "string") return validate;
    // Not event.json, whose numbers can be ones that ajv does not know.
    if (validate(JSON.parse(event.body))) return undefined;
    const [error] = validate.errors ?? [];
    return error === undefined
      ? "the message does not match the model"
      : `${error.instancePath || "/"} ${error.message ?? ""}`;
  };
}

/** Compiles a JSON Schema. ajv is loaded with the first message that needs it. */
async function compileSchema(schema: string): Promise<ValidateFunction | string> {
  const { default: Ajv } = await import("ajv-draft-04");
  try {
    return new Ajv({ strict: false, validateFormats: false, logger: false }).compile(JSON.parse(schema));
  } catch (error) {
    return `the model's schema is invalid: ${messageOf(error)}`;
  }
}
