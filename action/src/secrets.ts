/** The job's secrets, and the one way to remove them from a text before it leaves the action. */
import * as z from "zod";
import { isSecretName, masker, maskTexts } from "../../terminal/mask";
import { secretsIn } from "../../terminal/secret-look";
import type { Variables } from "../../terminal/shell";

/** Long random values with these names are published: commits, checksums, and what the runner itself sets. */
const PUBLIC_NAME = /^(GITHUB|RUNNER)_|(SHA\d*|COMMIT|REVISION|DIGEST|CHECKSUM|HASH)$/i;

/**
 * What Terraform variables usually hold when they hold no secret: names, numbers, domains, URLs, ARNs, addresses, paths.
 * A variable whose name says that it is a secret is one whatever it holds.
 */
const PLAIN =
  /^(\d+|[a-z]+([-_][a-z0-9]+)*|([a-z0-9-]+\.)+[a-z]{2,}|https?:\/\/[^\s@?]+|arn:\S+|[a-z]+-[0-9a-f]{8,17}|[\d.:]+(\/\d+)?|\.{0,2}\/\S*|[\w.-]+@[\w.-]+)$/i;

/** Inputs and variables whose name says that they are secrets. The runner masks these in the log of the whole job. */
export const namedSecrets = (env: Variables): string[] =>
  valuesOf(env).flatMap(([name, value]) => (isSecretName(name) ? [value] : []));

/**
 * Every value in the job's environment that no report may show: what a name marks as a secret, what Terraform's variables
 * hold unless it is plainly no secret, and what looks like a secret anywhere else.
 */
export function secretsOf(env: Variables): string[] {
  const found = valuesOf(env).flatMap(([name, value]) => {
    if (isSecretName(name)) return [value, ...within(value), ...secretsIn(value)];
    if (name.startsWith(VARIABLE) && !PLAIN.test(value)) return [value, ...within(value), ...secretsIn(value)];
    return PUBLIC_NAME.test(name) ? [] : secretsIn(value);
  });
  return [...new Set(found)];
}

const VARIABLE = "TF_VAR_";

const variables = z.object({ variable: z.record(z.string(), z.object({ sensitive: z.boolean().default(false) })) });

/** What the job gives to the variables that a synthesized stack declares as sensitive, whatever their names are. */
export function sensitiveValues(stack: unknown, env: Variables): string[] {
  const declared = Object.entries(variables.safeParse(stack).data?.variable ?? {});
  return declared.flatMap(([name, { sensitive }]) => {
    const value = sensitive ? env[`${VARIABLE}${name}`]?.trim() : undefined;
    return value ? [value, ...within(value)] : [];
  });
}

const valuesOf = (env: Variables): [name: string, value: string][] =>
  Object.entries(env).flatMap(([name, value]): [string, string][] => (value?.trim() ? [[name, value.trim()]] : []));

/** The texts of a JSON value, which Terraform may show without their escapes: of a list, or of a service account's key. */
function within(value: string): string[] {
  if (!/^[[{]/.test(value)) return [];
  try {
    return textsIn(JSON.parse(value));
  } catch {
    return []; // Not JSON.
  }
}

/** Every text and number within a value. */
export function textsIn(value: unknown): string[] {
  if (typeof value === "string") return value === "" ? [] : [value];
  if (typeof value === "number") return [String(value)];
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(textsIn);
  return [];
}

const hidden = new Set<string>();
let mask = (text: string): string => text;

/** From now on {@link redact} removes these values too. */
export function hide(secrets: readonly string[]): void {
  for (const secret of secrets) hidden.add(secret);
  mask = masker(hidden);
}

/** Every value that {@link redact} removes, for a program part that cuts texts itself. */
export const hiddenValues = (): readonly string[] => [...hidden];

/** The value with `***` for every secret in its texts. Apply it before a text is cut: a part of a secret is not found. */
export const redact = <T>(value: T): T => maskTexts(value, (text) => mask(text));
