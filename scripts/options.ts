/** Builds a Markdown table of all options of `gateway.yaml`: key, value, default, meaning. */
import { type JsonSchema, jsonSchema } from "../config/schema/json-schema";

type Definitions = Readonly<Record<string, JsonSchema>>;

export function optionsTable(): string {
  const { properties = {}, $defs = {}, anyOf: [alone] = [] } = jsonSchema();
  const { environments, ...settings } = properties;
  const meaning = environments?.description ?? "";
  const rows = [
    ...held("", { properties: settings, required: alone?.required ?? [] }, $defs),
    ["`environments.<name>`", "map", defaultOf(meaning), withoutDefault(meaning)],
  ];
  const head = ["Key", "Value", "Default", "Meaning"];
  const lines = [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.map(escapeCell).join(" | ")} |`);
  return lines.join("\n");
}

/** Returns the rows of all options in a map. */
function held(
  prefix: string,
  { properties = {}, additionalProperties, required = [] }: JsonSchema,
  definitions: Definitions,
): string[][] {
  if (SUGGESTED.test(prefix)) return [];
  const known = Object.entries(properties)
    .filter(([key]) => !LIFECYCLE.has(key))
    .flatMap(([key, schema]) => option(`${prefix}${key}`, schema, required.includes(key), definitions));
  if (typeof additionalProperties !== "object") return known;
  // A map with any keys has no row for `<key>` itself, only for options in its values.
  return [...known, ...option(`${prefix}<key>`, additionalProperties, false, definitions).slice(1)];
}

/** Returns the row of an option, and the rows of the options in it. */
function option(path: string, schema: JsonSchema, required: boolean, definitions: Definitions): string[][] {
  const kinds = resolve(schema, definitions);
  const description = schema.description ?? kinds.find((kind) => kind.description)?.description ?? "";
  const value = kinds.map(kindOf).filter(unique).join(" or ");
  const row = [`\`${path}\``, value, required ? "required" : defaultOf(description), withoutDefault(description)];
  return [row, ...kinds.flatMap((kind) => held(`${path}.`, kind, definitions))];
}

/** Arguments of a Terraform backend. The schema has some of them for editors only; any other is passed on too. */
const SUGGESTED = /^state\.(?!local\.)\w+\.$/;

/** Routes that have the same options as any other route, and no rows of their own. */
const LIFECYCLE = new Set(["$connect", "$disconnect", "$default"]);

/** Returns the kinds of values that a schema accepts. */
function resolve(schema: JsonSchema, definitions: Definitions): JsonSchema[] {
  if (schema.$ref) return resolve(definitions[schema.$ref.replace("#/$defs/", "")] ?? {}, definitions);
  return schema.anyOf?.flatMap((kind) => resolve(kind, definitions)).filter(({ type }) => type !== "null") ?? [schema];
}

function kindOf(schema: JsonSchema): string {
  const { const: constant, enum: values, minimum, maximum } = schema;
  if (constant !== undefined) return `\`${String(constant)}\``;
  if (Array.isArray(values) && values.length > 10) return "number";
  if (Array.isArray(values)) return values.map((value) => `\`${String(value)}\``).join(", ");
  switch (schema.type) {
    case "string":
      return "text";
    case "boolean":
      return "`true`, `false`";
    case "array":
      return "list";
    case "object":
      return "map";
    case "integer":
      return `${String(minimum)} to ${String(maximum)}`;
    default:
      return "number";
  }
}

/** The default at the end of a description. It is a separate column in the table. */
const DEFAULT = / ?Default(?: on `\$connect`)?: (.*)\.$/s;
const defaultOf = (description: string) => DEFAULT.exec(description)?.[1] ?? "";
const withoutDefault = (description: string) => description.replace(DEFAULT, "");
const unique = <T>(value: T, index: number, all: readonly T[]) => all.indexOf(value) === index;
const escapeCell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");
