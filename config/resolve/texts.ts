/** Looks through every text for what Terraform would take for a template of its own, `${…}` and `%{…}`. */
import { SUBSTITUTION } from "../check/issues";
import type { Path } from "../document/tree";
import type { Scope } from "./scope";

/** Where AWS's own language has `${…}`, or where a check of its own says more. The stack escapes these for Terraform. */
const OWN_LANGUAGE = new Set([
  "requestTemplates",
  "templates",
  "templateSelectionExpression",
  "routeSelectionExpression",
  "identitySources",
  "query",
  "headers",
  "path",
  "state",
]);

export function checkTexts(value: unknown, { report }: Pick<Scope, "report">, path: Path = []): void {
  if (typeof value === "string") {
    if (/[$%]\{/.test(value)) report(path, "Terraform would read `${` or `%{` as a template of its own.", SUBSTITUTION);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      const at = [...path, Array.isArray(value) ? Number(key) : key];
      if (/[$%]\{/.test(key))
        report.key(at, "Terraform would read `${` or `%{` as a template of its own.", SUBSTITUTION);
      else if (!OWN_LANGUAGE.has(key)) checkTexts(inner, { report }, at);
    }
  }
}
