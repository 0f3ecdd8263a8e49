/** Facts of a Terraform plan, from its JSON: what would change, and whether clients would lose an address. */
import * as z from "zod";
import type { PlannedChange } from "./events";
import { constructOf, type Stack } from "./stack";

/** https://developer.hashicorp.com/terraform/internals/json-format#change-representation */
const change = z.object({
  actions: z.array(z.enum(["no-op", "create", "read", "update", "delete", "forget"])),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
  after_unknown: z.unknown().optional(),
  before_sensitive: z.unknown().optional(),
  after_sensitive: z.unknown().optional(),
  replace_paths: z.array(z.array(z.union([z.string(), z.number()]))).optional(),
  importing: z.unknown().optional(),
});
const resourceChange = z.object({
  address: z.string(),
  type: z.string(),
  change,
  action_reason: z.string().optional(),
});

/** A resource in the state before the plan, with what it depends on. */
const stateResource = z.object({ address: z.string(), depends_on: z.array(z.string()).default([]) });

const document = z.object({
  prior_state: z
    .object({
      values: z.object({ root_module: z.object({ resources: z.array(stateResource).default([]) }) }).optional(),
    })
    .optional(),
  resource_changes: z.array(resourceChange).default([]),
  resource_drift: z.array(resourceChange).default([]),
  output_changes: z.record(z.string(), change).default({}),
});
export type PlanDocument = z.infer<typeof document>;

export type Effect = "create" | "update" | "replace" | "destroy";

export interface Change {
  readonly address: string;
  readonly type: string;
  readonly construct: string;
  readonly effect: Effect;
  /** Attributes that differ; of a replacement, those that force it. Never their values. */
  readonly attributes: readonly string[];
}

export interface Plan {
  readonly changes: readonly Change[];
  /** Outputs that would change. */
  readonly outputs: readonly string[];
  /** Resources that were changed by something other than Terraform. */
  readonly drifted: readonly Change[];
  readonly document: PlanDocument;
}

/** What a part of a plan is compared with. */
export interface WholePlan extends Pick<Plan, "changes" | "drifted"> {
  /** Whether each part must read the resources from AWS again. @default if some have drifted */
  readonly refresh?: true;
}

export const EMPTY_PLAN: Plan = {
  changes: [],
  outputs: [],
  drifted: [],
  document: { resource_changes: [], resource_drift: [], output_changes: {} },
};

/** @throws ZodError for what is not Terraform's plan format 1 */
export function readPlan(json: unknown, stack: Stack): Plan {
  const parsed = document.parse(json);
  const changesOf = (list: PlanDocument["resource_changes"]): Change[] =>
    list.flatMap((found) => {
      const effect = effectOf(found.change.actions);
      const { address, type } = found;
      if (!effect) return [];
      return [
        { address, type, construct: constructOf(stack, address), effect, attributes: attributesOf(found.change) },
      ];
    });
  const changes = changesOf(parsed.resource_changes);
  const differs = Object.entries(parsed.output_changes).filter(([, { actions }]) => effectOf(actions));
  return {
    changes,
    outputs: differs.map(([name]) => name),
    // Most of Terraform's own list are refreshes that read null as {}. Only what a deploy would undo is shown.
    drifted: changesOf(parsed.resource_drift).filter(
      ({ address, effect, attributes }) =>
        changes.some((one) => one.address === address) && (effect !== "update" || attributes.length > 0),
    ),
    document: parsed,
  };
}

/** `undefined`: the resource does not change. */
function effectOf(actions: z.infer<typeof change>["actions"]): Effect | undefined {
  if (actions.includes("create") && actions.includes("delete")) return "replace";
  if (actions.includes("create")) return "create";
  if (actions.includes("delete")) return "destroy";
  return actions.includes("update") ? "update" : undefined;
}

function attributesOf({ actions, before, after, after_unknown, replace_paths }: z.infer<typeof change>): string[] {
  if (replace_paths && replace_paths.length > 0) return [...new Set(replace_paths.map((path) => String(path[0])))];
  if (effectOf(actions) !== "update") return [];
  const [old, next, unknown] = [before, after, after_unknown].map(record);
  const names = new Set([...Object.keys(old ?? {}), ...Object.keys(next ?? {}), ...Object.keys(unknown ?? {})]);
  return [...names].filter((name) => meaning(old?.[name]) !== meaning(next?.[name]) || holdsTrue(unknown?.[name]));
}

/** Providers read an unset attribute as null, an empty list or an empty map. */
function meaning(value: unknown): string {
  const empty = value === null || value === undefined || (typeof value === "object" && Object.keys(value).length === 0);
  return empty ? "" : JSON.stringify(value);
}

const record = (value: unknown): Record<string, unknown> =>
  z.record(z.string(), z.unknown()).safeParse(value).data ?? {};

function holdsTrue(value: unknown): boolean {
  return value === true || (typeof value === "object" && value !== null && Object.values(value).some(holdsTrue));
}

export function summarize({ changes, document: { resource_changes } }: Plan): string {
  const imports = resource_changes.filter(({ change }) => change.importing).length;
  const count = (effect: Effect) => changes.filter((found) => found.effect === effect).length;
  const effects = ["create", "update", "replace", "destroy"] as const;
  return [
    ...(imports > 0 ? [`${imports} to import`] : []),
    ...effects.map((effect) => `${count(effect)} to ${effect}`),
  ].join(", ");
}

const DESTROYED_FIRST: ReadonlySet<string> = new Set(["aws_apigatewayv2_route", "aws_apigatewayv2_route_response"]);

/**
 * Addresses of the routes and route responses that must be destroyed before the rest of the plan is applied. Terraform
 * destroys them after it has created the new deployment, which is then a snapshot of an API that still has them.
 * Destroying them first loses nothing: the old deployment serves them until it is replaced, and if the job is cancelled in
 * between, the next plan still contains the new deployment.
 * The same holds if routes are created, because an API has only one route with a key.
 */
export function routesToDestroyFirst({ changes }: Pick<Plan, "changes">): string[] {
  const has = (type: string, effect: Effect) => changes.some((one) => one.type === type && one.effect === effect);
  if (!has("aws_apigatewayv2_deployment", "replace") && !has("aws_apigatewayv2_route", "create")) return [];
  return changes
    .filter(({ type, effect }) => DESTROYED_FIRST.has(type) && effect === "destroy")
    .map(({ address }) => address);
}

/** The plan after the resource at `address` was removed from the state: Terraform only creates it then. */
export function withoutDeletion({ changes, ...rest }: WholePlan, address: string): WholePlan {
  return { ...rest, changes: changes.map((one) => (one.address === address ? { ...one, effect: "create" } : one)) };
}

const EFFECTS: Readonly<Record<string, Effect>> = {
  create: "create",
  update: "update",
  replace: "replace",
  delete: "destroy",
};

/** Changes of a plan that was made without `terraform show`: without attributes. */
export function partOf(changes: readonly PlannedChange[], stack: Stack): Pick<Plan, "changes"> {
  return {
    changes: changes.flatMap(({ resource: { addr: address, resource_type: type }, action }): Change[] => {
      const effect = EFFECTS[action];
      return effect ? [{ address, type, construct: constructOf(stack, address), effect, attributes: [] }] : [];
    }),
  };
}

/**
 * Changes in `part` that the whole plan does not have. A replacement may come in two parts: the new resource is created
 * before the promotion, and the old one, which is no longer in the configuration, is destroyed after it.
 */
export function unplanned(plan: Pick<Plan, "changes">, part: Pick<Plan, "changes">): Change[] {
  const isPlanned = ({ address, effect }: Change) =>
    plan.changes.some(
      (one) => one.address === address && (one.effect === effect || (one.effect === "replace" && effect === "destroy")),
    );
  return part.changes.filter((one) => !isPlanned(one));
}
