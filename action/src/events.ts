/**
 * Terraform's machine-readable interface: one JSON object a line.
 * https://developer.hashicorp.com/terraform/internals/machine-readable-ui
 */
import * as z from "zod";

const resource = z.object({ addr: z.string(), resource_type: z.string() });

const hook = z.object({
  resource,
  action: z.string().optional(),
  id_value: z.string().optional(),
  elapsed_seconds: z.number().optional(),
});

const diagnostic = z.object({
  severity: z.enum(["error", "warning"]),
  summary: z.string(),
  detail: z.string().default(""),
  address: z.string().optional(),
  range: z.object({ filename: z.string(), start: z.object({ line: z.number(), column: z.number() }) }).optional(),
});
export type Diagnostic = z.infer<typeof diagnostic>;

/** One change of a plan. https://developer.hashicorp.com/terraform/internals/machine-readable-ui#planned-change */
const plannedChange = z.object({ resource, action: z.string() });
export type PlannedChange = z.infer<typeof plannedChange>;

/** The root module's outputs; without values in a plan, and where they are sensitive. */
const outputs = z.record(z.string(), z.object({ sensitive: z.boolean(), value: z.unknown() }));
export type PrintedOutputs = z.infer<typeof outputs>;

const event = z.discriminatedUnion("type", [
  z.object({ type: z.literal("planned_change"), change: plannedChange }),
  z.object({ type: z.literal("diagnostic"), diagnostic }),
  z.object({ type: z.literal("refresh_start") }),
  z.object({ type: z.literal("outputs"), outputs }),
  z.object({ type: z.literal("apply_start"), hook }),
  z.object({ type: z.literal("apply_progress"), hook }),
  z.object({ type: z.literal("apply_complete"), hook }),
  z.object({ type: z.literal("apply_errored"), hook }),
]);
export type TerraformEvent = z.infer<typeof event>;

/** Parses a line. Returns undefined for any other line, such as Terraform's version or an event of a later Terraform. */
export function parseEvent(line: string): TerraformEvent | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return event.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined; // Not JSON: printed by something else, such as a provisioner.
  }
}

const DOING: Readonly<Record<string, readonly [doing: string, done: string]>> = {
  create: ["creating", "created"],
  update: ["updating", "updated"],
  delete: ["destroying", "destroyed"],
  read: ["reading", "read"],
};

/** Returns an event as a line of the log. `name` returns the name to show for an address. */
export function describe(happening: TerraformEvent, name: (address: string) => string): string | undefined {
  if (!("hook" in happening)) return undefined;
  const { resource, action = "", elapsed_seconds: seconds } = happening.hook;
  const [doing, done] = DOING[action] ?? [action, action];
  const subject = `${name(resource.addr)} (${resource.resource_type})`;
  switch (happening.type) {
    case "apply_start":
      return `${subject}: ${doing}`;
    case "apply_progress":
      return `${subject}: still ${doing}, ${seconds} s`;
    case "apply_complete":
      return `${subject}: ${done} in ${seconds} s`;
    case "apply_errored":
      return `${subject}: failed after ${seconds} s`;
  }
}
