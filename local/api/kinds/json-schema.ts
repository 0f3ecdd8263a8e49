/** JSON Schema draft 4, the language of models. */
import type { ErrorObject } from "ajv";

/** Why this is no schema, or undefined. */
export function schemaMistake(schema: unknown): string | undefined {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return "a schema is a JSON object";
  const ajv = validator();
  try {
    return ajv.validateSchema(schema) === true ? undefined : text(ajv.errors?.[0]);
  } catch (error) {
    // Of another draft: `$schema` says so.
    return error instanceof Error ? error.message : String(error);
  }
}

const text = (error: ErrorObject | undefined) => `${error?.instancePath || "/"} ${error?.message ?? "is not valid"}`;

/** ajv is loaded by the first model: most APIs have none, and should not wait for it. */
function validator() {
  const { default: Ajv }: typeof import("ajv-draft-04") = require("ajv-draft-04");
  return new Ajv({ strict: false, validateFormats: false, logger: false });
}
