/** Text on its way into Terraform: AWS's own `${…}` must not be taken for Terraform's. */
import { createHash } from "node:crypto";
import { Fn } from "cdktf";
import { quotable } from "./hcl";

/**
 * Text that Terraform hands to AWS as it stands. `${` and `%{` open Terraform's templates and are doubled
 * (https://developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences-1);
 * cdktf's tokens pass, so references to other resources still work.
 */
export function literal(text: string): string {
  return quotable(text.replaceAll(/\$\{(?!TfToken\[)|%\{/g, (opening) => `${opening.charAt(0)}${opening}`));
}

/** {@link literal} for every value of a record. */
export function literals(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [literal(key), literal(value)]));
}

/** An IAM policy document. Terraform writes the JSON, because its parts may be references. */
export function policyDocument(statements: readonly object[]): string {
  return Fn.jsonencode({ Version: "2012-10-17", Statement: statements });
}

/** A name that fits in `limit` characters: a longer one is cut, and ends in a hash of all of it. */
export function boundedName(name: string, limit: number): string {
  if (name.length <= limit) return name;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 8);
  return `${name.slice(0, limit - hash.length - 1)}-${hash}`;
}
