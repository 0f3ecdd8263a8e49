/** The job's secrets, and the one way to remove them from a text before it leaves the action. */
import * as z from "zod";
import { VARIABLES } from "../../contract/names";
import { isSecretName, masker, maskTexts } from "../../terminal/mask";
import { secretsIn, tokensIn } from "../../terminal/secret-look";
import type { Variables } from "../../terminal/shell";

/** Input to the Terraform variable that it fills. */
export const SECRET_VARIABLES = {
  "hs256-secret": VARIABLES.hs256Secret,
  "hs256-secret-previous": VARIABLES.hs256SecretPrevious,
  "origin-secret": VARIABLES.originSecret,
} as const;
/** The input that sets a Terraform variable. */
export const inputOfVariable = (variable: string): string | undefined =>
  Object.entries(SECRET_VARIABLES).find(([, name]) => name === variable)?.[0];

/** Long random values in variables with these names are published: commits, checksums, and what the runner itself sets. */
const PUBLIC_NAME = /^(GITHUB|RUNNER)_|(SHA\d*|COMMIT|REVISION|DIGEST|CHECKSUM|HASH)$/i;

/** A hint at a secret: the variable holds one unless its value is an address or a path. */
const HINT = /(?<!kms)(^|_)(key|pat|pw|auth|hmac)$/i;
const ADDRESS =
  /^(\d+|([a-z0-9-]+\.)+[a-z]{2,}|https?:\/\/[^\s@?]+|arn:\S+|[a-z]+-[0-9a-f]{8,17}|[\d.:]+(\/\d+)?|\.{0,2}\/\S*|([\w.-]+\/)+[\w-]+\.\w+|[\w.-]+@[\w.-]+)$/i;
const WORDS = /^[a-z]+([-_][a-z0-9]+)*$/i;

/** Inputs and variables whose name says that they are secrets. The runner masks these in the log of the whole job. */
export const namedSecrets = (env: Variables): string[] =>
  valuesOf(env).flatMap(([name, value]) => (isSecretName(name) ? [value] : []));

/**
 * Every value in the job's environment that no report may show: what a name marks as a secret, what Terraform's variables
 * hold unless it is plainly a name or an address, and what looks like a secret anywhere else.
 */
export function secretsOf(env: Variables): string[] {
  const found = valuesOf(env).flatMap(([name, value]) => {
    const isSecret =
      isSecretName(name) ||
      (HINT.test(name) && !ADDRESS.test(value)) ||
      (name.startsWith(VARIABLE) && !ADDRESS.test(value) && !WORDS.test(value));
    if (isSecret) return [value, ...within(value), ...secretsIn(value), ...namedWithin(value)];
    return [...(PUBLIC_NAME.test(name) ? tokensIn(value) : secretsIn(value)), ...namedWithin(value)];
  });
  return [...new Set(found.flatMap((value) => [value, decoded(value)]))];
}

/** Values in a query string, a connection string, a command line or JSON whose names say that they are secrets. */
function namedWithin(text: string): string[] {
  const assigned = text.split(/[\s&;?,"']+/).flatMap((word) => {
    const name = [...word.matchAll(/([\w-]+)=/g)].find(([, one = ""]) => isSecretMember(one));
    return name ? [word.slice(name.index + name[0].length)] : [];
  });
  return [...assigned, ...membersOf(parsed(text))].filter((value) => value !== "");
}

const isSecretMember = (name: string) => isSecretName(name) || /^(sig|auth|pw)$/i.test(name);

function membersOf(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => (isSecretMember(name) ? textsIn(item) : membersOf(item)));
}

/** A value that is percent-encoded, as a program shows it that has decoded it. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

const VARIABLE = "TF_VAR_";

const variables = z.object({ variable: z.record(z.string(), z.object({ sensitive: z.boolean().default(false) })) });

/** Returns the values of the variables that a synthesized stack declares as sensitive, whatever their names are. */
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
const within = (value: string): string[] => textsIn(parsed(value));

function parsed(value: string): unknown {
  if (!/^[[{]/.test(value)) return undefined;
  try {
    return JSON.parse(value);
  } catch {
    return undefined; // Not JSON.
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

/** Adds values that {@link redact} removes from now on. */
export function hide(secrets: readonly string[]): void {
  for (const secret of secrets) hidden.add(secret);
  mask = masker(hidden);
}

/** Every value that {@link redact} removes, for a program part that cuts texts itself. */
export const hiddenValues = (): readonly string[] => [...hidden];

/** The value with `***` for every secret in its texts. Apply it before a text is cut: a part of a secret is not found. */
export const redact = <T>(value: T): T => maskTexts(value, (text) => mask(text));
