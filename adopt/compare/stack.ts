/** Reads a synthesized stack: its resources by address, with their construct paths, and the values of its references. */
import * as z from "zod/mini";
import type { Json } from "../../aws/canonical-json";

const resource = z.looseObject({ "//": z.object({ metadata: z.object({ path: z.string() }) }) });
const document = z.object({
  "//": z.optional(z.object({ metadata: z.object({ definition: z.optional(z.string()) }) })),
  resource: z.record(z.string(), z.record(z.string(), resource)),
  provider: z.optional(
    z.object({
      aws: z.optional(
        z.array(
          z.looseObject({
            region: z.optional(z.string()),
            alias: z.optional(z.string()),
            default_tags: z.optional(z.array(z.object({ tags: z.record(z.string(), z.string()) }))),
          }),
        ),
      ),
    }),
  ),
});

export interface Synthesized {
  /** Terraform's address, such as `aws_apigatewayv2_api.api`. */
  readonly address: string;
  readonly type: string;
  /** Path of the construct without the stack and without `Default`, as in `adopted.keep`. */
  readonly path: string;
  readonly arguments: Readonly<Record<string, Json | undefined>>;
}

export interface SynthesizedStack {
  /** Hash of what a deployment contains. Only a stack with `adopted` has it. */
  readonly definition: string | undefined;
  readonly resources: readonly Synthesized[];
  readonly defaultTags: Readonly<Record<string, string>>;
}

/** Arguments that control Terraform. */
const META = new Set(["//", "depends_on", "lifecycle", "provider", "count", "for_each"]);

/** Parses a `cdk.tf.json`. */
export function readStack(json: unknown): SynthesizedStack {
  const { "//": comment, resource, provider } = document.parse(json);
  const [main] = provider?.aws ?? [];
  return {
    definition: comment?.metadata.definition,
    defaultTags: main?.default_tags?.[0]?.tags ?? {},
    resources: Object.entries(resource).flatMap(([type, named]) =>
      Object.entries(named).map(([name, found]) => ({
        address: `${type}.${name}`,
        type,
        path: constructPath(found["//"].metadata.path),
        arguments: Object.fromEntries(
          Object.entries(z.record(z.string(), z.json()).parse(found)).filter(([key]) => !META.has(key)),
        ),
      })),
    ),
  };
}

const constructPath = (path: string): string =>
  path
    .split("/")
    .slice(1)
    .filter((id) => id !== "Default")
    .join("/");

/** Returns the address to which an argument refers, such as that of the route in `${aws_apigatewayv2_route.x.id}`. */
export function referenceIn(value: unknown): string | undefined {
  return typeof value === "string" ? /\$\{(\w+\.\w+)\.id\}/.exec(value)?.[1] : undefined;
}

/** Stands for a value that cannot be known, because it refers to a resource that AWS does not have. It equals nothing. */
export const UNKNOWN = Symbol("unknown");

/**
 * Evaluates an argument.
 *
 * @param values attribute of a resource, such as `aws_apigatewayv2_api.api.id`, to its value
 */
export function evaluate(
  value: Json | undefined,
  values: ReadonlyMap<string, string>,
): Json | undefined | typeof UNKNOWN {
  if (typeof value === "string") {
    let isKnown = true;
    const text = value.replaceAll(/([$%])\1\{|\$\{([^}]*)\}/g, (_, escaped?: string, reference = "") => {
      if (escaped !== undefined) return `${escaped}{`;
      const known = values.get(reference);
      if (known === undefined) isKnown = false;
      return known ?? "";
    });
    return isKnown ? text : UNKNOWN;
  }
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map((item: Json) => evaluate(item, values));
    return items.includes(UNKNOWN) ? UNKNOWN : items.map((item) => (typeof item === "symbol" ? null : (item ?? null)));
  }
  const members: Record<string, Json | undefined> = {};
  for (const [key, item] of Object.entries(value)) {
    const evaluated = evaluate(item, values);
    if (evaluated === UNKNOWN) return UNKNOWN;
    if (typeof evaluated !== "symbol") members[unescaped(key)] = evaluated;
  }
  return members;
}

const unescaped = (text: string): string => text.replaceAll(/([$%])\1\{/g, "$1{");
