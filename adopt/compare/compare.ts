/** Compares a synthesized stack with the API on AWS, argument by argument. */
import { canonicalJson, type Json } from "../../aws/canonical-json";
import type { Kept } from "../../config/model";
import type { Live, LiveStage } from "../read/live";
import { DEFAULTS, isEmpty, SETS, UNCHANGED } from "./arguments";
import { isAdoptable, type Matches, match } from "./match";
import { evaluate, type Synthesized, type SynthesizedStack, UNKNOWN } from "./stack";

/** One argument that the stack has with another value than AWS. */
export interface Difference {
  readonly path: string;
  readonly type: string;
  readonly argument: string;
  /** Undefined: AWS has no value. */
  readonly live: Json | undefined;
  /** Undefined: the stack has no value, or one that is not known before the deploy. */
  readonly stack: Json | undefined;
  /** Whether the stack's value refers to something that AWS does not have, or that is outside of the API. */
  readonly isUnknown: boolean;
}

export interface Comparison {
  /** Construct path to import id. */
  readonly ids: Readonly<Record<string, string>>;
  readonly differences: readonly Difference[];
  /** Paths of resources of the stack that AWS does not have. */
  readonly absent: readonly { readonly path: string; readonly type: string }[];
  /** Members that Terraform has no argument for, by path. They stay as they are. */
  readonly unexpressed: readonly { readonly path: string; readonly members: readonly string[] }[];
}

/**
 * Compares. Tags of the provider count as tags of each resource.
 *
 * @param variables values of Terraform's variables, by name
 */
export function compare(
  stack: SynthesizedStack,
  live: Live,
  stage: LiveStage,
  variables: Readonly<Record<string, string>> = {},
): Comparison {
  const matches = match(stack, live, stage);
  const values = valuesOf(matches);
  for (const [name, value] of Object.entries(variables)) values.set(`var.${name}`, value);
  const adoptable = stack.resources.filter((one) => isAdoptable(one, live));
  const found = adoptable.map((resource) => ({ resource, on: matches.get(resource.address) }));
  return {
    ids: Object.fromEntries(found.flatMap(({ resource, on }) => (on ? [[resource.path, on.id] as const] : []))),
    differences: found.flatMap(({ resource, on }) =>
      on ? differencesOf(resource, on.arguments, values, stack.defaultTags) : [],
    ),
    absent: found.flatMap(({ resource: { path, type }, on }) => (on ? [] : [{ path, type }])),
    unexpressed: found.flatMap(({ resource: { path }, on }) =>
      on && on.unexpressed.length > 0 ? [{ path, members: on.unexpressed }] : [],
    ),
  };
}

/** Returns what has to be kept so that Terraform changes nothing: the value of `adopted.keep`. */
export function keepOf({ differences, absent }: Pick<Comparison, "differences" | "absent">): Record<string, Kept> {
  const keep: Record<string, Kept> = {};
  for (const { path, type, argument, live } of differences) {
    // The stack derives these from the id of the import.
    if (type === "aws_lambda_permission" && /^(function_name|statement_id)/.test(argument)) continue;
    const kept = keep[path];
    keep[path] = { ...(kept || {}), [argument]: live ?? null };
  }
  for (const { path } of absent) keep[path] = false;
  return keep;
}

/** The last part of an import id is Terraform's `id`, except for names with slashes. */
function valuesOf(matches: Matches): Map<string, string> {
  const values = new Map<string, string>();
  for (const [address, found] of matches) {
    if (!found) continue;
    const parts = found.id.split("/");
    const id = address.startsWith("aws_apigatewayv2_") ? parts.at(-1) : found.id;
    values.set(`${address}.id`, id ?? found.id);
    for (const [name, value] of Object.entries(found.attributes ?? {})) values.set(`${address}.${name}`, value);
  }
  return values;
}

function differencesOf(
  { type, path, arguments: given }: Synthesized,
  live: Readonly<Record<string, Json | undefined>>,
  values: ReadonlyMap<string, string>,
  defaultTags: Readonly<Record<string, string>>,
): Difference[] {
  return Object.entries(live).flatMap(([argument, wanted]): Difference[] => {
    const own = given[argument];
    const isLeftOut = own === undefined || own === null;
    if (isLeftOut && UNCHANGED[type]?.includes(argument)) return [];
    const evaluated = evaluate(isLeftOut ? DEFAULTS[type]?.[argument] : own, values);
    const value = argument === "tags" && evaluated !== UNKNOWN ? withTags(evaluated, defaultTags) : evaluated;
    if (value !== UNKNOWN && same(argument, value, wanted ?? DEFAULTS[type]?.[argument])) return [];
    return [
      {
        path,
        type,
        argument,
        live: wanted,
        stack: value === UNKNOWN ? undefined : value,
        isUnknown: value === UNKNOWN,
      },
    ];
  });
}

function withTags(tags: Json | undefined, defaults: Readonly<Record<string, string>>): Json | undefined {
  return { ...defaults, ...(typeof tags === "object" && tags !== null && !Array.isArray(tags) ? tags : {}) };
}

const same = (argument: string, a: Json | undefined, b: Json | undefined): boolean =>
  canonicalJson(normal(argument, a)) === canonicalJson(normal(argument, b));

/** Terraform does not distinguish no value from an empty one. */
function normal(argument: string, value: Json | undefined): Json {
  // A tag may have an empty value.
  if (argument === "tags" && value !== undefined && Object.keys(Object(value)).length > 0) return value;
  if (value === undefined || isEmpty(value)) return null;
  if (Array.isArray(value)) {
    const items = value.map((item: Json) => normal("", item)).filter((item) => item !== null);
    return SETS.has(argument) ? items.sort((x, y) => (canonicalJson(x) < canonicalJson(y) ? -1 : 1)) : items;
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]) => [key, normal("", item)] as const)
      .filter(([, item]) => item !== null),
  );
}
