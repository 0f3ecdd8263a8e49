/** The interface of all kinds of resources (create, update, delete), and functions that parse requests. */
import * as z from "zod";
import { QUOTAS } from "../../../aws/limits";
import { tagKeyProblem } from "../../../aws/names";
import { ApiError, badRequest } from "../error";

/** Generates identifiers and timestamps. It is a parameter, so that tests and the Terraform reader can control them. */
export interface Generator {
  /** Generates an identifier. `name` is the resource's name, from which a generator may derive the identifier. */
  id(length: number, name?: string): string;
  now(): string;
}

/** A kind of resources. `Scope` is what a resource may refer to, such as its API, its parent or the account. */
export interface Kind<T, Scope> {
  /** Name in AWS's message `Invalid <name> identifier specified`. */
  readonly name: string;
  /** Maximum number of resources in one collection. */
  readonly quota?: number;
  key(resource: T): string;
  create(input: unknown, scope: Scope, generator: Generator): T;
  update(previous: T, input: unknown, scope: Scope, generator: Generator): T;
  /** Checks that no other resource refers to this one. @throws ApiError */
  beforeDelete?(resource: T, scope: Scope): void;
  /** Converts a resource to a response of the REST API. */
  toResponse(resource: T): object;
}

/** A member that is parsed only to be rejected. */
export const anything = z.unknown().optional();
export const text = z.string().exactOptional();
/** The lengths are those of AWS's model of the API. */
export const textOf = (length: number) => z.string().max(length, `${length} characters at most`).exactOptional();
export const description = textOf(1024);
export const flag = z.boolean().exactOptional();
export const whole = z.int().exactOptional();
export const texts = z.record(z.string(), z.string()).exactOptional();
export const tags = z
  .record(z.string(), z.string())
  .superRefine((given, { addIssue }) => {
    for (const key of Object.keys(given)) {
      const problem = tagKeyProblem(key);
      if (problem === "reserved") addIssue({ code: "custom", message: `${key} begins with aws:, which is reserved` });
      if (problem === "length") addIssue({ code: "custom", message: `a key has 1 to 128 characters: ${key}` });
    }
  })
  .exactOptional();
export const declared = z.record(z.string(), z.object({ required: z.boolean().default(false) })).exactOptional();

/** Parses a request by its schema. Unknown members are ignored. @throws ApiError with AWS's message */
export function parse<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const result = schema.safeParse(input, { reportInput: true });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const member = issue?.path.join(".") || "the request body";
  if (issue?.code === "invalid_value") {
    throw badRequest(`Invalid value for ${member}: must be one of ${issue.values.join(", ")}`);
  }
  if (issue?.code === "too_small" || issue?.code === "too_big" || issue?.code === "custom") {
    throw badRequest(`Invalid value for ${member}: ${issue.message}`);
  }
  throw new ApiError("SerializationException", `Invalid type for ${member}: ${issue?.message ?? "unexpected value"}`);
}

export function required<T>(value: T | undefined, member: string): T {
  if (value === undefined || value === "") throw badRequest(`${member} is required`);
  return value;
}

/** Rejects members that only HTTP APIs have, as AWS does for WebSocket APIs. */
export function rejectHttpApiMembers(input: Readonly<Record<string, unknown>>, members: readonly string[]): void {
  for (const member of members) {
    if (input[member] !== undefined) throw badRequest(`${member} is not supported for protocol type WEBSOCKET`);
  }
}

/**
 * Merges a map as update operations do: a key that is not sent is kept, and a key with an empty value is removed.
 * (Observed: the provider removes a parameter by sending "",
 * https://github.com/hashicorp/terraform-provider-aws/blob/v5.100.0/internal/service/apigatewayv2/integration.go)
 */
export function mergeTexts(previous: Readonly<Record<string, string>> = {}, change: Readonly<Record<string, string>>) {
  return Object.fromEntries(Object.entries({ ...previous, ...change }).filter(([, value]) => value !== ""));
}

export function checkTemplates(templates: Readonly<Record<string, string>> = {}): void {
  for (const [key, template] of Object.entries(templates)) {
    if (Buffer.byteLength(template) > QUOTAS.mappingTemplateBytes) {
      throw badRequest(`The mapping template ${key} is larger than 300 KB`);
    }
  }
}
