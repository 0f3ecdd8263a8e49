/** Model: https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-request-validation.html */

import type { ErrorObject } from "ajv";
import * as z from "zod";
import { messageOf } from "../../../terminal/error";
import { badRequest, conflict } from "../error";
import type { ApiState, Model } from "../types";
import { description, type Kind, parse, required, text, textOf } from "./kind";

const members = z.object({ contentType: text, description, name: text, schema: textOf(32_768) });

export const modelKind: Kind<Model, ApiState> = {
  name: "Model",
  key: (model) => model.modelId,
  create(input, scope, generator) {
    const blank: Model = { modelId: generator.id(6), name: "", contentType: "application/json", schema: "" };
    return change(blank, parse(members, input), scope);
  },
  update: (previous, input, scope) => change(previous, parse(members, input), scope),
  toResponse: (model) => model,
};

function change(previous: Model, given: z.output<typeof members>, { current }: ApiState): Model {
  const model = { ...previous, ...given };
  if (!/^[a-zA-Z0-9]+$/.test(required(model.name, "name"))) {
    throw badRequest(`Model name must be alphanumeric: ${model.name}`);
  }
  let schema: unknown;
  try {
    schema = JSON.parse(required(model.schema, "schema"));
  } catch {
    throw badRequest(`Invalid model specified: the schema of ${model.name} is not JSON`);
  }
  const mistake = schemaMistake(schema);
  if (mistake !== undefined) {
    // https://github.com/aws/aws-cdk/issues/27433. AWS's message does not say where the mistake is.
    const result = "Validation Result: warnings : [], errors : [Invalid model schema specified]";
    throw badRequest(`Invalid model specified: ${result} (${mistake})`);
  }
  for (const other of current.models.values()) {
    if (other.name === model.name && other.modelId !== model.modelId) {
      throw conflict(`Model name already exists for this API: ${model.name}`);
    }
  }
  return model;
}

/** Returns the mistake in a JSON Schema (draft 4), or undefined. */
function schemaMistake(schema: unknown): string | undefined {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return "a schema must be a JSON object";
  const ajv = validator();
  try {
    return ajv.validateSchema(schema) === true ? undefined : errorText(ajv.errors?.[0]);
  } catch (error) {
    // `$schema` names another draft.
    return messageOf(error);
  }
}

const errorText = (error: ErrorObject | undefined) =>
  `${error?.instancePath || "/"} ${error?.message ?? "is not valid"}`;

/** Returns the validator. ajv is loaded with the first model, because most APIs have none and start faster without it. */
function validator() {
  const { default: Ajv }: typeof import("ajv-draft-04") = require("ajv-draft-04");
  return new Ajv({ strict: false, validateFormats: false, logger: false });
}
