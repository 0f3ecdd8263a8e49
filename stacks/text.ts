/** Escapes texts so that Terraform does not evaluate AWS's `${…}` as its templates, and resolves tokens. */
import { createHash } from "node:crypto";
import { DefaultTokenResolver, Fn, StringConcat, Tokenization } from "cdktf";
import type { IConstruct } from "constructs";
import { quotable } from "./hcl";

/**
 * Escapes a text that Terraform must pass to AWS unchanged. `${` and `%{` begin Terraform's templates, so they are doubled
 * (https://developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences-1). cdktf's tokens are not
 * changed, so references to other resources still work.
 */
export function literal(text: string): string {
  return quotable(text.replaceAll(/\$\{(?!TfToken\[)|%\{/g, (opening) => `${opening.charAt(0)}${opening}`));
}

/** Applies {@link literal} to every value of a record. */
export function literals(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [literal(key), literal(value)]));
}

/** Builds an IAM policy document. Terraform encodes the JSON, because it may contain references. */
export function policyDocument(statements: readonly object[]): string {
  return Fn.jsonencode({ Version: "2012-10-17", Statement: statements });
}

/** Returns a name of at most `limit` characters. A longer name is cut and gets a hash of the whole name at its end. */
export function boundedName(name: string, limit: number): string {
  if (name.length <= limit) return name;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 8);
  return `${name.slice(0, limit - hash.length - 1)}-${hash}`;
}

/** Returns a value as in Terraform's JSON. Different tokens for the same reference resolve to the same text. */
export function resolved(scope: IConstruct, value: unknown): unknown {
  const resolver = new DefaultTokenResolver(new StringConcat());
  return Tokenization.resolve(value, { scope, resolver, preparing: false });
}
