/** Builds the JSON Schema with which editors check `gateway.yaml`. Only scripts and tests use it. */
import { toJSONSchema } from "zod";
import * as z from "zod/mini";
import { configuration, ENVIRONMENT_NAME, ENVIRONMENTS_DESCRIPTION } from "./index";

/** The parts of a JSON Schema that this project reads. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly required?: readonly string[];
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
}

export function jsonSchema(): JsonSchema {
  const generated = toJSONSchema(configuration, {
    io: "input",
    override: ({ zodSchema, jsonSchema: written }) => {
      // Keys are always strings.
      delete written.propertyNames;
      Object.assign(written, messages(zodSchema, written.pattern !== undefined));
    },
  });
  const { $schema, $defs = {}, ...whole }: JsonSchema = JSON.parse(JSON.stringify(generated));
  const { name, ...settings } = whole.properties ?? {};
  const environment = partial({
    ...whole,
    properties: settings,
    description: "Settings that differ in this environment.",
  });
  const overrides = Object.fromEntries(
    Object.entries($defs).map(([id, definition]) => [`${id}Override`, partial(definition)]),
  );
  const environments: JsonSchema = {
    type: "object",
    description: ENVIRONMENTS_DESCRIPTION,
    minProperties: 1,
    propertyNames: { pattern: ENVIRONMENT_NAME.source },
    additionalProperties: { anyOf: [environment, { type: "null" }] },
  };
  return {
    $schema,
    title: "gateway.yaml",
    description: "An authenticated WebSocket API in front of an HTTP backend.",
    ...whole,
    properties: { ...(name ? { name } : {}), ...settings, environments },
    // Required settings may be in each environment instead of at the top level.
    required: ["name"],
    anyOf: [{ required: whole.required ?? [] }, { required: ["environments"] }],
    $defs: { ...$defs, ...overrides },
  };
}

/**
 * Returns the messages for editors, in the words of the loader. The YAML language server reads these two keywords, instead
 * of showing a regular expression (https://github.com/redhat-developer/yaml-language-server, CHANGELOG 0.11 and 1.1).
 */
function messages(schema: z.core.$ZodType, hasPattern: boolean): Record<string, string> {
  // No schema accepts a symbol, and each then gives the message for values of a wrong type.
  const expected = z.safeParse(schema, Symbol()).error?.issues[0]?.message;
  if (expected === undefined || expected === "Invalid input") return {};
  const message = `expected ${expected}.`;
  return { errorMessage: message, ...(hasPattern ? { patternErrorMessage: message } : {}) };
}

/** Returns the schema of an environment's settings: none is required, and an empty value removes a setting. */
function partial(schema: JsonSchema): JsonSchema {
  const { required: _, properties, anyOf, additionalProperties: others, ...rest } = schema;
  if (rest.$ref) return { ...rest, $ref: `${rest.$ref}Override` };
  const inner = Object.fromEntries(
    Object.entries(properties ?? {}).map(([key, value]) => [key, nullable(partial(value))]),
  );
  return {
    ...rest,
    ...(anyOf ? { anyOf: anyOf.map(partial) } : {}),
    ...(properties ? { properties: inner } : {}),
    ...(others === undefined ? {} : { additionalProperties: typeof others === "object" ? partial(others) : others }),
  };
}

function nullable(schema: JsonSchema): JsonSchema {
  const { description, ...rest } = schema;
  const described = description === undefined ? {} : { description };
  if (rest.anyOf) return { ...schema, anyOf: [...rest.anyOf, { type: "null" }] };
  if (typeof rest.type === "string" && !("enum" in rest)) return { ...schema, type: [rest.type, "null"] };
  return { ...described, anyOf: [rest, { type: "null" }] };
}
